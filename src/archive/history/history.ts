// The history of the ledger as it is read from outside: statements, balances of the past, transfers. A port; adapters are beside it.

import type { AccountId, Asset, Position } from '../../../actors/contracts/account.ts'
import type { Seq, Timestamp } from '../../../actors/state-storage/messages.ts'

export type Order = 'asc' | 'desc'

/** An account in one asset as the ledger told it: of what came after its last entry nothing is shown. */
export interface AccountPlace {
  readonly account: AccountId
  readonly asset: Asset
  readonly last: Position | null
  readonly count: number
}

/** Entries of an account by their ordinals, both included. The first entry is 1. */
export interface Span {
  readonly low: number
  readonly high: number
}

export interface StatementLine {
  readonly position: Position
  readonly transfer: string
  readonly time: Timestamp
  /** Minor units, negative where they left the account. */
  readonly amount: string
  /** The balance after it. */
  readonly posted: string
  readonly counterparty: AccountId
}

/** The last place in the ledger, or the last time, that counts. */
export type Moment = { readonly seq: Seq } | { readonly time: Timestamp }

export interface TransferFilter {
  /** As the transfer's own fact has it: a hold's is `pending` for ever. */
  readonly states?: readonly string[]
  readonly account?: AccountId
  readonly asset?: Asset
  readonly reference?: string
  readonly metadata?: readonly (readonly [key: string, value: string])[]
}

/** `After` is where a page goes on: past what the one before it looked at last. */
export interface TransferQuery<After> {
  readonly order: Order
  readonly after: After | null
  readonly limit: number
  /** The first time that counts. */
  readonly since?: Timestamp
  /** The first time that does not count any more. */
  readonly until?: Timestamp
  readonly filter: TransferFilter
}

export interface TransfersRead<After> {
  /** Facts as they stand in the journal, in the order asked for. */
  readonly facts: readonly string[]
  /** There may be more, even if there are fewer here than asked for: only so many rows are looked at for a page. */
  readonly next: After | null
}

/** Seqs, both included. */
export interface SeqRange {
  readonly low: Seq
  readonly high: Seq
  readonly order: Order
  /** Seqs at most. */
  readonly limit: number
  /** No more seqs follow once their facts have so many characters together; the first one is told however long it is. */
  readonly characters: number
}

export interface SeqFacts {
  readonly seq: Seq
  /** As they stand in the journal, in their order there; more than one where an atomic batch made them. */
  readonly facts: readonly string[]
}

/** Reads reject with ArchiveDamaged if a row on their way is gone or fails its checksum. */
export interface History {
  /** All up to here can be read. */
  committed(): Seq
  /** Calls back once when `seq` can be read. The answer forgets it again. */
  onceCommitted(seq: Seq, told: () => void): () => void
  /** Newest first. */
  statement(place: AccountPlace, span: Span): Promise<readonly StatementLine[]>
  /** The posted balance, in minor units, as it was then. */
  postedAsOf(place: AccountPlace, moment: Moment): Promise<string>
  /** What made entries of an account: transfers and the posts of holds, each once, in the order of the entries. */
  transfersOf(place: AccountPlace, query: TransferQuery<number>): Promise<TransfersRead<number>>
  /** Transfers, refused and pending ones too, in the order in which they were decided. */
  transfers(through: Seq, query: TransferQuery<Position>): Promise<TransfersRead<Position>>
  /** All facts of each seq of a range that the history holds wholly, without a gap. */
  seqs(range: SeqRange): Promise<readonly SeqFacts[]>
}
