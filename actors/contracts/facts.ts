// Facts: what the journal keeps of a decision. Answers are replayed from them, so they only ever grow.

import type { Id, Seq, Timestamp } from '../state-storage/messages.ts'
import type { SettingsFact } from './settings.ts'
import type { SettlementFact, TransferFact } from './transfer.ts'

export type Fact = TransferFact | SettlementFact | SettingsFact

/** The place in the ledger that a transaction gets if it is kept. */
export interface Stamp {
  readonly seq: Seq
  readonly time: Timestamp
  /** The names that the request takes, whatever comes of it. */
  readonly ids: readonly Id[]
  /** Its number in an atomic batch. */
  readonly item?: number
  /** How many postings the items before it have. */
  readonly offset: number
}
