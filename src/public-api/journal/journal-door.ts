// The journal as it goes out and comes in whole: what the API needs of it.

import type { Head, Seq } from '../../../actors/state-storage/messages.ts'
import type { Problem } from '../answer/problem.ts'
import type { Line } from '../request/ndjson.ts'

export type ImportedHead = Pick<Head, 'seq' | 'hash'>

export interface JournalDoor {
  /**
   * The lines as they stand in the journal, without their newlines, from the one that holds `after` + 1 up to `through`, which
   * must be durable. After −1: the genesis, too. Throws where a line is damaged in every copy.
   */
  lines(after: Seq, through: Seq): AsyncIterable<Uint8Array>
  /**
   * Checks all of the lines and makes them the ledger, or tells why not, and then nothing has changed. Rejects where the
   * lines do, with nothing changed.
   */
  take(lines: AsyncIterable<Line>, dryRun: boolean): Promise<ImportedHead | Problem>
}

/** In bytes, without its end: no batch is admitted that could make a longer record. */
export const longestRecord = 96 * 1_024 * 1_024
