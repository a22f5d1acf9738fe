// What the archive's disk keeps between two processes: after a power cut maybe not the last commits.

import type { CheckpointPage, IdPart } from '../../../actors/state-storage/archive.ts'
import type { Seq, Transaction } from '../../../actors/state-storage/messages.ts'
import { groupedBySeq } from '../../../actors/state-storage/recent-facts.ts'
import { type ArchiveHead, readLines } from '../../../src/archive/journal-line.ts'
import { type Random, wholeNumber } from '../../harness/random.ts'
import { pick } from '../climate.ts'

/** The archive as one commit leaves it. */
export interface Committed {
  readonly ledger: string | undefined
  readonly head: { readonly seq: Seq; readonly hash: string }
  readonly checkpoint: Seq
  readonly pages: readonly CheckpointPage[]
}

const empty: Committed = { ledger: undefined, head: { seq: 0, hash: '' }, checkpoint: 0, pages: [] }

/** Commits that a power cut may take back: SQLite's log is synced only now and then. */
const unsyncedAtMost = 32

/** Finds the facts of a seq in the line that holds it; undefined if it does not know this very line. */
export type Reader = (seq: Seq, line: string) => readonly Transaction[] | undefined

/** A journal line that the archive has taken over: only what is asked for is taken apart. */
export class KeptLine {
  readonly #before: ArchiveHead
  readonly #text: string
  readonly #read: Reader
  #facts: ReadonlyMap<Seq, readonly Transaction[]> | undefined

  constructor(before: ArchiveHead, text: string, read: Reader) {
    this.#before = before
    this.#text = text
    this.#read = read
  }

  facts(seq: Seq): readonly Transaction[] {
    return this.#read(seq, this.#text) ?? this.#own().get(seq) ?? []
  }

  #own(): ReadonlyMap<Seq, readonly Transaction[]> {
    this.#facts ??= groupedBySeq(
      readLines(this.#before, [this.#text]).flatMap(({ facts }) => facts.map(({ transaction }) => transaction)),
    )
    return this.#facts
  }
}

export class ArchiveStore {
  /** The line that holds seq n at index n − 1. */
  readonly lines: KeptLine[] = []
  /** Files of their own, on disk when they are saved. */
  parts: readonly IdPart[] = []
  readonly read: Reader
  #commits: readonly Committed[] = [empty]

  /** `read`: of somebody who has taken the same lines apart already. */
  constructor(read: Reader = () => undefined) {
    this.read = read
  }

  get last(): Committed {
    return this.#commits.at(-1) ?? empty
  }

  commit(change: Partial<Committed>): void {
    this.#commits = [...this.#commits.slice(1 - unsyncedAtMost), { ...this.last, ...change }]
  }

  /** Some of the last commits are gone, mostly few. */
  cutPower(random: Random): void {
    const most = this.#commits.length - 1
    const lost = random() < 0.5 ? 0 : wholeNumber(random, 0, Math.min(most, pick(random, [2, 8, unsyncedAtMost])))
    this.#commits = this.#commits.slice(0, this.#commits.length - lost)
    this.lines.length = this.last.head.seq
  }

  clone(): ArchiveStore {
    const copy = new ArchiveStore(this.read)
    copy.#commits = this.#commits
    copy.lines.push(...this.lines)
    copy.parts = this.parts
    return copy
  }

  /** Somebody has deleted it. */
  delete(): void {
    this.#commits = [empty]
    this.lines.length = 0
    this.parts = []
  }
}
