// The rules, as the VirtualMachine needs them: it runs them and knows none of them.

import type { BalanceRead } from '../contracts/account.ts'
import type { Refusal } from '../contracts/refusal.ts'
import type { TransferFact } from '../contracts/transfer.ts'
import type { Id, Key, Seq, Timestamp, Value } from '../state-storage/messages.ts'
import type { CallContract, LedgerRequest, ProcessTransaction } from './messages.ts'

/** What a query is handed. */
export interface ReadState {
  read(key: Key): Value | undefined
}

/** What a transaction is handed. What it wrote counts only if it was not refused. */
export interface ReadWriteState extends ReadState {
  write(key: Key, value: Value): void
}

/** The place in the ledger that a transaction gets if it is kept. */
export interface Stamp {
  readonly seq: Seq
  readonly time: Timestamp
  readonly ids: readonly Id[]
}

export interface Decision {
  /** What the journal keeps, if it is kept. */
  readonly fact: TransferFact
  /** Why not; the state is then as it was. */
  readonly refusal?: Refusal
}

export interface Processor {
  /** All keys that the request can read or write. */
  keysOf(request: LedgerRequest): readonly Key[]
  /** An upper bound of what the request adds to a journal line, in bytes: what batches and the queue are capped by. */
  bytesOf(request: LedgerRequest): number
  /** Decides one transaction. A function of its arguments: no clock, no chance. */
  process(request: ProcessTransaction, state: ReadWriteState, stamp: Stamp): Decision
  call(request: CallContract, state: ReadState): BalanceRead
}
