// Postings in the archive: a row for each, and a sparse row for every 256th entry of an account.

import type { DatabaseSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import type { Position } from '../../../actors/contracts/account.ts'
import type { Timestamp } from '../../../actors/state-storage/messages.ts'
import { type Entry, lastIndex, type PostingRow, postingRows, postingsOf } from '../entries.ts'
import type { ArchivedFact } from '../journal-line.ts'
import { rowNumber } from './database.ts'

/** A statement is walked back from a sparse row through this many entries at most. */
export const sparseDistance = 256

/** Takes the facts of one line in their order: a fact's postings are numbered on from those of the same seq before it. */
export function insertPostings(database: DatabaseSync): (facts: readonly ArchivedFact[]) => void {
  const insertPosting = preparePosting(database)
  const insertSparse = database.prepare('INSERT INTO sparse VALUES (?, ?, ?, ?, ?)')
  const insertEntry = ({ account, ordinal }: Entry, { asset, position }: PostingRow, time: Timestamp) => {
    if (ordinal % sparseDistance === 0) insertSparse.run(account, asset, ordinal, rowNumber(...position), time)
  }
  return (facts) => {
    let offset = 0
    for (const { seq, item, time, transaction } of facts) {
      if (item === 0) offset = 0
      for (const row of postingRows(transaction, offset)) {
        insertPosting(row, item, time)
        insertEntry(row.from, row, time)
        insertEntry(row.to, row, time)
      }
      offset += postingsOf(transaction).length
      // One more would be given the number of the next seq's first.
      if (offset > lastIndex + 1) throw new Error(`seq ${seq} has more postings than the archive can number`)
    }
  }
}

function preparePosting(database: DatabaseSync): (row: PostingRow, item: number, time: Timestamp) => void {
  const insert = database.prepare('INSERT INTO postings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
  return (row, item, time) => void insert.run(...postingValues(row, item, time))
}

/** A row as the table holds it, column by column; the last one is the checksum of the others. */
export function postingValues({ position, asset, amount, from, to }: PostingRow, item: number, time: Timestamp) {
  const number = rowNumber(...position)
  const fromPrevious = numberOf(from.previous)
  const toPrevious = numberOf(to.previous)
  // No id, asset or number holds a space, so that no two rows have the same text.
  const text =
    `${number} ${item} ${time} ${asset} ${amount} ${from.account} ${from.posted} ${fromPrevious} ${from.ordinal} ` +
    `${to.account} ${to.posted} ${toPrevious} ${to.ordinal}`
  return [
    number,
    item,
    time,
    asset,
    amount,
    from.account,
    from.posted,
    fromPrevious,
    from.ordinal,
    to.account,
    to.posted,
    toPrevious,
    to.ordinal,
    crc32(text),
  ] as const
}

function numberOf(position: Position | null): number | bigint | null {
  return position === null ? null : rowNumber(...position)
}
