// The rules, as the VirtualMachine needs them: it runs them and knows none of them.

import type { Fact, Stamp } from '../contracts/facts.ts'
import type { Refusal } from '../contracts/refusal.ts'
import type { Id, Key, Seq, Transaction, Value } from '../state-storage/messages.ts'
import type { Expiry } from './expiries.ts'
import type { BalanceRead, CallContract, LedgerRequest, ProcessTransaction } from './messages.ts'

/** What a query is handed. */
export interface ReadState {
  read(key: Key): Value | undefined
}

/** What is known of the past besides the state. */
export interface ReadFacts {
  /** The fact that took this name, in this batch or ever before. */
  fact(name: Id): Transaction | undefined
}

/** What a transaction is handed. What it wrote counts only if it was not refused. */
export interface ReadWriteState extends ReadState, ReadFacts {
  write(key: Key, value: Value): void
}

export interface Decision {
  /** What the journal keeps, if it is kept. */
  readonly fact: Fact
  /** Why not; the state is then as it was. */
  readonly refusal?: Refusal
}

/** What a request must be able to read. */
export interface Needs {
  readonly keys: readonly Key[]
  /** The names of facts. */
  readonly ids: readonly Id[]
  /** The seqs of facts with server-made ids. */
  readonly seqs: readonly Seq[]
}

export interface Processor {
  needs(request: LedgerRequest): Needs
  /** More keys, that only what was read first can tell: the accounts of a hold, for one. */
  moreKeys(request: LedgerRequest, known: ReadState & ReadFacts): readonly Key[]
  /** An upper bound of what the request adds to a journal line, in bytes: what batches and the queue are capped by. */
  bytesOf(request: LedgerRequest): number
  /** The same of what it tells and writes again of what was there before: known only when that was read. */
  moreBytesOf(request: LedgerRequest, known: ReadState & ReadFacts): number
  /** Tells `expiries` of a hold that ends by itself, if that is what the transaction made. */
  expiryOf(transaction: Transaction, expiries: { add(expiry: Expiry): void }): void
  /** Decides one transaction. A function of its arguments: no clock, no chance. */
  process(request: ProcessTransaction, state: ReadWriteState, stamp: Stamp): Decision
  call(request: CallContract, state: ReadState): BalanceRead
}
