// The journal without a disk: the same chain and the same promises for as long as the process lives.

import { randomBytes } from 'node:crypto'
import {
  type Appended,
  type Journal,
  JournalDamaged,
  type JournalEntry,
  type JournalOpened,
  type JournalRecord,
  type Witness,
} from '../../actors/state-storage/journal.ts'
import type { Head, Seq, Timestamp } from '../../actors/state-storage/messages.ts'
import { decodeRecord, encodeGenesis, encodeRecord, headOf, ledgerOf, readSeal } from './record.ts'

export interface MemoryJournalOptions {
  /** 32 hexadecimal digits. */
  readonly ledger?: string
  readonly now?: () => Timestamp
  /** All lines of a ledger, the genesis first, each checked, without their newlines: they take the place of a new genesis. */
  readonly lines?: readonly Buffer[]
}

interface Stored {
  readonly first: Seq
  readonly head: Head
  readonly bytes: Buffer
}

export class MemoryJournal implements Journal {
  readonly #ledger: string
  /** The genesis, then the records. */
  readonly #lines: Stored[]
  #open = false
  #failure: Error | undefined

  constructor({ ledger = randomBytes(16).toString('hex'), now = Date.now, lines }: MemoryJournalOptions = {}) {
    this.#lines = (lines ?? [encodeGenesis(ledger, now()).bytes.subarray(0, -1)]).map(stored)
    this.#ledger = ledgerOf((this.#lines[0] as Stored).bytes)
  }

  async open(witness?: Witness): Promise<JournalOpened> {
    if (this.#open) throw new Error('the journal is open already')
    if (witness !== undefined) this.#refuseUnlessHeld(witness)
    this.#open = true
    return { ledger: this.#ledger, head: this.#head, notices: [] }
  }

  async append(entry: JournalEntry): Promise<Appended> {
    this.#refuseUnlessOpen()
    if (this.#failure !== undefined) throw this.#failure
    try {
      const { head, line, bytes } = encodeRecord(entry, this.#head)
      this.#lines.push({ first: entry.first, head, bytes: bytes.subarray(0, -1) })
      return { head, line }
    } catch (error) {
      this.#failure = error as Error
      throw error
    }
  }

  read(after: Seq): AsyncIterable<JournalRecord> {
    this.#refuseUnlessOpen()
    return this.#read(after, this.#lines.length)
  }

  async *#read(after: Seq, end: number): AsyncGenerator<JournalRecord> {
    for (let index = 1; index < end; index++) {
      const { head, bytes } = this.#lines[index] as Stored
      if (head.seq > after) yield decodeRecord(bytes, (this.#lines[index - 1] as Stored).head)
    }
  }

  /** As FileJournal.lines. */
  async *lines(after: Seq, through: Seq): AsyncGenerator<Uint8Array> {
    this.#refuseUnlessOpen()
    for (const { first, head, bytes } of [...this.#lines]) if (head.seq > after && first <= through) yield bytes
  }

  hasSpaceFor(): boolean {
    return true
  }

  async close(): Promise<void> {
    this.#open = false
  }

  get #head(): Head {
    return (this.#lines.at(-1) as Stored).head
  }

  #refuseUnlessOpen(): void {
    if (!this.#open) throw new Error('the journal is not open')
  }

  #refuseUnlessHeld({ seq, hash }: Witness): void {
    if (seq === 0 && hash === '') return
    if (this.#lines.some(({ head }) => head.seq === seq && head.hash === hash)) return
    throw new JournalDamaged(`the journal in memory does not hold seq ${seq} with hash ${hash}`)
  }
}

function stored(bytes: Buffer): Stored {
  const seal = readSeal(bytes)
  if (seal === undefined) throw new Error('a line of the journal in memory has a wrong hash')
  return { first: seal.first, head: headOf(seal), bytes }
}
