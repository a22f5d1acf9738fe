// The archive of one process: it takes its time, and what it had not committed when the process ended is gone.

import {
  type Archive,
  ArchiveDamaged,
  type ArchiveOpened,
  type CheckpointPage,
  type IdPart,
} from '../../../actors/state-storage/archive.ts'
import type { Seq, Transaction } from '../../../actors/state-storage/messages.ts'
import { type ArchiveHead, LinesRefused } from '../../../src/archive/journal-line.ts'
import { type ArchiveStore, type Committed, KeptLine } from './archive-store.ts'

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
      let last = head
      for (const text of texts) last = this.#keep(last, text)
      return { head: last }
    })
  }

  findTransactions(seqs: readonly Seq[]): Promise<readonly Transaction[]> {
    return this.#later('find', () =>
      seqs.flatMap((seq) => {
        const line = this.#store.lines[seq - 1]
        if (line === undefined) throw new ArchiveDamaged(`seq ${seq} is missing`)
        return line.facts(seq)
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

  /** Takes what the line says of itself, and leaves the rest until it is asked for: most never is. */
  #keep(before: ArchiveHead, text: string): ArchiveHead {
    const [, first = 0, last = 0] = (seqs.exec(text) ?? []).map(Number)
    const [, prev, hash = ''] = links.exec(text.slice(-linksCharacters)) ?? []
    const follows = first === before.seq + 1 && last >= first && (before.seq === 0 || prev === before.hash)
    if (!follows) throw new LinesRefused(`the line of seq ${first} does not follow ${before.seq}`)
    const line = new KeptLine(before, text, this.#store.read)
    for (let seq = first; seq <= last; seq++) this.#store.lines[seq - 1] = line
    return { seq: last, hash }
  }
}

const seqs = /^\{"v":1,"seq":\[(\d+),(\d+)\],/
const links = /,"prev":"(\w*)","hash":"(\w*)"\}$/
const linksCharacters = 200
