// Works on one batch at a time: idle → reading → writing → idle. Nobody is answered before the batch is durable.

import type { ActorRefFrom } from 'xstate'
import { actorLogic, type Receiver } from '../actor.ts'
import { address, type Observer, type Recipient } from '../address.ts'
import { assert } from '../assert.ts'
import type { Key, KeysRead, KeysWritten, StateStorageRequest, Timestamp } from '../state-storage/messages.ts'
import { namesOf, type Reply, runBatch } from './batch.ts'
import type { Drain, LedgerRequest, VirtualMachineRequest } from './messages.ts'
import type { Processor } from './processor.ts'
import { type QueueLimits, RequestQueue } from './request-queue.ts'

// Invariants, kept by nothing but this file:
// 1. A batch begins only when the one before it is durable: so nobody reads, or builds on, what a crash could take back.
// 2. Replies are called only in `KeysWritten`, or after `KeysRead` when the batch wrote nothing.
// 3. Requests are decided in the order in which they came.

export interface VirtualMachineInput {
  readonly stateStorage: Recipient<StateStorageRequest>
  readonly processor: Processor
  readonly clock: { now(): Timestamp }
  readonly limits: QueueLimits
  /** Calls back when the requests that have arrived already are in the queue, so that they share a batch. */
  readonly gather: (begin: () => void) => void
  readonly observer?: Observer
}

type BeginBatch = { readonly type: 'BeginBatch' }
type Message = VirtualMachineRequest | KeysRead | KeysWritten | BeginBatch

type Phase =
  | { readonly name: 'idle' }
  | { readonly name: 'gathering' }
  | { readonly name: 'reading'; readonly requests: readonly LedgerRequest[]; readonly keys: ReadonlySet<Key> }
  | { readonly name: 'writing'; readonly replies: readonly Reply[] }

class VirtualMachine implements Receiver<Message> {
  readonly #input: VirtualMachineInput
  readonly #self: Recipient<Message>
  readonly #replyTo: Recipient<KeysRead | KeysWritten>
  readonly #queue: RequestQueue
  #phase: Phase = { name: 'idle' }
  #drain: Drain | undefined

  constructor(input: VirtualMachineInput, self: Recipient<Message>) {
    this.#input = input
    this.#self = self
    this.#replyTo = address<KeysRead | KeysWritten>(self, 'StateStorage', 'VirtualMachine', input.observer)
    this.#queue = new RequestQueue(input.limits, input.processor)
  }

  receive(message: Message): void {
    switch (message.type) {
      case 'ProcessTransaction':
      case 'CallContract':
        return this.#take(message)
      case 'BeginBatch':
        return this.#read()
      case 'KeysRead':
        return this.#run(message)
      case 'KeysWritten':
        return this.#written(message)
      case 'Drain':
        return this.#drained(message)
    }
  }

  #take(request: LedgerRequest): void {
    if (this.#drain !== undefined) return request.replyTo.send({ type: 'RequestRejected', reason: 'not_ready' })
    if (!this.#queue.push(request)) return request.replyTo.send({ type: 'RequestRejected', reason: 'overloaded' })
    if (this.#phase.name === 'idle') this.#gather()
  }

  #gather(): void {
    this.#phase = { name: 'gathering' }
    this.#input.gather(() => this.#self.send({ type: 'BeginBatch' }))
  }

  #read(): void {
    const requests = this.#queue.takeBatch()
    const keys = new Set(requests.flatMap((request) => this.#input.processor.keysOf(request)))
    const ids = requests.flatMap((request) => (request.type === 'ProcessTransaction' ? namesOf(request) : []))
    this.#phase = { name: 'reading', requests, keys }
    this.#input.stateStorage.send({ type: 'ReadKeys', keys: [...keys], ids: [...new Set(ids)], replyTo: this.#replyTo })
  }

  #run(read: KeysRead): void {
    assert(this.#phase.name === 'reading', `KeysRead came while ${this.#phase.name}`)
    const time = Math.max(this.#input.clock.now(), read.head.time)
    const { requests, keys } = this.#phase
    const { transactions, writes, replies } = runBatch(requests, keys, read, time, this.#input.processor)
    this.#phase = { name: 'writing', replies }
    if (transactions.length === 0) return this.#written({ type: 'KeysWritten', head: read.head })
    this.#input.stateStorage.send({ type: 'WriteKeys', transactions, writes, time, replyTo: this.#replyTo })
  }

  #written({ head }: KeysWritten): void {
    assert(this.#phase.name === 'writing', `KeysWritten came while ${this.#phase.name}`)
    const { replies } = this.#phase
    this.#phase = { name: 'idle' }
    // The next batch starts before the answers go out: its record is on its way to the disk while they are made.
    if (this.#queue.size > 0) this.#read()
    for (const reply of replies) reply(head)
    this.#tellDrained()
  }

  #drained(drain: Drain): void {
    this.#drain = drain
    this.#tellDrained()
  }

  #tellDrained(): void {
    if (this.#phase.name === 'idle') this.#drain?.replyTo.send({ type: 'Drained' })
  }
}

export const virtualMachine = actorLogic<Message, VirtualMachineInput>((input, self) => new VirtualMachine(input, self))

export type VirtualMachineRef = ActorRefFrom<typeof virtualMachine>
