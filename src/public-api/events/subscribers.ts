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
/** Facts of a piece, in characters, and events. A piece ends where a multiple of these ends: so those who follow meet, wherever they began. */
const longestPiece = 65_536
const mostEvents = 256
/** Pieces that are kept for those who come behind, and bytes of them; the newest one is, however long it is. */
const mostPieces = 256
const mostBytes = 8_388_608

/** Events as they go over the wire. */
export interface Piece {
  readonly bytes: Uint8Array
  /** The seq of its last event. */
  readonly last: Seq
}

interface Kept {
  readonly piece: Promise<Piece>
  /** 0 until it is there. */
  bytes: number
}

export class Subscribers {
  readonly #schedule: Schedule
  readonly #turns: Turns
  readonly #mostBytes: number
  readonly #beats = new Set<() => void>()
  #scheduled = false
  /** By the seq that they come after, oldest first. Events never change, so neither do these. */
  readonly #kept = new Map<Seq, Kept>()
  #bytes = 0

  /** `most` bytes of pieces are kept. */
  constructor(schedule: Schedule, turns: Turns, most = mostBytes) {
    this.#schedule = schedule
    this.#turns = turns
    this.#mostBytes = most
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
   * commit, and a crowd that comes back asks for the same past: a piece is read, rendered and held once, not once for each.
   */
  pieceAfter(history: History, after: Seq): Promise<Piece> {
    const known = this.#kept.get(after)
    if (known !== undefined) return known.piece
    const kept: Kept = { piece: this.#turns.run(() => readPiece(history, after)), bytes: 0 }
    this.#kept.set(after, kept)
    kept.piece.then(
      ({ bytes }) => {
        kept.bytes = bytes.length
        this.#bytes += bytes.length
        this.#forget()
      },
      () => this.#kept.delete(after), // whoever asks again tries again
    )
    return kept.piece
  }

  #forget(): void {
    for (const [after, { bytes }] of this.#kept) {
      const isWithin = this.#bytes <= this.#mostBytes && this.#kept.size <= mostPieces
      if (isWithin || this.#kept.size === 1) return
      if (bytes === 0) continue // still to come
      this.#kept.delete(after)
      this.#bytes -= bytes
    }
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
  const limits = { limit: mostEvents - (after % mostEvents), characters: longestPiece }
  const high = history.committed()
  const events = await eventsIn(history, { low: after + 1, high, order: 'asc', ...limits })
  const text = events.map(({ seq, body }) => `id: ${seq}\ndata: ${body}\n\n`).join('')
  return { bytes: Buffer.from(text), last: events.at(-1)?.seq ?? after }
}
