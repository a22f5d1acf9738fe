// Reads the archive, in a worker of its own: never held up by the one that writes.

import type { DatabaseSync } from 'node:sqlite'
import type { Seq } from '../../../actors/state-storage/messages.ts'
import { QuestionRefused } from '../worker/service.ts'
import { readPage } from './checkpoint-rows.ts'
import { openToRead } from './database.ts'
import { FactRows } from './fact-rows.ts'
import { believing, databaseFile } from './opening.ts'

export class Reader {
  readonly #folder: string
  #database: DatabaseSync | undefined
  #facts: FactRows | undefined

  constructor(folder: string) {
    this.#folder = folder
  }

  /** After the writer has opened it: only the writer may find it damaged as a whole. */
  open(): void {
    this.#database = openToRead(databaseFile(this.#folder))
    this.#facts = new FactRows(this.#database)
  }

  /** The bodies of the facts with these seqs, all of which the archive must hold. */
  findTransactions(seqs: readonly Seq[]): readonly string[] {
    return believing(this.#folder, () => seqs.flatMap((seq) => this.#opened(this.#facts).find(seq)))
  }

  checkpointPage(generation: number, page: number): string {
    return believing(this.#folder, () => readPage(this.#opened(this.#database), generation, page))
  }

  close(): void {
    this.#facts = undefined
    this.#database?.close()
    this.#database = undefined
  }

  #opened<Part>(part: Part | undefined): Part {
    if (part === undefined) throw new QuestionRefused('the archive is not open')
    return part
  }
}
