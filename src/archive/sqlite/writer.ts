// Writes the archive, in a worker of its own: it alone changes the database and the id parts.

import path from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { ArchiveDamaged, type IdPart } from '../../../actors/state-storage/archive.ts'
import type { Seq } from '../../../actors/state-storage/messages.ts'
import { IdPartFiles } from '../id-part-files.ts'
import type { ArchiveHead } from '../journal-line.ts'
import { QuestionRefused } from '../worker/service.ts'
import { type Checkpoint, CheckpointRows } from './checkpoint-rows.ts'
import { inTransaction } from './database.ts'
import { LineRows } from './line-rows.ts'
import { type Meta, saveMeta } from './meta.ts'
import { believing, markDamaged, openDatabase } from './opening.ts'

export interface WriterOpened extends ArchiveHead, Checkpoint {
  readonly notices: readonly string[]
}

/** What is there while the database is open. */
interface Open {
  readonly database: DatabaseSync
  readonly lines: LineRows
  readonly checkpoints: CheckpointRows
  readonly save: (meta: Meta) => void
  meta: Meta
}

export class Writer {
  readonly #folder: string
  readonly #ids: IdPartFiles
  #open: Open | undefined

  constructor(folder: string) {
    this.#folder = folder
    this.#ids = new IdPartFiles(path.join(folder, 'ids'))
  }

  open(): WriterOpened {
    const { meta, notices } = this.#begin()
    const idNotices = this.#ids.open()
    if (meta.ledger !== '') idNotices.push(...this.#ids.bind(meta.ledger))
    return { ...meta, notices: [...notices, ...idNotices] }
  }

  bind(ledger: string): void {
    const open = this.#opened()
    const { meta } = open
    if (meta.ledger !== '' && meta.ledger !== ledger) {
      throw new ArchiveDamaged(`the archive in ${this.#folder} belongs to ledger ${meta.ledger}, not to ${ledger}`)
    }
    this.#ids.bind(ledger)
    believing(this.#folder, () => this.#keep(open, { ...meta, ledger }))
  }

  take(texts: readonly string[]): ArchiveHead {
    const open = this.#bound()
    return believing(this.#folder, () => {
      const head = inTransaction(open.database, () => {
        const head = open.lines.insert(open.meta, texts)
        open.save({ ...open.meta, ...head })
        return head
      })
      open.meta = { ...open.meta, ...head }
      return head
    })
  }

  beginCheckpoint(seq: Seq): void {
    const { checkpoints, meta } = this.#bound()
    believing(this.#folder, () => checkpoints.begin(seq, meta.generation))
  }

  saveCheckpointPage(payload: string): void {
    const { checkpoints } = this.#bound()
    const isSaved = believing(this.#folder, () => checkpoints.save(payload))
    if (!isSaved) throw new QuestionRefused('no checkpoint was begun')
  }

  finishCheckpoint(): Checkpoint {
    const open = this.#bound()
    const finished = believing(this.#folder, () => open.checkpoints.finish())
    if (finished === undefined) throw new QuestionRefused('no checkpoint was begun')
    believing(this.#folder, () => this.#keep(open, { ...open.meta, ...finished }))
    this.#sweep(open)
    return finished
  }

  idPartNames(): readonly string[] {
    return this.#ids.names
  }

  idPart(name: string): IdPart {
    return this.#ids.load(name)
  }

  saveIdPart(part: IdPart): void {
    this.#ids.save(this.#bound().meta.ledger, part)
  }

  reset(): void {
    markDamaged(this.#folder, 'it was given up')
    this.#open?.database.close()
    this.#begin()
  }

  close(): void {
    this.#open?.database.close()
    this.#open = undefined
  }

  #begin(): { meta: Meta; notices: readonly string[] } {
    const { database, meta, notices } = openDatabase(this.#folder)
    const open: Open = {
      database,
      lines: new LineRows(database),
      checkpoints: new CheckpointRows(database),
      save: saveMeta(database),
      meta,
    }
    this.#open = open
    this.#sweep(open)
    return { meta, notices }
  }

  #keep(open: Open, meta: Meta): void {
    open.save(meta)
    open.meta = meta
  }

  /** Deletes old pages a few at a time, between questions. */
  #sweep(open: Open): void {
    setImmediate(() => {
      if (this.#open !== open) return
      if (believing(this.#folder, () => open.checkpoints.sweep(open.meta.generation))) this.#sweep(open)
    })
  }

  #opened(): Open {
    if (this.#open === undefined) throw new QuestionRefused('the archive is not open')
    return this.#open
  }

  #bound(): Open {
    const open = this.#opened()
    if (open.meta.ledger === '') throw new QuestionRefused('the archive is bound to no ledger')
    return open
  }
}
