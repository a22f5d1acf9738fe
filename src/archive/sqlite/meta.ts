// The archive's one row about itself, with a checksum: a damaged head must not look like a lost journal.

import { hash } from 'node:crypto'
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import { ArchiveDamaged } from '../../../actors/state-storage/archive.ts'
import type { Seq } from '../../../actors/state-storage/messages.ts'

export interface Meta {
  /** Empty: bound to no ledger yet. */
  readonly ledger: string
  readonly seq: Seq
  readonly hash: string
  /** The newest complete checkpoint, the state it holds and how many pages it has; 0, 0, 0: none. */
  readonly generation: number
  readonly checkpoint: Seq
  readonly pages: number
}

export const emptyMeta: Meta = { ledger: '', seq: 0, hash: '', generation: 0, checkpoint: 0, pages: 0 }

export function saveMeta(database: DatabaseSync): (meta: Meta) => void {
  const replace = database.prepare('REPLACE INTO meta VALUES (1, ?, ?, ?, ?, ?, ?, ?)')
  return (meta) => {
    const { ledger, seq, hash, generation, checkpoint, pages } = meta
    replace.run(ledger, seq, hash, generation, checkpoint, pages, checksumOf(meta))
  }
}

/** Throws ArchiveDamaged if the row is gone or fails its checksum. */
export function loadMeta(database: DatabaseSync): Meta {
  const statement = database.prepare('SELECT * FROM meta')
  // Without it, a damaged number can throw for its size before its checksum is looked at.
  statement.setReadBigInts(true)
  const row = statement.get()
  if (row === undefined) throw new ArchiveDamaged('the archive has lost the row that says how far it goes')
  const meta: Meta = {
    ledger: String(row.ledger),
    seq: whole(row.seq),
    hash: String(row.hash),
    generation: whole(row.generation),
    checkpoint: whole(row.checkpoint),
    pages: whole(row.pages),
  }
  if (row.checksum !== checksumOf(meta)) {
    throw new ArchiveDamaged('the row in the archive that says how far it goes fails its checksum')
  }
  return meta
}

function whole(value: SQLOutputValue | undefined): number {
  return Number(value)
}

function checksumOf({ ledger, seq, hash: head, generation, checkpoint, pages }: Meta): string {
  return hash('sha256', JSON.stringify([ledger, seq, head, generation, checkpoint, pages]))
}
