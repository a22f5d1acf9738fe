// The archive of one process: it takes its time, and what it had not committed when the process ended is gone.

import {
  type Archive,
  ArchiveDamaged,
  type ArchiveOpened,
  type CheckpointPage,
  type IdPart,
} from '../../../actors/state-storage/archive.ts'
import type { Seq, Transaction } from '../../../actors/state-storage/messages.ts'
import { readLines } from '../../../src/archive/journal-line.ts'
import type { ArchiveStore, Committed } from './archive-store.ts'

/** Settles with what `effect` returns when the archive has come to it; never if the process is gone by then. */
export type Later = <Result>(label: string, effect: () => Result) => Promise<Result>

export class SimulatedArchive implements Archive {
  readonly #store: ArchiveStore
  readonly #later: Later
  #begun: { readonly seq: Seq; readonly pages: CheckpointPage[] } | undefined

  constructor(store: ArchiveStore, later: Later) {
    this.#store = store
    this.#later = later
  }

  open(): Promise<ArchiveOpened> {
    return this.#later('open', () => {
      const { head, checkpoint } = this.#store.last
      return { head, checkpoint, notices: [] }
    })
  }

  bind(ledger: string): Promise<void> {
    return this.#commit('bind', ({ ledger: bound }) => {
      if (bound !== undefined && bound !== ledger) throw new ArchiveDamaged(`bound to ${bound}, not to ${ledger}`)
      return { ledger }
    })
  }

  take(texts: readonly string[]): Promise<void> {
    return this.#commit('take', ({ head }) => {
      const lines = readLines(head, texts)
      for (const { facts } of lines) for (const fact of facts) this.#keep(fact.seq, fact.item, fact.transaction)
      const last = lines.at(-1)
      return last === undefined ? {} : { head: { seq: last.last, hash: last.hash } }
    })
  }

  findTransactions(seqs: readonly Seq[]): Promise<readonly Transaction[]> {
    return this.#later('find', () =>
      seqs.flatMap((seq) => {
        const facts = this.#store.facts[seq - 1]
        if (facts === undefined) throw new ArchiveDamaged(`seq ${seq} is missing`)
        return facts
      }),
    )
  }

  async *checkpointPages(): AsyncGenerator<CheckpointPage> {
    for (const page of this.#store.last.pages) yield await this.#later('page', () => page)
  }

  beginCheckpoint(seq: Seq): Promise<void> {
    return this.#later('checkpoint', () => {
      this.#begun = { seq, pages: [] }
    })
  }

  saveCheckpointPage(page: CheckpointPage): Promise<void> {
    return this.#later('save page', () => void this.#begun?.pages.push(page))
  }

  finishCheckpoint(): Promise<void> {
    return this.#commit('finish', () => {
      if (this.#begun === undefined) throw new Error('no checkpoint was begun')
      return { checkpoint: this.#begun.seq, pages: this.#begun.pages }
    })
  }

  async *idParts(): AsyncGenerator<IdPart> {
    for (const part of this.#store.parts) yield await this.#later('part', () => part)
  }

  saveIdPart(part: IdPart): Promise<void> {
    return this.#later('save part', () => {
      if (part.after === part.through) return
      const others = this.#store.parts.filter(({ after, through }) => after < part.after || through > part.through)
      this.#store.parts = [...others, part].sort((one, other) => one.after - other.after)
    })
  }

  reset(): Promise<void> {
    return this.#later('reset', () => this.#store.delete())
  }

  async close(): Promise<void> {}

  #commit(label: string, change: (last: Committed) => Partial<Committed>): Promise<void> {
    return this.#later(label, () => this.#store.commit(change(this.#store.last)))
  }

  #keep(seq: Seq, item: number, transaction: Transaction): void {
    const { facts } = this.#store
    facts[seq - 1] = item === 0 ? [transaction] : [...(facts[seq - 1] ?? []), transaction]
  }
}
