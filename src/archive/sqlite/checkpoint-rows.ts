// Checkpoints in the archive: pages with a digest, in generations of which only a finished one counts.

import { hash } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { ArchiveDamaged } from '../../../actors/state-storage/archive.ts'
import type { Seq } from '../../../actors/state-storage/messages.ts'
import type { Meta } from './meta.ts'

/** A complete checkpoint. */
export type Checkpoint = Pick<Meta, 'generation' | 'checkpoint' | 'pages'>

/** Pages deleted at once: the archive takes lines over in between. */
const sweptPages = 16

export class CheckpointRows {
  readonly #database: DatabaseSync
  #newest: number
  #begun: Checkpoint | undefined

  constructor(database: DatabaseSync) {
    this.#database = database
    // A generation that was begun and not finished is never taken up again: its number must not come back.
    this.#newest = Number(database.prepare('SELECT max(generation) AS newest FROM checkpoint_pages').get()?.newest ?? 0)
  }

  begin(checkpoint: Seq, finished: number): void {
    this.#newest = Math.max(this.#newest, finished) + 1
    this.#begun = { generation: this.#newest, checkpoint, pages: 0 }
  }

  /** False if none was begun. */
  save(payload: string): boolean {
    const begun = this.#begun
    if (begun === undefined) return false
    const { generation, pages } = begun
    this.#database
      .prepare('INSERT INTO checkpoint_pages VALUES (?, ?, ?, ?)')
      .run(generation, pages, digestOf(generation, pages, payload), payload)
    this.#begun = { ...begun, pages: pages + 1 }
    return true
  }

  finish(): Checkpoint | undefined {
    const begun = this.#begun
    this.#begun = undefined
    return begun
  }

  /** Deletes some pages of generations that do not count any more; false if there are none. */
  sweep(finished: number): boolean {
    const kept = [finished, this.#begun?.generation ?? finished]
    const { changes } = this.#database
      .prepare(
        `DELETE FROM checkpoint_pages WHERE rowid IN
          (SELECT rowid FROM checkpoint_pages WHERE generation NOT IN (?, ?) LIMIT ${sweptPages})`,
      )
      .run(...kept)
    return Number(changes) > 0
  }
}

/** Throws ArchiveDamaged if the page is gone or fails its digest. */
export function readPage(database: DatabaseSync, generation: number, page: number): string {
  const row = database
    .prepare('SELECT digest, payload FROM checkpoint_pages WHERE generation = ? AND page = ?')
    .get(generation, page)
  if (row === undefined) throw new ArchiveDamaged(`the archive has lost page ${page} of the checkpoint`)
  if (typeof row.payload !== 'string' || row.digest !== digestOf(generation, page, row.payload)) {
    throw new ArchiveDamaged(`page ${page} of the checkpoint in the archive fails its digest`)
  }
  return row.payload
}

function digestOf(generation: number, page: number, payload: string): string {
  return hash('sha256', `${generation} ${page} ${payload}`)
}
