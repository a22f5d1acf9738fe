// The state of the server itself: /livez, /readyz and /v1/journal/head.

import type { Context } from 'hono'
import { answerHeaders, jsonType } from '../answer/headers.ts'
import { problemResponse } from '../answer/problem.ts'
import type { Desk } from '../desk.ts'

/** The process answers; whether the ledger is open is another question. */
export function getLiveness(desk: Desk) {
  return function getLiveness(): Response {
    return json(desk, '{"status":"alive"}')
  }
}

export function getReadiness(desk: Desk) {
  return function getReadiness(): Response {
    return desk.ledger.status() === 'open' ? json(desk, '{"status":"open"}') : notReady(desk)
  }
}

export function getHead(desk: Desk) {
  return function getHead(): Response {
    if (desk.ledger.status() !== 'open') return notReady(desk)
    const { seq, hash } = desk.ledger.head()
    return json(desk, `{"seq":"${seq}","hash":"${hash}"}`)
  }
}

/** An answer that never changes, such as the OpenAPI document. `made` settles with the same bytes for all who ask. */
export function getDocument(desk: Desk, contentType: string, made: () => Promise<Bytes>, more: Headers = {}) {
  return async function getDocument(_context: Context): Promise<Response> {
    const bytes = await made()
    const headers = answerHeaders(contentType, desk.ledger.head().seq, desk.nextRequestId())
    return new Response(bytes, { headers: { ...headers, ...more } })
  }
}

type Bytes = Uint8Array<ArrayBuffer>
type Headers = Readonly<Record<string, string>>

function json(desk: Desk, body: string): Response {
  const headers = answerHeaders(jsonType, desk.ledger.head().seq, desk.nextRequestId())
  headers['Cache-Control'] = 'no-store'
  return new Response(body, { headers })
}

function notReady(desk: Desk): Response {
  const detail = `The ledger is ${desk.ledger.status()}.`
  return problemResponse({ code: 'not_ready', detail }, desk.ledger.head().seq, desk.nextRequestId())
}
