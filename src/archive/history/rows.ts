// The rows that history is read from, each of them checked before it is believed.

import type { AccountId, Asset, Position } from '../../../actors/contracts/account.ts'
import type { Seq, Timestamp } from '../../../actors/state-storage/messages.ts'
import type { PostingRow } from '../entries.ts'
import type { Order } from './history.ts'

export interface ArchivedPosting extends PostingRow {
  /** The number of its fact among those with the same seq. */
  readonly item: number
  readonly time: Timestamp
}

export interface ArchivedBody {
  /** The seq of the fact and its number among those with the same seq. */
  readonly place: Position
  readonly time: Timestamp
  /** JSON. */
  readonly body: string
}

/** All of it throws ArchiveDamaged where a row that must be there is gone, or is not as it was written. */
export interface HistoryRows {
  posting(position: Position): ArchivedPosting
  /** Where the entry with this ordinal, a multiple of 256, says that it stands: believed only with its posting. */
  sparse(account: AccountId, asset: Asset, ordinal: number): Position
  fact(seq: Seq, item: number): ArchivedBody
  /** The facts from `low` to `high`, both included, but `limit` at most. */
  facts(low: Position, high: Position, order: Order, limit: number): readonly ArchivedBody[]
}
