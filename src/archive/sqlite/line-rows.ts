// Turns journal lines into rows.

import type { DatabaseSync } from 'node:sqlite'
import { type ArchivedFact, type ArchiveHead, readLines } from '../journal-line.ts'
import { insertFact } from './fact-rows.ts'
import { insertPostings } from './posting-rows.ts'

export class LineRows {
  readonly #insertFact: (fact: ArchivedFact) => void
  readonly #insertPostings: (facts: readonly ArchivedFact[]) => void

  constructor(database: DatabaseSync) {
    this.#insertFact = insertFact(database)
    this.#insertPostings = insertPostings(database)
  }

  /** Returns the head after them. Throws LinesRefused, before anything is inserted, if they do not follow `head`. */
  insert(head: ArchiveHead, texts: readonly string[]): ArchiveHead {
    const lines = readLines(head, texts)
    for (const { facts } of lines) {
      for (const fact of facts) this.#insertFact(fact)
      this.#insertPostings(facts)
    }
    const last = lines.at(-1)
    return last === undefined ? { seq: head.seq, hash: head.hash } : { seq: last.last, hash: last.hash }
  }
}
