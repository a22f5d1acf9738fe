// Answers what the HTTP parser could not read: there is no request to answer, only a socket.

import { type ServerResponse, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { problemKinds } from '../wire/problem.ts'
import type { Problem } from './answer/problem.ts'
import type { PublicApi } from './public-api.ts'

const problems: Readonly<Record<string, Problem>> = {
  HPE_HEADER_OVERFLOW: { code: 'headers_too_large', detail: 'Send fewer or shorter headers.' },
  ERR_HTTP_REQUEST_TIMEOUT: { code: 'request_timeout', detail: 'The request did not arrive in time.' },
}

const malformed: Problem = { code: 'malformed_request', detail: 'What came is not HTTP/1.1.' }

const waiting = new WeakSet<Duplex>()

/** `owed` is the answer that goes first. Where one is waited for, what comes after the fault says nothing new. */
export function refuseOnSocket(
  api: PublicApi,
  error: NodeJS.ErrnoException,
  socket: Duplex,
  owed?: ServerResponse,
): void {
  if (waiting.has(socket)) return
  if (owed === undefined || error.code === 'ECONNRESET') return refuseNow(api, error, socket)
  waiting.add(socket)
  owed.once('close', () => refuseNow(api, error, socket))
}

function refuseNow(api: PublicApi, error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const problem = problems[error.code ?? ''] ?? malformed
  const { status } = problemKinds[problem.code]
  const { headers, body } = api.refuse(problem)
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  const length = Buffer.byteLength(body)
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    ...lines,
    `Content-Length: ${length}`,
    'Connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy())
}
