// Works on one batch at a time: idle → reading → writing → idle. Nobody is answered before the batch is durable.

import type { ActorRefFrom } from 'xstate'
import { actorLogic, type Receiver } from '../actor.ts'
import { address, type Observer, type Recipient } from '../address.ts'
import { assert } from '../assert.ts'
import type {
  Id,
  Key,
  KeysRead,
  KeysWritten,
  Seq,
  StateStorageRequest,
  Timestamp,
  Transaction,
  Value,
} from '../state-storage/messages.ts'
import { type Reply, runBatch } from './batch.ts'
import type { Expiries, Expiry } from './expiries.ts'
import { namesOf } from './idempotency.ts'
import type { Drain, LedgerRequest, VirtualMachineRequest } from './messages.ts'
import { seqOfServerMade, transferName } from './names.ts'
import type { Processor } from './processor.ts'
import { type QueueLimits, RequestQueue } from './request-queue.ts'
import { TransientState } from './transient-state.ts'

// Invariants, kept by nothing but this file:
// 1. A batch begins only when the one before it is durable: so nobody reads, or builds on, what a crash could take back.
// 2. Replies are called only in `KeysWritten`, or after `KeysRead` when the batch wrote nothing.
// 3. Requests are decided in the order in which they came.

export interface VirtualMachineInput {
  readonly stateStorage: Recipient<StateStorageRequest>
  readonly processor: Processor
  readonly clock: { now(): Timestamp; wakeAt(time: Timestamp, wake: () => void): void }
  /** The holds that were open when the ledger was, and that end by themselves. */
  readonly expiries: Expiries
  readonly limits: QueueLimits
  /** Calls back when the requests that have arrived already are in the queue, so that they share a batch. */
  readonly gather: (begin: () => void) => void
  readonly observer?: Observer | undefined
}

type BeginBatch = { readonly type: 'BeginBatch' }
type Message = VirtualMachineRequest | KeysRead | KeysWritten | BeginBatch

type Phase =
  | { readonly name: 'idle' }
  | { readonly name: 'gathering' }
  | Reading
  | { readonly name: 'writing'; readonly transactions: readonly Transaction[]; readonly replies: readonly Reply[] }

interface Reading {
  readonly name: 'reading'
  readonly requests: readonly LedgerRequest[]
  /** The holds whose end is among the requests. */
  readonly due: readonly Expiry[]
  readonly keys: Set<Key>
  readonly ids: ReadonlySet<Id>
  readonly values: Map<Key, Value>
  readonly facts: Map<Id, Transaction>
}

class VirtualMachine implements Receiver<Message> {
  readonly #input: VirtualMachineInput
  readonly #self: Recipient<Message>
  readonly #replyTo: Recipient<KeysRead | KeysWritten>
  readonly #queue: RequestQueue
  #phase: Phase = { name: 'idle' }
  /** No hold ends before: the disk was full. */
  #postponed: Timestamp = 0
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
      case 'ProcessBatch':
      case 'CallContract':
        return this.#take(message)
      case 'BeginBatch':
        return this.#begin()
      case 'KeysRead':
        return this.#run(message)
      case 'KeysWritten':
        return this.#written()
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

  /** Somebody waits, or a hold is due; or, when woken up by chance, nobody. */
  #begin(): void {
    if (this.#phase.name !== 'idle' && this.#phase.name !== 'gathering') return
    this.#read()
  }

  #read(): void {
    const due = this.#due()
    const requests = [...due.map(endOf), ...this.#queue.takeBatch()]
    if (requests.length === 0) return this.#rest()
    const keys = new Set<Key>()
    const ids = new Set<Id>()
    const seqs = new Set<Seq>()
    for (const request of requests) {
      const needs = this.#input.processor.needs(request)
      for (const key of needs.keys) keys.add(key)
      for (const id of needs.ids) ids.add(id)
      for (const seq of needs.seqs) seqs.add(seq)
      if (request.type !== 'CallContract') for (const name of namesOf(request)) ids.add(name)
    }
    this.#phase = { name: 'reading', requests, due, keys, ids, values: new Map(), facts: new Map() }
    this.#ask(keys, ids, seqs)
  }

