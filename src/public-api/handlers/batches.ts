// POST /v1/batches: many transfers in one request, as one, one by one, or as a stream of lines.

import type { Context } from 'hono'
import { answerHeaders, jsonType } from '../answer/headers.ts'
import { isProblem, type Problem, problemResponse } from '../answer/problem.ts'
import { renderBatch, type Telling } from '../answer/render-batch.ts'
import type { AskedBatch, BatchDone } from '../batches/asked-batch.ts'
import { atomicBatch } from '../batches/atomic-batch.ts'
import { independentBatch } from '../batches/independent-batch.ts'
import { isNdjson, streamTransfers } from '../batches/transfer-stream.ts'
import type { Desk } from '../desk.ts'
import { readJsonText } from '../request/body.ts'
import { keyOf } from '../request/idempotency.ts'
import { batchBodyLimit, parseBatch } from '../request/parse-batch.ts'
import { queryOf, writeQuery } from '../request/query.ts'

export function postBatch(desk: Desk) {
  return async function postBatch({ req: { raw } }: Context): Promise<Response> {
    const requestId = desk.nextRequestId()
    const asked = writeQuery(raw.url)
    if (isProblem(asked)) return problemResponse(asked, desk.ledger.head().seq, requestId)
    const minimal = prefersMinimal.test(raw.headers.get('prefer') ?? '')
    const telling = { requestId, dryRun: asked.dryRun, minimal }
    if (isNdjson(raw)) return streamTransfers(desk, raw, telling)
    return answerBatch(desk, await askedBatch(raw, desk, telling), requestId)
  }
}

/** RFC 7240. */
const prefersMinimal = /(?:^|,)\s*return\s*=\s*"?minimal"?\s*(?:[;,]|$)/i

async function askedBatch(request: Request, { principal }: Desk, telling: Telling): Promise<AskedBatch | Problem> {
  const text = await readJsonText(request, batchBodyLimit)
  if (typeof text !== 'string') return text
  const batch = parseBatch(text)
  if (isProblem(batch)) return batch
  if (telling.dryRun) return { ...telling, client: request, batch } // dry runs ignore keys
  const content = () => ({ path: '/v1/batches', query: queryOf(request.url), body: batch.canonical() })
  const keyed = keyOf(request, principal, content)
  return isProblem(keyed) ? keyed : { ...telling, client: request, batch, ...keyed }
}

async function answerBatch(desk: Desk, asked: AskedBatch | Problem, requestId: string): Promise<Response> {
  if (isProblem(asked)) return problemResponse(asked, desk.ledger.head().seq, requestId)
  const done = await (asked.batch.mode === 'atomic' ? atomicBatch : independentBatch)(desk, asked)
  if (done instanceof Response) return done
  return isProblem(done) ? problemResponse(done, desk.ledger.head().seq, requestId) : batchResponse(done, asked)
}

function batchResponse({ status, results, seq, replayed }: BatchDone, asked: AskedBatch): Response {
  const headers = answerHeaders(jsonType, seq, asked.requestId)
  if (replayed) headers['Idempotent-Replayed'] = 'true'
  if (asked.minimal) headers['Preference-Applied'] = 'return=minimal'
  return new Response(renderBatch(results, asked), { status, headers })
}
