// Facts in the archive: one row each, never believed without its checksum.

import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import { ArchiveDamaged } from '../../../actors/state-storage/archive.ts'
import type { Seq } from '../../../actors/state-storage/messages.ts'
import type { ArchivedFact } from '../journal-line.ts'
import { rowNumber } from './database.ts'

export function insertFact(database: DatabaseSync): (fact: ArchivedFact) => void {
  const insert = database.prepare('INSERT INTO facts VALUES (?, ?, ?, ?)')
  return ({ seq, item, items, time, body }) => {
    const position = rowNumber(seq, item)
    insert.run(position, time, body, factChecksum(position, items, time, body))
  }
}

export class FactRows {
  readonly #select: StatementSync

  constructor(database: DatabaseSync) {
    this.#select = database.prepare(
      'SELECT position, time, body, checksum FROM facts WHERE position BETWEEN ? AND ? ORDER BY position',
    )
    // Without it, a damaged number can throw for its size before its checksum is looked at.
    this.#select.setReadBigInts(true)
  }

  /** The bodies of the facts with this seq, which the archive must hold. Throws ArchiveDamaged if it does not. */
  find(seq: Seq): string[] {
    const rows = this.#select.all(rowNumber(seq, 0), rowNumber(seq, 0xffff))
    if (rows.length === 0) throw new ArchiveDamaged(`the archive has lost the fact of seq ${seq}`)
    return rows.map(({ position, time, body, checksum }, item) => {
      const isWhole =
        typeof body === 'string' &&
        position === BigInt(rowNumber(seq, item)) &&
        checksum === BigInt(factChecksum(String(position), rows.length, String(time), body))
      if (!isWhole) throw new ArchiveDamaged(`a fact of seq ${seq} in the archive fails its checksum`)
      return body
    })
  }
}

/** The number of facts with the same seq goes in, so that none of them can vanish unnoticed. */
export function factChecksum(
  position: number | bigint | string,
  items: number,
  time: number | string,
  body: string,
): number {
  return crc32(body, crc32(`${position} ${items} ${time}`))
}
