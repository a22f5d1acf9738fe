// The route of batches, for the OpenAPI document.

import { createRoute, type RouteConfig, z } from '@hono/zod-openapi'
import { batchAnswer, batchProblemAnswer, batchRequest, resultAnswer } from '../../../wire/batch.ts'
import { descriptions, idempotencyKey, json, named, problems, replayable } from '../route-parts.ts'

const batch = named('Batch', batchAnswer)

/** An atomic batch's refusal says which item it was. */
const batchRefusal = {
  description: descriptions[422],
  headers: replayable,
  content: { 'application/problem+json': { schema: named('BatchProblem', batchProblemAnswer) } },
}
const batchBody = {
  'application/json': { schema: named('BatchRequest', batchRequest) },
  'application/x-ndjson': { schema: z.string().meta({ description: 'One transfer a line, of 128 KiB at most.' }) },
}
const batchResults = {
  'application/json': { schema: batch },
  'application/x-ndjson': { schema: named('BatchResult', resultAnswer).meta({ description: 'One a line, in order.' }) },
}
const batchQuery = z.object({
  dry_run: z.enum(['true']).optional().meta({
    description: 'Decide and answer, but keep nothing. Independent items and lines then see nothing of each other.',
  }),
})
const prefer = idempotencyKey.extend({
  prefer: z.string().optional().meta({ description: 'Results without bodies.', example: 'return=minimal' }),
})

export const batchRoutes = {
  postBatch: createRoute({
    method: 'post',
    path: '/v1/batches',
    tags: ['Transfers'],
    summary: 'Many transfers in one request',
    description:
      'As JSON, of 16 MiB at most: all or nothing, or one by one. As NDJSON: one by one, results streamed while lines come, without end; only lines with an id are exactly-once, and an Idempotency-Key is refused. Of an independent batch with an Idempotency-Key the first item must be of the right form.',
    request: { headers: prefer, query: batchQuery, body: { required: true, content: batchBody } },
    responses: {
      200: { description: 'One result an item or line, in order.', headers: replayable, content: batchResults },
      201: json('All of it is durable.', batch, replayable),
      422: batchRefusal,
      ...problems(400, 413, 415, 503, 507),
    },
  }),
} as const satisfies Record<string, RouteConfig>
