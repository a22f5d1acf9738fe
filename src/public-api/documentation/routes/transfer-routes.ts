// The routes of transfers, for the OpenAPI document.

import { createRoute, type RouteConfig, z } from '@hono/zod-openapi'
import { transferId } from '../../../wire/identifiers.ts'
import { postingsRequest, postRequest, reverseRequest, transferRequest, voidRequest } from '../../../wire/transfer.ts'
import { dryRunQuery, idempotencyKey, json, named, problems, replayable, transfer } from '../route-parts.ts'
import { minimumSeqHeader } from './history-routes.ts'

const request = z.union([named('TransferRequest', transferRequest), named('PostingsRequest', postingsRequest)])
const transferPath = z.object({ id: transferId })
const replayableLocated = replayable.extend({ Location: z.string().optional() })

function optional(schema: z.ZodObject) {
  return { required: false, content: { 'application/json': { schema } } }
}

export const transferRoutes = {
  postTransfer: createRoute({
    method: 'post',
    path: '/v1/transfers',
    tags: ['Transfers'],
    summary: 'Move an amount, or several all or nothing, or hold them',
    description: 'Answered when it is on disk. With an id or an Idempotency-Key it happens exactly once.',
    request: {
      headers: idempotencyKey,
      query: dryRunQuery,
      body: { required: true, content: { 'application/json': { schema: request } } },
    },
    responses: {
      201: json('It is durable.', transfer, replayableLocated),
      ...problems(400, 413, 415, 422, 503, 507),
    },
  }),
  getTransfer: createRoute({
    method: 'get',
    path: '/v1/transfers/{id}',
    tags: ['Transfers'],
    summary: 'A transfer as it is now',
    request: { params: transferPath, headers: minimumSeqHeader },
    responses: { 200: json('The transfer.', transfer), ...problems(400, 404, 503) },
  }),
  postPost: createRoute({
    method: 'post',
    path: '/v1/transfers/{id}/post',
    tags: ['Transfers'],
    summary: 'Post a pending transfer, all of it or a part',
    description: 'Once. Of a single posting a part may be posted: the rest is released.',
    request: { params: transferPath, headers: idempotencyKey, query: dryRunQuery, body: optional(postRequest) },
    responses: {
      200: json('The same transfer, posted.', transfer, replayable),
      ...problems(400, 404, 413, 415, 422, 503, 507),
    },
  }),
  postVoid: createRoute({
    method: 'post',
    path: '/v1/transfers/{id}/void',
    tags: ['Transfers'],
    summary: 'Release all that a pending transfer holds',
    request: { params: transferPath, headers: idempotencyKey, query: dryRunQuery, body: optional(voidRequest) },
    responses: {
      200: json('The same transfer, voided.', transfer, replayable),
      ...problems(400, 404, 413, 415, 422, 503, 507),
    },
  }),
  postReverse: createRoute({
    method: 'post',
    path: '/v1/transfers/{id}/reverse',
    tags: ['Transfers'],
    summary: 'Move back what a transfer has posted',
    description: 'A new transfer the other way, once, within limits. A reversal is not reversed.',
    request: {
      params: transferPath,
      headers: idempotencyKey,
      query: dryRunQuery,
      body: optional(named('ReverseRequest', reverseRequest)),
    },
    responses: {
      201: json('The reversal.', transfer, replayableLocated),
      ...problems(400, 404, 413, 415, 422, 503, 507),
    },
  }),
} as const satisfies Record<string, RouteConfig>
