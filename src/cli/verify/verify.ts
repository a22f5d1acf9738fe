// Checks a whole ledger that no server has open, and changes nothing: every copy of the journal, what follows from it, the archive.

import type { JournalRecord } from '../../../actors/state-storage/journal.ts'
import type { Id, Seq } from '../../../actors/state-storage/messages.ts'
import type { PostingRow } from '../../archive/entries.ts'
import { type ArchivedFact, readLines } from '../../archive/journal-line.ts'
import { LedgerBook } from '../../books/ledger-book.ts'
import { type AnyFact, Names } from '../../books/names.ts'
import { type Past, wrongOfPast } from '../../books/past.ts'
import type { Disk } from '../../journal/disk.ts'
import { walkSegments } from '../../journal/file/walk.ts'
import { readMark } from '../../journal/file/witness.ts'
import { ledgerOf, parseRecord } from '../../journal/record.ts'
import type { LedgerFolders } from '../ledger-folders.ts'
import { ArchiveCheck } from './archive/archive-check.ts'
import { IdPartsCheck } from './archive/id-parts-check.ts'
import { type CheckedLine, Copies } from './copies.ts'
import { Findings, type Place } from './findings.ts'

export interface VerifyOptions {
  readonly disk: Disk
  /** Told now and then how far the check is. */
  readonly progress?: (seq: Seq, bytes: number) => void
}

export interface Checked {
  readonly ledger: string
  readonly seq: Seq
  readonly hash: string
  readonly records: number
  readonly facts: number
  readonly accounts: number
  readonly openHolds: number
  /** The last seq that the archive holds. */
  readonly archived: Seq
  readonly findings: Findings
}

/** What there is to hold the records against, once the ledger is known. */
interface Books {
  readonly ledger: string
  readonly book: LedgerBook
  readonly names: Names
  readonly archive: ArchiveCheck
  readonly ids: IdPartsCheck
}

export async function verify(folders: LedgerFolders, options: VerifyOptions): Promise<Checked> {
  return new Verification(folders, options).run()
}

class Verification {
  readonly #folders: LedgerFolders
  readonly #options: VerifyOptions
  readonly #findings = new Findings()
  readonly #copies: Copies
  #books: Books | undefined
  /** Records are missing or can't be read: nothing that comes after them can be derived. */
  #broken = false
  /** What was looked up last: the items of a batch often ask for the same seq. */
  #looked: { readonly seq: Seq; readonly facts: readonly AnyFact[] } | undefined
  #records = 0
  #facts = 0
  #bytes = 0

  constructor(folders: LedgerFolders, options: VerifyOptions) {
    this.#folders = folders
    this.#options = options
    this.#copies = new Copies(options.disk, folders.copies, this.#findings)
  }

  async run(): Promise<Checked> {
    for await (const line of this.#copies.walk()) {
      await this.#line(line)
      this.#bytes += line.bytes.length + 1
      this.#options.progress?.(line.seal.last, this.#bytes)
    }
    const archived = this.#books?.archive.head ?? 0
    await this.#conclude(archived)
    const { seq, hash } = this.#copies.head
    const book = this.#books?.book
    return {
      ledger: this.#books?.ledger ?? '',
      seq: Math.max(0, seq),
      hash,
      records: this.#records,
      facts: this.#facts,
      accounts: book?.accounts.size ?? 0,
      openHolds: book?.holds.size ?? 0,
      archived,
      findings: this.#findings,
    }
  }

  async #line(line: CheckedLine): Promise<void> {
    const { place, linked } = line
    if (this.#books === undefined) return this.#begin(line)
    this.#records++
    if (!linked) this.#break(place)
    const read = this.#read(line)
    if (read === undefined) this.#break(place)
    else await this.#record(this.#books, read.record, read.facts, place)
  }