  #ask(keys: ReadonlySet<Key>, ids: ReadonlySet<Id>, seqs: ReadonlySet<Seq>): void {
    const message = { type: 'ReadKeys', keys: [...keys], ids: [...ids], seqs: [...seqs] } as const
    this.#input.stateStorage.send({ ...message, replyTo: this.#replyTo })
  }

  #run(read: KeysRead): void {
    assert(this.#phase.name === 'reading', `KeysRead came while ${this.#phase.name}`)
    const { values, facts } = this.#phase
    for (const [key, value] of read.values) values.set(key, value)
    for (const [name, fact] of factsIn(read)) facts.set(name, fact)
    if (this.#readMore(this.#phase)) return
    const { due } = this.#phase
    const requests = this.#fitting(this.#phase)
    if (!read.hasSpace) this.#postpone(due.slice(0, requests.length))
    const time = Math.max(this.#input.clock.now(), read.head.time)
    const state = new TransientState(this.#phase, values, facts)
    const { transactions, writes, replies } = runBatch(requests, state, read, time, this.#input.processor)
    this.#phase = { name: 'writing', transactions, replies }
    if (transactions.length === 0) return this.#written()
    this.#input.stateStorage.send({ type: 'WriteKeys', transactions, writes, time, replyTo: this.#replyTo })
  }

  /** Those that one record can hold; the others wait for the next batch, and lose no place. */
  #fitting({ requests, due, values, facts }: Reading): readonly LedgerRequest[] {
    const { processor, limits, expiries } = this.#input
    const known = knownOf(values, facts)
    let bytes = 0
    const end = requests.findIndex((request, index) => {
      bytes += processor.moreBytesOf(request, known)
      return index > 0 && bytes > limits.batchBytes
    })
    if (end === -1) return requests
    for (const expiry of due.slice(end)) expiries.add(expiry)
    this.#queue.putBack(requests.slice(Math.max(end, due.length)))
    return requests.slice(0, end)
  }

  /** Due expiries come first in a batch. */
  #due(): readonly Expiry[] {
    const { clock, expiries, limits } = this.#input
    const now = clock.now()
    return now < this.#postponed ? [] : expiries.takeDue(now, limits.batchRequests)
  }

  /** They were told that the disk is full, as anybody. Nobody else would ask for them again. */
  #postpone(due: readonly Expiry[]): void {
    if (due.length === 0) return
    for (const expiry of due) this.#input.expiries.add(expiry)
    this.#postponed = this.#input.clock.now() + postponement
  }

  /** True if what was read names keys that were not: they are read, too. */
  #readMore({ requests, keys, values, facts }: Reading): boolean {
    const known = knownOf(values, facts)
    const more = new Set(requests.flatMap((request) => this.#input.processor.moreKeys(request, known)))
    for (const key of keys) more.delete(key)
    if (more.size === 0) return false
    for (const key of more) keys.add(key)
    this.#ask(more, new Set(), new Set())
    return true
  }

  #rest(): void {
    this.#phase = { name: 'idle' }
    const { next } = this.#input.expiries
    const wake = () => this.#self.send({ type: 'BeginBatch' })
    if (next !== undefined) this.#input.clock.wakeAt(Math.max(next, this.#postponed), wake)
  }

  #written(): void {
    assert(this.#phase.name === 'writing', `KeysWritten came while ${this.#phase.name}`)
    const { replies, transactions } = this.#phase
    for (const transaction of transactions) this.#input.processor.expiryOf(transaction, this.#input.expiries)
    // The next batch starts before the answers go out: its record is on its way to the disk while they are made.
    this.#read()
    for (const reply of replies) reply()
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

function knownOf(values: ReadonlyMap<Key, Value>, facts: ReadonlyMap<Id, Transaction>) {
  return { read: (key: Key) => values.get(key), fact: (name: Id) => facts.get(name) }
}

/** What a fact that was asked for by its seq is called, by the id that the server gave it. */
function factsIn({ byId, bySeq }: KeysRead): ReadonlyMap<Id, Transaction> {
  const facts = new Map(byId)
  for (const fact of [...bySeq.values()].flat()) {
    // What was done with a transfer later, or refused, tells its id, too: only the fact of that very seq has made it.
    if ('id' in fact && seqOfServerMade(String(fact.id)) === fact.seq) facts.set(transferName(String(fact.id)), fact)
  }
  return facts
}

/** Milliseconds until a full disk is tried again for the holds that are due. */
const postponement = 1_000

function endOf({ transfer }: Expiry): LedgerRequest {
  return { type: 'ProcessTransaction', method: 'Expire', command: { transfer }, requestId: 'expiry', replyTo: nobody }
}

/** Nobody waits for the end of a hold that is due. */
const nobody = { send: () => {} }

export const virtualMachine = actorLogic<Message, VirtualMachineInput>((input, self) => new VirtualMachine(input, self))

export type VirtualMachineRef = ActorRefFrom<typeof virtualMachine>
