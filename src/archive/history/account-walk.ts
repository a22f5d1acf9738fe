// Walks an account's chain of entries back, from the sparse row that is nearest.

import { ArchiveDamaged } from '../../../actors/state-storage/archive.ts'
import type { Entry } from '../entries.ts'
import { sparseDistance } from '../sqlite/posting-rows.ts'
import type { AccountPlace, Span } from './history.ts'
import type { ArchivedPosting, HistoryRows } from './rows.ts'

export interface WalkedEntry {
  readonly row: ArchivedPosting
  readonly own: Entry
  readonly other: Entry
}

export class AccountWalk {
  readonly #rows: HistoryRows
  readonly #place: AccountPlace

  constructor(rows: HistoryRows, place: AccountPlace) {
    this.#rows = rows
    this.#place = place
  }

  /** Newest first. */
  entries({ low, high }: Span): WalkedEntry[] {
    const found: WalkedEntry[] = []
    for (const entry of this.#back(Math.min(high, this.#place.count))) {
      if (entry.own.ordinal < low) break
      found.push(entry)
    }
    return found
  }

  /** The last entry that counts, where none counts after one that doesn't. */
  lastThat(counts: (row: ArchivedPosting) => boolean): WalkedEntry | undefined {
    let [low, high] = [0, Math.floor(this.#place.count / sparseDistance)]
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if (counts(this.#jump(middle * sparseDistance).row)) low = middle
      else high = middle - 1
    }
    for (const entry of this.#back(Math.min((low + 1) * sparseDistance, this.#place.count))) {
      if (counts(entry.row)) return entry
    }
    return undefined
  }

  *#back(ordinal: number): Generator<WalkedEntry> {
    if (ordinal < 1) return
    let entry = this.#jump(Math.ceil(ordinal / sparseDistance) * sparseDistance)
    while (true) {
      if (entry.own.ordinal <= ordinal) yield entry
      const { previous, ordinal: own } = entry.own
      if (previous === null) return
      entry = this.#read(previous, own - 1)
    }
  }

  /** The entry with this ordinal, a multiple of 256; the last one where that is past it. */
  #jump(ordinal: number): WalkedEntry {
    const { account, asset, last, count } = this.#place
    if (ordinal >= count && last !== null) return this.#read(last, count)
    return this.#read(this.#rows.sparse(account, asset, ordinal), ordinal)
  }

  #read(position: AccountPlace['last'] & object, ordinal: number): WalkedEntry {
    const { account, asset } = this.#place
    const row = this.#rows.posting(position)
    const [own, other] = row.from.account === account ? [row.from, row.to] : [row.to, row.from]
    if (row.asset !== asset || own.account !== account || own.ordinal !== ordinal) {
      throw new ArchiveDamaged(`entry ${ordinal} of ${account} in ${asset} is not at seq ${position[0]} of the archive`)
    }
    return { row, own, other }
  }
}