  #read({ seal, bytes, place }: CheckedLine) {
    try {
      const record = parseRecord(bytes, seal)
      const lines = readLines({ seq: seal.first - 1, hash: seal.prev }, [record.line])
      return { record, facts: lines.flatMap(({ facts }) => facts) }
    } catch (error) {
      this.#findings.add(place, `is no record: ${(error as Error).message}`)
      return undefined
    }
  }

  /** The first line says which ledger it is. */
  #begin({ seal, bytes, place }: CheckedLine): void {
    let ledger = ''
    try {
      if (seal.last !== 0) throw new Error('the journal does not begin with its genesis')
      ledger = ledgerOf(bytes)
    } catch (error) {
      this.#findings.add(place, (error as Error).message)
      this.#break(place)
    }
    const archive = new ArchiveCheck(this.#folders.archive, ledger, this.#findings)
    const ids = new IdPartsCheck(this.#folders.ids, ledger, this.#findings)
    const names = new Names(ledger, (seq, name) => this.#took(seq, name))
    this.#books = { ledger, archive, ids, names, book: new LedgerBook(archive.checkpoint) }
  }

  async #record(books: Books, record: JournalRecord, facts: readonly ArchivedFact[], place: Place): Promise<void> {
    const { archive, ids, book } = books
    archive.record(record)
    for (const fact of facts) {
      const { seq, time, transaction } = fact
      this.#facts++
      archive.fact(fact)
      if (time !== record.time)
        this.#findings.add({ ...place, seq }, `a fact tells the time ${time}, its record ${record.time}`)
      for (const name of transaction.ids ?? []) ids.name(name, seq)
      if (!this.#broken) await this.#fact(books, fact, { ...place, seq })
    }
    if (this.#broken) return
    for (const wrong of book.close(record.writes, record.last)) this.#findings.add(place, `the record ${wrong}`)
  }

  async #fact({ book, names, archive }: Books, fact: ArchivedFact, place: Place): Promise<void> {
    const transaction = fact.transaction as AnyFact
    const say = (what: string) => this.#findings.add(place, `a fact ${what}`)
    let rows: readonly PostingRow[] = []
    try {
      for (const wrong of await names.take(transaction)) say(wrong)
      for (const wrong of await wrongOfPast(transaction, this.#past(names))) say(wrong)
      const entered = book.enter(transaction)
      for (const wrong of entered.wrong) say(wrong)
      rows = entered.rows
    } catch (error) {
      // Whatever a forger wrote must end in a finding, never in a check that breaks off.
      say(`can't be understood: ${(error as Error).message}`)
    }
    for (const row of rows) archive.posting(row, fact.item, fact.time)
  }

  #past(names: Names): Past {
    return { factsAt: (seq) => this.#factsAt(seq), candidates: (name) => names.candidates(name) }
  }

  async #conclude(archived: Seq): Promise<void> {
    const { seq, hash } = this.#copies.head
    let known = archived
    for (const folder of this.#folders.copies) {
      const mark = await readMark(this.#options.disk, folder)
      if (mark === undefined) continue
      known = Math.max(known, mark.seq)
      if (mark.seq === seq && mark.hash === hash) continue
      this.#findings.add(
        { file: folder, seq: mark.seq },
        `the mark of a clean stop knows another end of the journal than seq ${seq}`,
      )
    }
    this.#copies.conclude(known)
    const { book, archive, ids } = this.#books ?? {}
    archive?.conclude({ seq }, this.#broken ? undefined : book)
    ids?.conclude(seq)
    if (this.#books === undefined) this.#findings.add({}, 'the journal holds no whole line')
    if (book === undefined || this.#broken) return
    for (const wrong of book.conclude()) this.#findings.add({ seq }, wrong)
  }

  #break({ seq = 0 }: Place): void {
    if (this.#broken) return
    this.#broken = true
    this.#findings.notices.push(
      `from seq ${seq} on only the hashes, links and copies were checked, and not what follows from them`,
    )
  }

  async #took(seq: Seq, name: Id): Promise<boolean> {
    return (await this.#factsAt(seq)).some(({ ids = [] }) => ids.includes(name))
  }

  /** From the archive, whose texts were compared with the journal's; else from the journal, which takes longer. */
  async #factsAt(seq: Seq): Promise<readonly AnyFact[]> {
    if (this.#looked?.seq === seq) return this.#looked.facts
    const bodies = this.#books?.archive.bodies(seq)?.map((body) => JSON.parse(body) as AnyFact)
    const facts = bodies ?? (await this.#factsInJournal(seq))
    this.#looked = { seq, facts }
    return facts
  }

  async #factsInJournal(seq: Seq): Promise<readonly AnyFact[]> {
    const { disk } = this.#options
    if (seq < 1 || seq > this.#copies.head.seq) return []
    for await (const { bytes, seal } of walkSegments(disk, this.#folders.copies, this.#copies.segments, seq - 1, seq)) {
      return parseRecord(bytes, seal).transactions.flatMap((fact) => (fact.seq === seq ? [fact as AnyFact] : []))
    }
    return []
  }
}
