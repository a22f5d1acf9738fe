// The open connections: which are idle, and how each is brought to its end without losing a request.

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { eachEvery, Pace } from './door/pace.ts'

/**
 * Those who came in at once would be sent away at once, and hold up who is served meanwhile: so each look is at a part of
 * them only.
 */
const parts = 20
/** Milliseconds between two looks. */
export const lookEvery = eachEvery / parts

export class Connections {
  /** Each with the answer to its newest request. */
  readonly #newest = new Map<Socket, ServerResponse | undefined>()
  /** Of each newest answer, the one before it on its connection. */
  readonly #before = new WeakMap<ServerResponse, ServerResponse>()
  readonly #pace = new Pace()
  readonly #parts = Array.from({ length: parts }, () => new Set<Socket>())
  #added = 0
  #looks = 0
  #draining = false

  add(socket: Socket): void {
    const part = this.#parts[this.#added++ % parts]
    part?.add(socket)
    this.#newest.set(socket, undefined)
    socket.once('close', () => {
      part?.delete(socket)
      this.#newest.delete(socket)
    })
  }

  /** Not one whose handshake is not done: nothing can be said there. */
  knows(socket: Duplex): boolean {
    return this.#newest.has(socket as Socket)
  }

  /** Whether this request is to be served. */
  takes(socket: Socket, outgoing: ServerResponse): boolean {
    // We have said that we are done: nothing may be moved for a client who can't be told of it.
    if (socket.writableEnded) return false
    const before = this.#newest.get(socket)
    if (this.#draining) this.#makeLast(outgoing, before)
    if (before !== undefined && !before.writableFinished) this.#before.set(outgoing, before)
    this.#newest.set(socket, outgoing)
    return true
  }

  /** Whether the answer to its newest request has begun and not ended. */
  isAnswering(socket: Duplex): boolean {
    const outgoing = this.#newest.get(socket as Socket)
    return outgoing?.headersSent === true && !outgoing.writableEnded
  }

  /** Whether its newest request, not answered yet, may take as long as it takes to arrive. */
  isUnbounded(socket: Duplex): boolean {
    const outgoing = this.#newest.get(socket as Socket)
    return outgoing !== undefined && !outgoing.writableEnded && isUnbounded(outgoing.req)
  }

  /**
   * The answer that must be out before anything is said about what came behind its request: said sooner, it would be
   * taken for that answer, and what has happened for a thing that has not.
   */
  owed(socket: Duplex): ServerResponse | undefined {
    const newest = this.#newest.get(socket as Socket)
    const last = newest === undefined || newest.req.complete ? newest : this.#before.get(newest)
    return last === undefined || last.writableFinished || last.destroyed ? undefined : last
  }

  /** Whether what comes of its newest request can't be answered any more, for its answer has begun before the request's end. */
  hasAnswered(socket: Duplex): boolean {
    const newest = this.#newest.get(socket as Socket)
    return newest?.headersSent === true && !newest.req.complete
  }

  /** Lets go of who does not read, and hands to `refuse` who sends too slowly, of those whose turn it is. */
  look(refuse: (socket: Socket) => void): void {
    for (const socket of this.#parts[this.#looks++ % parts] ?? []) {
      const newest = this.#newest.get(socket)
      const slow = this.#pace.look(socket, newest, this.isAnswering(socket) || this.isUnbounded(socket))
      if (slow === 'sends slowly') refuse(socket)
      if (slow === 'does not read') letGo(socket)
    }
  }

  get isEmpty(): boolean {
    return this.#newest.size === 0
  }

  /** From now on each connection's newest answer carries `Connection: close`. */
  drain(): void {
    this.#draining = true
    for (const outgoing of this.#newest.values()) if (outgoing !== undefined) this.#makeLast(outgoing)
  }

  /** With pipelining, the answers before it must not close the connection under it. */
  #makeLast(outgoing: ServerResponse, before?: ServerResponse): void {
    if (before !== undefined && !before.headersSent) before.shouldKeepAlive = true
    outgoing.shouldKeepAlive = false
  }

  /** Ends what is idle, and the rest when it becomes so. A FIN, not a reset: what is on its way is still received. */
  endIdle(): void {
    for (const [socket, outgoing] of this.#newest) {
      if (outgoing === undefined || outgoing.writableFinished) socket.end()
      else outgoing.once('finish', () => socket.end())
    }
  }

  /** What each waited for, so that whoever wonders why a drain took long can be told. */
  cut(): readonly string[] {
    const cut = [...this.#newest].map(([socket, newest]) => whyOpen(socket, newest))
    for (const socket of this.#newest.keys()) socket.destroy()
    return cut
  }
}

/** At once: after a farewell the system would keep for minutes what is not read. Of TLS the reset is not to be had. */
function letGo(socket: Socket): void {
  if ('encrypted' in socket) socket.destroy()
  else socket.resetAndDestroy()
}

/** Without its query: that may hold what nobody should read in a log. */
function whyOpen(socket: Socket, newest: ServerResponse | undefined): string {
  if (newest === undefined) return 'no request'
  const request = `${newest.req.method} ${newest.req.url?.replace(/\?.*/s, '')}`
  if (!newest.req.complete) return `${request}: its body did not come`
  if (!newest.headersSent) return `${request}: was not answered`
  if (!newest.writableEnded) return `${request}: its answer did not end`
  return `${request}: its answer was ${socket.writableLength > 0 ? 'not read' : 'sent'}`
}

/** An import has no length, and its status is known only at its end: it bounds how long its body may stand still. */
function isUnbounded({ method, url = '' }: IncomingMessage): boolean {
  return method === 'POST' && /^\/v1\/import(\?|$)/.test(url)
}
