// The head of a request, judged before anybody routes it: no more headers than anybody needs, and only paths that mean one thing.

import type { IncomingMessage, ServerResponse } from 'node:http'
import { problemKinds } from '../../wire/problem.ts'
import type { Problem } from '../answer/problem.ts'
import type { PublicApi } from '../public-api.ts'

const mostHeaders = 100

const tooManyHeaders: Problem = { code: 'headers_too_large', detail: `Send at most ${mostHeaders} headers.` }
const notNormal: Problem = {
  code: 'malformed_request',
  detail: 'The path holds an empty part, a dot as a part, or an encoded slash: send the path that is meant.',
}

const saidTwice: Problem = {
  code: 'malformed_request',
  detail: 'Send each of Host, Content-Type, Authorization and Idempotency-Key once.',
}
const unmet: Problem = { code: 'malformed_request', detail: 'Of expectations only 100-continue is known here.' }

/** Of two of these, one server takes the first, another the last, a third both: as one key that nobody chose. */
const single = ['host', 'content-type', 'authorization', 'idempotency-key']

/** Their lengths differ: of most headers no more than that is looked at. */
const singleOfLength = new Map(single.map((name, place) => [name.length, { name, bit: 1 << place }]))

// A proxy in front may resolve these otherwise than the routes here do, and guard another path than the one that answers.
const ambiguous = /\/\/|\\|%2f|%5c|%00|\/(?:\.|%2e){1,2}(?:\/|$)/i

export function problemOfHead({ rawHeaders, url = '' }: IncomingMessage): Problem | undefined {
  if (rawHeaders.length > 2 * mostHeaders) return tooManyHeaders
  if (saysTwice(rawHeaders)) return saidTwice
  return ambiguous.test(pathIn(url)) ? notNormal : undefined
}

/** The names stand at the even places. */
function saysTwice(rawHeaders: readonly string[]): boolean {
  let seen = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? ''
    const one = singleOfLength.get(name.length)
    if (one === undefined || name.toLowerCase() !== one.name) continue
    if ((seen & one.bit) !== 0) return true
    seen |= one.bit
  }
  return false
}

/** Node would answer 417 by itself, without what every answer carries. */
export function refuseExpectation(api: PublicApi, outgoing: ServerResponse): void {
  refuseHead(api, unmet, outgoing)
}

/** Of a target that may be a whole URL, as proxies send it. */
function pathIn(target: string): string {
  const end = target.search(/[?#]/)
  const path = end === -1 ? target : target.slice(0, end)
  return path.startsWith('/') ? path : path.replace(/^https?:\/\/[^/]*/i, '')
}

/** Its body is not read: the connection ends with the answer. */
export function refuseHead(api: PublicApi, problem: Problem, outgoing: ServerResponse): void {
  const { headers, body } = api.refuse(problem)
  outgoing.shouldKeepAlive = false
  outgoing
    .writeHead(problemKinds[problem.code].status, { ...headers, 'Content-Length': Buffer.byteLength(body) })
    .end(body)
}
