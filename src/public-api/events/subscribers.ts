// Those who follow the events over open connections: how many there may be, what keeps their connections alive, and what they share.

import type { Seq } from '../../../actors/state-storage/messages.ts'
import type { History } from '../../archive/history/history.ts'
import type { Schedule } from '../questions.ts'
import type { Turns } from '../turns.ts'
import { eventsIn } from './read-events.ts'

/** Each may hold one piece that its client does not read, and a piece may be one atomic batch of some megabytes. */
export const mostSubscribers = 128
/** Milliseconds between two signs of life: proxies close what is silent for a minute, many sooner. */
export const beatPause = 15_000
/** Facts of a piece, in characters, and events. */
const longestPiece = 65_536
const mostEvents = 256

/** Events as they go over the wire. */
export interface Piece {
  readonly bytes: Uint8Array
  /** The seq of its last event. */
  readonly last: Seq
}

interface Read {
  readonly after: Seq
  readonly piece: Promise<Piece>
}

export class Subscribers {
  readonly #schedule: Schedule
  readonly #turns: Turns
  readonly #beats = new Set<() => void>()
  #scheduled = false
  #latest: Read | undefined

  constructor(schedule: Schedule, turns: Turns) {
    this.#schedule = schedule
    this.#turns = turns
  }

  isFull(): boolean {
    return this.#beats.size >= mostSubscribers
  }

  /** Not when it is full. `beat` is called each 15 s. Hands back how to be forgotten. */
  add(beat: () => void): () => void {
    this.#beats.add(beat)
    if (!this.#scheduled) this.#scheduleBeat()
    return () => this.#beats.delete(beat)
  }

  /**
   * The next events, of which the history must hold one at least. All who have come as far ask for the same after each
   * commit: it is read, rendered and held once, not once for each.
   */
  pieceAfter(history: History, after: Seq): Promise<Piece> {
    if (this.#latest?.after === after) return this.#latest.piece
    const read = { after, piece: this.#turns.run(() => readPiece(history, after)) }
    this.#latest = read
    read.piece.catch(() => {
      if (this.#latest === read) this.#latest = undefined // whoever asks again tries again
    })
    return read.piece
  }

  /** One timer for all, and none when nobody is there. */
  #scheduleBeat(): void {
    this.#scheduled = true
    this.#schedule(() => {
      this.#scheduled = false
      for (const beat of this.#beats) beat()
      if (this.#beats.size > 0) this.#scheduleBeat()
    }, beatPause)
  }
}

async function readPiece(history: History, after: Seq): Promise<Piece> {
  const limits = { limit: mostEvents, characters: longestPiece }
  const high = history.committed()
  const events = await eventsIn(history, { low: after + 1, high, order: 'asc', ...limits })
  const text = events.map(({ seq, body }) => `id: ${seq}\ndata: ${body}\n\n`).join('')
  return { bytes: Buffer.from(text), last: events.at(-1)?.seq ?? after }
}
