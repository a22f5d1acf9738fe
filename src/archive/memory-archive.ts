// The archive in memory: for a ledger that keeps nothing, and for specs. What was closed can be opened again.

import {
  type Archive,
  ArchiveDamaged,
  type ArchiveOpened,
  type CheckpointPage,
  type IdPart,
} from '../../actors/state-storage/archive.ts'
import type { Seq, Transaction } from '../../actors/state-storage/messages.ts'
import { MemoryAccounts } from './accounts/memory-accounts.ts'
import { ArchiveHistory } from './history/archive-history.ts'
import { MemoryHistoryRows } from './history/memory-rows.ts'
import { Reading } from './history/reading.ts'
import { type ArchiveHead, readLines } from './journal-line.ts'
import type { Methods } from './worker/worker-client.ts'

interface Checkpoint {
  readonly seq: Seq
  readonly pages: CheckpointPage[]
}

const empty: ArchiveHead = { seq: 0, hash: '' }

export class MemoryArchive implements Archive {
  readonly history = new ArchiveHistory(() => ({ ask: async (name, ...values) => this.#read(name, values) }))
  readonly accounts = new MemoryAccounts(this.history, () => this.#openFacts())
  #isOpen = false
  #ledger: string | undefined
  #head = empty
  /** The facts of seq n at index n − 1. */
  #facts: (readonly Transaction[])[] = []
  #rows = new MemoryHistoryRows()
  #checkpoint: Checkpoint | undefined
  #begun: Checkpoint | undefined
  #idParts: readonly IdPart[] = []

  async open(): Promise<ArchiveOpened> {
    if (this.#isOpen) throw new Error('the archive is open')
    this.#isOpen = true
    return { head: this.#head, checkpoint: this.#checkpoint?.seq ?? 0, notices: [] }
  }

  async bind(ledger: string): Promise<void> {
    this.#checkOpen()
    if (this.#ledger !== undefined && this.#ledger !== ledger) {
      throw new ArchiveDamaged(`the archive belongs to ledger ${this.#ledger}, not to ${ledger}`)
    }
    this.#ledger = ledger
  }

  async take(texts: readonly string[]): Promise<void> {
    this.#checkBound()
    for (const { last, hash, facts } of readLines(this.#head, texts)) {
      for (const { seq, transaction } of facts) this.#facts[seq - 1] = [...(this.#facts[seq - 1] ?? []), transaction]
      this.#rows.take(facts)
      this.#head = { seq: last, hash }
    }
    this.history.reach(this.#head.seq)
  }

  async findTransactions(seqs: readonly Seq[]): Promise<readonly Transaction[]> {
    this.#checkOpen()
    return seqs.flatMap((seq) => this.#facts[seq - 1] ?? [])
  }

  async *checkpointPages(): AsyncGenerator<CheckpointPage> {
    this.#checkOpen()
    yield* this.#checkpoint?.pages ?? []
  }

  async beginCheckpoint(seq: Seq): Promise<void> {
    this.#checkBound()
    this.#begun = { seq, pages: [] }
  }

  async saveCheckpointPage(page: CheckpointPage): Promise<void> {
    this.#checkBound()
    this.#begunCheckpoint().pages.push([...page])
  }

  async finishCheckpoint(): Promise<void> {
    this.#checkBound()
    this.#checkpoint = this.#begunCheckpoint()
    this.#begun = undefined
  }

  async *idParts(): AsyncGenerator<IdPart> {
    this.#checkOpen()
    yield* this.#idParts
  }

  async saveIdPart(part: IdPart): Promise<void> {
    this.#checkBound()
    if (part.after === part.through) return
    const outside = this.#idParts.filter(({ after, through }) => after < part.after || through > part.through)
    this.#idParts = [...outside, part].sort((one, other) => one.after - other.after || one.through - other.through)
  }

  async reset(): Promise<void> {
    this.#checkOpen()
    this.#ledger = undefined
    this.#head = empty
    this.#facts = []
    this.#rows = new MemoryHistoryRows()
    this.accounts.reset()
    this.history.reach(0)
    this.#checkpoint = undefined
    this.#begun = undefined
  }

  async close(): Promise<void> {
    this.#isOpen = false
    this.#begun = undefined
  }

  #read<Name extends keyof Reading>(name: Name, values: Parameters<Methods<Reading>[Name]>) {
    this.#checkOpen()
    const read = Reading.prototype[name] as (...values: unknown[]) => ReturnType<Methods<Reading>[Name]>
    return read.apply(new Reading(this.#rows), values)
  }

  #openFacts(): readonly (readonly Transaction[])[] {
    this.#checkOpen()
    return this.#facts
  }

  #begunCheckpoint(): Checkpoint {
    if (this.#begun === undefined) throw new Error('no checkpoint was begun')
    return this.#begun
  }

  #checkOpen(): void {
    if (!this.#isOpen) throw new Error('the archive is not open')
  }

  #checkBound(): void {
    this.#checkOpen()
    if (this.#ledger === undefined) throw new Error('the archive is bound to no ledger')
  }
}
