// An archive's history: what can be read, and whoever reads it.

import type { Position } from '../../../actors/contracts/account.ts'
import type { Seq } from '../../../actors/state-storage/messages.ts'
import type { Conversation } from '../worker/worker-client.ts'
import type { AccountPlace, History, Moment, SeqRange, Span, TransferQuery } from './history.ts'
import type { Reading } from './reading.ts'

interface Waiting {
  readonly seq: Seq
  readonly told: () => void
}

export class ArchiveHistory implements History {
  readonly #reading: () => Pick<Conversation<Reading>, 'ask'>
  readonly #waiting = new Set<Waiting>()
  #committed: Seq = 0

  /** `reading` is asked with each question, because archives are closed and opened again. */
  constructor(reading: () => Pick<Conversation<Reading>, 'ask'>) {
    this.#reading = reading
  }

  committed(): Seq {
    return this.#committed
  }

  onceCommitted(seq: Seq, told: () => void): () => void {
    const waiting = { seq, told }
    if (seq <= this.#committed) told()
    else this.#waiting.add(waiting)
    return () => void this.#waiting.delete(waiting)
  }

  /** The archive says how far it goes now. */
  reach(seq: Seq): void {
    this.#committed = seq
    for (const waiting of this.#waiting) {
      if (waiting.seq > seq) continue
      this.#waiting.delete(waiting)
      waiting.told()
    }
  }

  // `async`, so that an archive that is not open is told as a rejection.

  async statement(place: AccountPlace, span: Span) {
    return this.#reading().ask('statement', place, span)
  }

  async postedAsOf(place: AccountPlace, moment: Moment) {
    return this.#reading().ask('postedAsOf', place, moment)
  }

  async transfersOf(place: AccountPlace, query: TransferQuery<number>) {
    return this.#reading().ask('transfersOf', place, query)
  }

  async transfers(through: Seq, query: TransferQuery<Position>) {
    return this.#reading().ask('transfers', through, query)
  }

  async seqs(range: SeqRange) {
    return this.#reading().ask('seqs', range)
  }
}
