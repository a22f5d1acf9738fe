// Who keeps the server waiting: a body that hardly comes, an answer that nobody takes. They are let go, for they cost what others need.

import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** Milliseconds between two looks at one connection. */
export const eachEvery = 1_000
/** A body must bring so many bytes between two looks: far less than the slowest line, far more than who wants to hold a place. */
const leastBytes = 240
/** Looks in a row, a good one making up for a bad one: long enough for a line that is lost and found again. */
const patience = 6

/** What each look saw: too little of a body, too little taken of an answer. */
export type Slow = 'sends slowly' | 'does not read'

interface Seen {
  read: number
  /** Bytes of whole pieces that the system took, and bytes of the piece under way that it did not. */
  taken: number
  queued: number
  strikes: number
}

const atFirst: Seen = { read: 0, taken: 0, queued: 0, strikes: 0 }

// Counted in looks, not by a clock: where the event loop stood still, nobody could have been seen to move.
export class Pace {
  readonly #seen = new WeakMap<Socket, Seen>()

  /** Called at each look. `mayRest`: what comes in there may take as long as it takes. Undefined: it may go on. */
  look(socket: Socket, newest: ServerResponse | undefined, mayRest: boolean): Slow | undefined {
    const now = { read: socket.bytesRead, taken: socket.bytesWritten - socket.writableLength, queued: queuedIn(socket) }
    const last = this.#seen.get(socket) ?? atFirst
    const stalls = socket.writableLength > 0 && now.taken === last.taken && now.queued === last.queued
    const drips = !mayRest && newest?.req.complete === false && now.read - last.read < leastBytes
    const strikes = stalls || drips ? last.strikes + 1 : Math.max(0, last.strikes - 1)
    this.#seen.set(socket, { ...now, strikes })
    if (strikes < patience) return undefined
    return stalls ? 'does not read' : 'sends slowly'
  }
}

/** Node looks at the same number for its own timeouts; without it a piece moves when the whole of it has gone. */
function queuedIn(socket: Socket): number {
  return (socket as { readonly _handle?: { readonly writeQueueSize?: number } | null })._handle?.writeQueueSize ?? 0
}
