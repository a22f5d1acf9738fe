// Serves the API on a socket, and stops serving without losing or resetting a request that has come in.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer, type Server as SecureServer } from 'node:https'
import { Server as NetServer, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { getRequestListener } from '@hono/node-server'
import { Connections, lookEvery } from './connections.ts'
import { problemOfHead, refuseExpectation, refuseHead } from './door/request-head.ts'
import type { PublicApi } from './public-api.ts'
import type { Schedule } from './questions.ts'
import { refuseOnSocket } from './refuse-on-socket.ts'

export interface ListenOptions {
  readonly api: PublicApi
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  readonly schedule: Schedule
  /** PEM; with it HTTPS is spoken, and nothing else. */
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer }
  /** How long idle connections may still bring a request when draining, in milliseconds. Default 250. */
  readonly grace?: number
  /**
   * How long draining may take, in milliseconds; what is open then is cut. Default 3,000: a client that reads nothing, or
   * never ends its side, holds it up for so long, and within five seconds the process must have ended.
   */
  readonly limit?: number
}

export interface Listener {
  readonly url: string
  /** Settles when every connection is closed, with what those waited for that had to be cut. May be called again. */
  drain(): Promise<readonly string[]>
}

const serverOptions = {
  /** Longer than proxies keep theirs (60 s as a rule), so that it is them who close idle connections. */
  keepAliveTimeout: 75_000,
  /** Slow senders must not hold connections. */
  headersTimeout: 6_000,
  /** Of a body that comes fast enough; a slow one ends sooner (door/pace.ts). */
  requestTimeout: 30_000,
  /** Often: who is late is told so in one go, and a second's worth of them at once would hold up who is served meanwhile. */
  connectionsCheckingInterval: lookEvery,
  maxHeaderSize: 16_384,
  /** Told by us, with the headers that every answer carries. */
  requireHostHeader: false,
}

const secureOptions = {
  ...serverOptions,
  /** Connections are known here when their handshake is done: what is not by then must be gone before a drain's limit. */
  handshakeTimeout: 2_500,
}

/** Below the usual limit of open files, with room for journal and archive. */
const mostConnections = 16_384

/** Rejects if the port can't be listened on. */
export async function listen({ api, host, port, schedule, tls, grace, limit }: ListenOptions): Promise<Listener> {
  const connections = new Connections()
  const answer = listener(api, connections)
  const server =
    tls === undefined ? createServer(serverOptions, answer) : createSecureServer({ ...secureOptions, ...tls }, answer)
  const refuse = (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (!connections.knows(socket)) socket.destroy()
    else if (connections.hasAnswered(socket)) (socket as Socket).destroySoon()
    else refuseOnSocket(api, error, socket, connections.owed(socket))
  }
  const lookAgain = looking(connections, refuse, schedule)
  server.maxConnections = mostConnections
  // All headers or none: past a count Node would leave some out without a word, an Idempotency-Key maybe.
  server.maxHeadersCount = 0
  server.on(tls === undefined ? 'connection' : 'secureConnection', (socket) => {
    connections.add(socket)
    lookAgain()
  })
  server.on('checkExpectation', (incoming: IncomingMessage, outgoing: ServerResponse) => {
    if (connections.takes(incoming.socket, outgoing)) refuseExpectation(api, outgoing)
  })
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // Node gives a request 30 s to arrive; what is answered while it arrives, or may have any length, may take as long as it takes.
    const isLong = connections.isAnswering(socket) || connections.isUnbounded(socket)
    if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && isLong) return
    refuse(error, socket)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
  let drained: Promise<readonly string[]> | undefined
  return {
    url: urlOf(server, tls === undefined ? 'http' : 'https'),
    drain: () => {
      api.endStreams()
      drained ??= drain(server, connections, schedule, grace ?? 250, limit ?? 3_000)
      return drained
    },
  }
}

const tooSlow = Object.assign(new Error('the body comes too slowly'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' })

/** One timer for all connections, and none when there are none. Hands back what starts it again. */
function looking(connections: Connections, refuse: (error: Error, socket: Duplex) => void, schedule: Schedule) {
  let isScheduled = false
  const lookAgain = () => {
    if (isScheduled || connections.isEmpty) return
    isScheduled = true
    schedule(() => {
      isScheduled = false
      connections.look((socket) => refuse(tooSlow, socket))
      lookAgain()
    }, lookEvery)
  }
  return lookAgain
}

function listener(api: PublicApi, connections: Connections) {
  const answer = getRequestListener(api.app.fetch, {
    errorHandler: () => {
      const { headers, body } = api.refuse({ code: 'malformed_request', detail: 'Its host or target is not valid.' })
      return new Response(body, { status: 400, headers: { ...headers } })
    },
  })
  return (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    if (!connections.takes(incoming.socket, outgoing)) return
    const problem = problemOfHead(incoming)
    if (problem === undefined) void answer(incoming, outgoing)
    else refuseHead(api, problem, outgoing)
  }
}

function urlOf(server: Server | SecureServer, scheme: string): string {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server does not listen on a port')
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address
  return `${scheme}://${host}:${address.port}`
}

function drain(
  server: Server | SecureServer,
  connections: Connections,
  schedule: Schedule,
  grace: number,
  limit: number,
) {
  return new Promise<readonly string[]>((resolve) => {
    let cut: readonly string[] = []
    // Not server.close(): it resets idle connections at once, with the request that may be on its way on them.
    NetServer.prototype.close.call(server, () => {
      server.close() // ends the timer that looks for slow senders
      resolve(cut)
    })
    connections.drain()
    schedule(() => connections.endIdle(), grace)
    schedule(() => {
      cut = connections.cut()
    }, limit)
  })
}
