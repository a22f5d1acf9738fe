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

// A proxy in front may resolve these otherwise than the routes here do, and guard another path than the one that answers.
const ambiguous = /\/\/|\\|%2f|%5c|%00|\/(?:\.|%2e){1,2}(?:\/|$)/i

export function problemOfHead({ rawHeaders, url = '' }: IncomingMessage): Problem | undefined {
  if (rawHeaders.length > 2 * mostHeaders) return tooManyHeaders
  return ambiguous.test(pathIn(url)) ? notNormal : undefined
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
