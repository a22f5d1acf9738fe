// The single writer. A record is durable before it is applied, and applied before anybody is told.

import type { ActorRefFrom } from 'xstate'
import { actorLogic, type Receiver } from '../actor.ts'
import type { Recipient } from '../address.ts'
import { assert } from '../assert.ts'
import type { Archive } from './archive.ts'
import { ArchiveFeed } from './archive-feed.ts'
import { Checkpoint } from './checkpoint.ts'
import { FactFinder, type FactRequest, type FactsFound } from './fact-finder.ts'
import type { Appended, Journal } from './journal.ts'
import type { Head, Key, ReadKeys, Seq, StateStorageRequest, Value, WriteKeys } from './messages.ts'
import type { Recovered } from './recovery.ts'

// Invariants, kept by nothing but this file:
// 1. One WriteKeys is under way at most: nobody asks for a second before the first is answered.
// 2. The map and the index change only after `journal.append` has settled well, and then by the whole record.
// 3. After any error of the journal or the archive nothing is answered any more: recovery decides what was committed.

export interface StorageLimits {
  /** Facts that may wait for the archive before a batch has to: bounds the memory that they take. */
  readonly archiveLag: number
  /** Transactions between two checkpoints, at least. */
  readonly checkpointEvery: number
  /** Bytes that one record may take; must be free on the disk before a batch may write. */
  readonly recordBytes: number
}

export interface StateStorageInput {
  readonly journal: Journal
  readonly archive: Archive
  readonly recovered: Recovered
  readonly limits: StorageLimits
  /** Told each new head, before anybody who asked for it. */
  readonly committed: (head: Head) => void
  /** The end of the process: an error after which nothing may be answered. */
  readonly panic: (error: unknown) => void
}

/** What StateStorage sends itself when work outside has come to its end. */
interface RecordAppended {
  readonly type: 'RecordAppended'
  readonly request: WriteKeys
  /** The last seq that was to be written. */
  readonly last: Seq
  readonly appended: Appended
}
type RecordsArchived = { readonly type: 'RecordsArchived'; readonly seq: Seq }
type PortFailed = { readonly type: 'PortFailed'; readonly error: unknown }
type Message = StateStorageRequest | FactsFound | RecordAppended | RecordsArchived | PortFailed

class StateStorage implements Receiver<Message> {
  readonly #input: StateStorageInput
  readonly #self: Recipient<Message>
  readonly #finder: FactFinder
  readonly #feed: ArchiveFeed
  readonly #checkpoint: Checkpoint
  #head: Head
  #held: ReadKeys | undefined
  #writing = false
  #failed = false

  constructor(input: StateStorageInput, self: Recipient<Message>) {
    const { archive, recovered, limits } = input
    const failed = (error: unknown) => self.send({ type: 'PortFailed', error })
    this.#input = input
    this.#self = self
    this.#head = recovered.head
    this.#finder = new FactFinder(recovered.index, recovered.facts, archive, self)
    this.#feed = new ArchiveFeed(
      archive,
      recovered.head.seq,
      (seq) => self.send({ type: 'RecordsArchived', seq }),
      failed,
    )
    this.#checkpoint = new Checkpoint(
      archive,
      recovered.map,
      recovered.index,
      limits.checkpointEvery,
      recovered.sinceCheckpoint,
      failed,
    )
  }

  receive(message: Message): void {
    if (this.#failed) return
    switch (message.type) {
      case 'ReadKeys':
        return this.#read(message)
      case 'WriteKeys':
        return this.#write(message)
      case 'FindTransactions':
        return this.#find(message)
      case 'FactsFound':
        return this.#found(message)
      case 'RecordAppended':
        return this.#appended(message)
      case 'RecordsArchived':
        return this.#archived(message)
      case 'PortFailed':
        return this.#fail(message.error)
    }
  }

  #read(request: ReadKeys): void {
    if (this.#input.recovered.facts.size > this.#input.limits.archiveLag) this.#held = request
    else this.#find(request)
  }

  #find(request: FactRequest): void {
    const found = this.#finder.find(request, this.#head)
    if (found !== undefined) this.#found(found)
  }

  #found({ request, byId, bySeq, head }: FactsFound): void {
    if (request.type === 'ReadKeys') this.#answerRead(request, { byId, bySeq })
    else request.replyTo.send({ type: 'TransactionsFound', byId, bySeq, head })
  }

  #answerRead(request: ReadKeys, found: Pick<FactsFound, 'byId' | 'bySeq'>): void {
    const values = new Map<Key, Value>()
    for (const key of request.keys) {
      const value = this.#input.recovered.map.get(key)
      if (value !== undefined) values.set(key, value)
    }
    const hasSpace = this.#input.journal.hasSpaceFor(this.#input.limits.recordBytes)
    request.replyTo.send({ type: 'KeysRead', values, ...found, head: this.#head, hasSpace })
  }

  #write(request: WriteKeys): void {
    const { transactions, writes, time } = request
    assert(!this.#writing, 'a second WriteKeys came before the first was answered')
    assert(transactions.length > 0, 'a WriteKeys came without a transaction')
    let last = this.#head.seq
    for (const [index, { seq }] of transactions.entries()) {
      // The facts of an atomic batch share their seq.
      assert(seq === last + 1 || (seq === last && index > 0), `seq ${seq} does not follow ${last}`)
      last = seq
    }
    assert(time >= this.#head.time, `time ${time} is before ${this.#head.time}`)
    this.#writing = true
    const first = this.#head.seq + 1
    this.#input.journal.append({ first, last, time, transactions, writes }).then(
      (appended) => this.#self.send({ type: 'RecordAppended', request, last, appended }),
      (error) => this.#self.send({ type: 'PortFailed', error }),
    )
  }

  #appended({ request, last, appended }: RecordAppended): void {
    const { map, index, facts } = this.#input.recovered
    assert(appended.head.seq === last, `the journal told seq ${appended.head.seq} for ${last}`)
    map.apply(request.writes)
    for (const { ids = [], seq } of request.transactions) for (const id of ids) index.add(id, seq)
    facts.add(request.transactions)
    this.#head = appended.head
    this.#writing = false
    this.#input.committed(this.#head)
    request.replyTo.send({ type: 'KeysWritten', head: this.#head })
    this.#feed.add(appended.line, last)
    this.#checkpoint.consider(last, request.transactions.length)
  }

  #archived({ seq }: RecordsArchived): void {
    this.#input.recovered.facts.forget(seq)
    const held = this.#held
    this.#held = undefined
    if (held !== undefined) this.#read(held)
  }

  #fail(error: unknown): void {
    this.#failed = true
    this.#input.panic(error)
  }
}

export const stateStorage = actorLogic<Message, StateStorageInput>((input, self) => new StateStorage(input, self))

export type StateStorageRef = ActorRefFrom<typeof stateStorage>
