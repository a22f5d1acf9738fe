// One connection of a client that keeps no rules: it sends, hears what comes, and goes; or holds on until it is sent away.

import { connect } from 'node:net'
import type { RawRequest } from './raw-request.ts'

export interface Heard {
  readonly bytes: Buffer
  /** The server did not close it in time. */
  readonly leftOpen: boolean
  readonly isReset: boolean
}

export interface Manners {
  /** Milliseconds that it waits for something to be said before it ends its side; 0: ends it at once. */
  readonly listens_ms: number
  /** Milliseconds within which the server must have closed it, from the moment when nothing more was sent. */
  readonly closed_ms: number
}

/** Time for a second answer behind the first, if one is to come: what is due comes in one turn of the server. */
const more_ms = 20

export function exchange(
  { host, port }: { readonly host: string; readonly port: number },
  { pieces }: RawRequest,
  { listens_ms, closed_ms }: Manners,
): Promise<Heard> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let [isReset, leftOpen] = [false, false]
    const socket = connect({ host, port, noDelay: true, allowHalfOpen: true })
    const limit = setTimeout(() => {
      leftOpen = true
      socket.destroy()
    }, closed_ms)
    const ending = setTimeout(() => socket.end(), listens_ms)
    socket.on('connect', () => void send(pieces, (piece) => socket.write(piece)))
    socket.on('data', (chunk: Buffer) => {
      if (chunks.push(chunk) === 1 && listens_ms < closed_ms) setTimeout(() => socket.end(), more_ms)
    })
    socket.on('end', () => socket.end())
    socket.on('error', () => {
      isReset = true
    })
    socket.on('close', () => {
      clearTimeout(limit)
      clearTimeout(ending)
      resolve({ bytes: Buffer.concat(chunks), leftOpen, isReset })
    })
  })
}

/** Each piece in a turn of its own, so that it is likely to come by itself. */
async function send(pieces: readonly Buffer[], write: (piece: Buffer) => unknown): Promise<void> {
  for (const piece of pieces) {
    write(piece)
    await new Promise(setImmediate)
  }
}
