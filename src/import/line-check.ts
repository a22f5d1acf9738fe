// Checks the lines of a journal from outside, one after another: form, hash, link, and that its writes follow from its facts.

import type { JournalRecord } from '../../actors/state-storage/journal.ts'
import type { Head, Id, Seq } from '../../actors/state-storage/messages.ts'
import { readLines } from '../archive/journal-line.ts'
import { LedgerBook } from '../books/ledger-book.ts'
import { type AnyFact, Names } from '../books/names.ts'
import { wrongOfPast } from '../books/past.ts'
import {
  encodeGenesis,
  encodeRecord,
  follows,
  headOf,
  ledgerOf,
  origin,
  parseRecord,
  readSeal,
  type Seal,
} from '../journal/record.ts'

/** Where the lines are kept that were seen: facts tell of earlier ones. */
export interface Shelf {
  add(line: Buffer, first: Seq): Promise<void>
  /** The line that holds a seq; undefined if none does. */
  lineOf(seq: Seq): Promise<Buffer | undefined>
}

/** What is wrong with a line, in words that go on from "line 17: ". */
export class LineFault extends Error {
  override readonly name = 'LineFault'
}

export class LineCheck {
  readonly #shelf: Shelf
  readonly #book = new LedgerBook(Number.MAX_SAFE_INTEGER)
  #names: Names | undefined
  #head = origin
  /** What was looked up last: the items of a batch often ask for the same seq. */
  #looked: { readonly seq: Seq; readonly facts: readonly AnyFact[] } | undefined

  constructor(shelf: Shelf) {
    this.#shelf = shelf
  }

  /** The last line that was taken. */
  get head(): Head {
    return this.#head
  }

  /** Puts the line on the shelf. Rejects with LineFault; nothing may be taken after that. */
  async take(bytes: Buffer): Promise<void> {
    const seal = readSeal(bytes)
    if (seal === undefined) throw new LineFault('it is no whole record: its hash is wrong')
    if (seal.version !== 1) throw new LineFault(`its format version ${seal.version} is unknown`)
    if (!follows(seal, this.#head)) throw new LineFault(notFollowing(seal, this.#head))
    if (this.#names === undefined) {
      this.#names = this.#begin(bytes, seal)
      await this.#shelf.add(bytes, seal.first)
    } else {
      const record = readRecord(bytes, seal, this.#head)
      await this.#shelf.add(bytes, seal.first)
      await this.#record(record, this.#names)
    }
    this.#head = headOf(seal)
  }

  /** What can only be said of the whole. Throws LineFault. */
  conclude(): void {
    if (this.#names === undefined) throw new LineFault('there is none')
    refuse(this.#book.conclude(), 'up to here, ')
  }

  #begin(bytes: Buffer, { time }: Seal): Names {
    const ledger = understood(() => ledgerOf(bytes))
    if (!/^[0-9a-f]{32}$/.test(ledger) || !isWritten(bytes, encodeGenesis(ledger, time))) {
      throw new LineFault('it is no genesis')
    }
    return new Names(ledger, (seq, name) => this.#took(seq, name))
  }

  async #record(record: JournalRecord, names: Names): Promise<void> {
    const [line] = understood(() => readLines({ seq: record.first - 1, hash: record.prev }, [record.line]))
    for (const { time, transaction } of line?.facts ?? []) {
      if (time !== record.time) throw new LineFault(`a fact tells the time ${time}, its record ${record.time}`)
      await this.#fact(transaction as AnyFact, names)
    }
    refuse(this.#book.close(record.writes, record.last), 'the record ')
  }

  async #fact(fact: AnyFact, names: Names): Promise<void> {
    const says = `the fact of seq ${fact.seq} `
    const past = { factsAt: (seq: Seq) => this.#factsAt(seq), candidates: (name: Id) => names.candidates(name) }
    try {
      refuse(await names.take(fact), says)
      refuse(await wrongOfPast(fact, past), says)
      refuse(this.#book.enter(fact).wrong, says)
    } catch (error) {
      // What a forger wrote must end in a fault; what fails on our side must not be told as one.
      if (error instanceof LineFault || error instanceof ShelfFailed) throw error
      throw new LineFault(`${says}can't be understood: ${(error as Error).message}`)
    }
  }

  async #took(seq: Seq, name: Id): Promise<boolean> {
    return (await this.#factsAt(seq)).some(({ ids = [] }) => ids.includes(name))
  }

  async #factsAt(seq: Seq): Promise<readonly AnyFact[]> {
    if (this.#looked?.seq === seq) return this.#looked.facts
    const line = await this.#lineOf(seq)
    const seal = line === undefined ? undefined : readSeal(line)
    const transactions = line === undefined || seal === undefined ? [] : parseRecord(line, seal).transactions
    const facts = transactions.flatMap((fact) => (fact.seq === seq ? [fact as AnyFact] : []))
    this.#looked = { seq, facts }
    return facts
  }

  async #lineOf(seq: Seq): Promise<Buffer | undefined> {
    try {
      return await this.#shelf.lineOf(seq)
    } catch (cause) {
      throw new ShelfFailed('what was staged cannot be read', { cause })
    }
  }
}

class ShelfFailed extends Error {
  override readonly name = 'ShelfFailed'
}

function notFollowing({ first, last, prev, time }: Seal, { seq, hash, time: before }: Head): string {
  if (first !== seq + 1) return `it begins with seq ${first}, where ${seq + 1} follows`
  if (last < first) return 'it ends before it begins'
  if (prev !== hash) return `it is not linked to the record before it (seq ${seq})`
  return `its time ${time} is before ${before}, the time of the record before`
}

/** The record, if just this text says it: nothing hides in white space, in members that come twice or that nobody reads. */
function readRecord(bytes: Buffer, seal: Seal, after: Head): JournalRecord {
  return understood(() => {
    const record = parseRecord(bytes, seal)
    const own = encodeRecord({ ...record, writes: new Map(record.writes) }, after)
    if (!isWritten(bytes, own)) throw new Error('it is not written as Surety writes a record')
    return record
  })
}

function isWritten(bytes: Buffer, own: { readonly bytes: Buffer }): boolean {
  return own.bytes.subarray(0, -1).equals(bytes)
}

function understood<Result>(read: () => Result): Result {
  try {
    return read()
  } catch (error) {
    throw new LineFault(`it is no record: ${(error as Error).message}`)
  }
}

function refuse(wrong: readonly string[], says: string): void {
  if (wrong[0] !== undefined) throw new LineFault(`${says}${wrong[0]}`)
}
