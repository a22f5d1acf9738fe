// The archive against the journal: how far it goes, each of its rows, and the checkpoint that recovery begins with.

import fs from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import type { JournalRecord } from '../../../../actors/state-storage/journal.ts'
import type { Head, Seq, Timestamp } from '../../../../actors/state-storage/messages.ts'
import type { PostingRow } from '../../../archive/entries.ts'
import type { ArchivedFact } from '../../../archive/journal-line.ts'
import { readPage } from '../../../archive/sqlite/checkpoint-rows.ts'
import { isDamage, openUnchanged } from '../../../archive/sqlite/database.ts'
import { FactRows } from '../../../archive/sqlite/fact-rows.ts'
import type { Meta } from '../../../archive/sqlite/meta.ts'
import { check, databaseFile, markerFile } from '../../../archive/sqlite/opening.ts'
import type { LedgerBook } from '../../../books/ledger-book.ts'
import type { Findings } from '../findings.ts'
import { ArchiveRows } from './archive-rows.ts'

interface Open {
  readonly database: DatabaseSync
  readonly meta: Meta
  readonly rows: ArchiveRows
  readonly facts: FactRows
}

export class ArchiveCheck {
  readonly #file: string
  readonly #findings: Findings
  #open: Open | undefined
  #hash: string | undefined

  /** Finds an archive that can't be believed; none at all is only told. */
  constructor(folder: string, ledger: string, findings: Findings) {
    this.#file = databaseFile(folder)
    this.#findings = findings
    if (fs.existsSync(markerFile(folder))) {
      const reason = fs.readFileSync(markerFile(folder), 'utf8').trim()
      this.#say(undefined, `is marked as damaged, and is begun anew at the next start: ${reason}`)
    } else if (fs.existsSync(this.#file)) this.#guarded(() => this.#begin(ledger))
    else findings.notices.push('there is no archive; the next start makes it from the journal')
  }

  #begin(ledger: string): void {
    const database = openUnchanged(this.#file)
    try {
      const meta = check(database)
      const facts = new FactRows(database)
      this.#open = { database, meta, facts, rows: new ArchiveRows(database, (seq, message) => this.#say(seq, message)) }
      if (meta.ledger !== ledger) this.#say(undefined, `belongs to the ledger ${meta.ledger}`)
    } finally {
      if (this.#open === undefined) database.close()
    }
  }

  /** The last seq that it knows. */
  get head(): Seq {
    return this.#open?.meta.seq ?? 0
  }

  /** The seq of the checkpoint that recovery begins with. */
  get checkpoint(): Seq {
    return this.#open?.meta.checkpoint ?? 0
  }

  /** The texts of the facts with that seq; undefined where it has none that it can be asked for. */
  bodies(seq: Seq): readonly string[] | undefined {
    if (seq > this.head) return undefined
    let bodies: readonly string[] | undefined
    this.#believing(({ facts }) => {
      bodies = facts.find(seq)
    })
    return bodies
  }

  fact(fact: ArchivedFact): void {
    if (fact.seq <= this.head) this.#believing(({ rows }) => rows.fact(fact))
  }

  posting(row: PostingRow, item: number, time: Timestamp): void {
    if (row.position[0] <= this.head) this.#believing(({ rows }) => rows.posting(row, item, time))
  }

  record({ last, hash }: Pick<JournalRecord, 'last' | 'hash'>): void {
    if (last === this.head) this.#hash = hash
  }

  /** `book` is undefined if records are missing: nothing follows from the rest then. */
  conclude(journal: Pick<Head, 'seq'>, book: LedgerBook | undefined): void {
    this.#believing(({ meta, rows, database }) => {
      const { seq, hash, generation, checkpoint, pages } = meta
      if (seq > journal.seq) {
        this.#say(seq, `goes to seq ${seq}, but the journal ends at ${journal.seq}: acknowledged records are missing`)
      } else if (seq > 0 && hash !== this.#hash) {
        this.#say(seq, 'knows another record at its end than the journal holds there')
      }
      if (seq < journal.seq) {
        this.#findings.notices.push(`the archive goes to seq ${seq}; the next start takes the rest over`)
      }
      if (book === undefined) return
      rows.conclude(seq)
      if (checkpoint > journal.seq) this.#say(checkpoint, 'has a checkpoint of a seq that the journal does not hold')
      else this.#pages(database, generation, pages, checkpoint, book)
    })
    this.#open?.database.close()
    this.#open = undefined
  }

  /** Recovery replays what came after the checkpoint: only what was not written since must be as it is now. */
  #pages(database: DatabaseSync, generation: number, pages: number, checkpoint: Seq, book: LedgerBook): void {
    const found = new Set<string>()
    for (let page = 0; page < pages; page++) {
      for (const [key, value] of JSON.parse(readPage(database, generation, page)) as [string, string][]) {
        const known = book.written(key)
        found.add(key)
        if (known === undefined ? book.wasClosedLate(key) : known.seq > checkpoint || known.value === value) continue
        this.#say(checkpoint, `page ${page} of the checkpoint tells ${key} as ${value}, not as the journal does`)
      }
    }
    for (const [key, { seq }] of book.keys()) {
      if (pages > 0 && seq <= checkpoint && !found.has(key)) this.#say(checkpoint, `the checkpoint has lost ${key}`)
    }
  }

  #believing(work: (open: Open) => void): void {
    const open = this.#open
    if (open !== undefined) this.#guarded(() => work(open))
  }

  /** What shows the archive to be unreadable ends its check, with one finding. */
  #guarded(work: () => void): void {
    try {
      work()
    } catch (error) {
      if (!isDamage(error) && !(error instanceof SyntaxError)) throw error
      this.#say(undefined, `can't be read: ${error.message}`)
      this.#open?.database.close()
      this.#open = undefined
    }
  }

  #say(seq: Seq | undefined, message: string): void {
    this.#findings.add({ file: this.#file, ...(seq !== undefined && { seq }) }, message)
  }
}
