// Every route with its schemas: what /v1/openapi.json and /docs are made of.

import { createRoute, type RouteConfig, z } from '@hono/zod-openapi'
import { accountAnswer, balanceAnswer } from '../wire/account.ts'
import { amountAnswer } from '../wire/amount.ts'
import { accountId, asset, seqText, transferId } from '../wire/identifiers.ts'
import { headAnswer, healthAnswer } from '../wire/node.ts'
import { problemAnswer } from '../wire/problem.ts'
import { postingsRequest, transferAnswer, transferRequest } from '../wire/transfer.ts'

const everyAnswer = z.object({
  'Ledger-Seq': seqText.meta({ description: 'What the answer saw of the ledger.' }),
  'Request-Id': z.string(),
})

const replayable = everyAnswer.extend({
  'Idempotent-Replayed': z.enum(['true']).optional().meta({ description: 'The answer of an earlier request.' }),
})

const idempotencyKey = z.object({
  'idempotency-key': z.string().max(257).optional().meta({
    description:
      'Bare or quoted, at most 255 characters. The same key with the same request: the same answer, for ever.',
  }),
})

/** A copy, because only schemas made after @hono/zod-openapi was loaded can be named in the document. */
function named<Schema extends z.ZodType>(name: string, schema: Schema): Schema {
  return schema.clone().openapi(name)
}

const problem = named('Problem', problemAnswer)
const transfer = named('Transfer', transferAnswer)
const account = named('Account', accountAnswer)
const balance = named('Balance', balanceAnswer)
const request = z.union([named('TransferRequest', transferRequest), named('PostingsRequest', postingsRequest)])

function json<Schema extends z.ZodType>(description: string, schema: Schema, headers: z.ZodObject = everyAnswer) {
  return { description, headers, content: { 'application/json': { schema } } }
}

function text(description: string, schema: z.ZodType = z.string(), headers: z.ZodObject = everyAnswer) {
  return { description, headers, content: { 'text/plain': { schema } } }
}

const descriptions = {
  400: 'The request is not of the right form.',
  403: 'A page of another site may not do this.',
  404: 'There is no such thing.',
  413: 'The body is too large.',
  415: 'The body is not application/json.',
  422: 'The rules say no. Kept and replayed if the request has an id or an Idempotency-Key.',
  503: 'Try again later; see Retry-After. With the code outcome_unknown it may have happened.',
  507: 'No room on the disk. Nothing happened.',
} as const

function problems(...statuses: readonly (keyof typeof descriptions)[]) {
  const content = { 'application/problem+json': { schema: problem } }
  return Object.fromEntries(
    statuses.map((status) => [status, { description: descriptions[status], headers: everyAnswer, content }]),
  )
}

function originErrors(...statuses: readonly (keyof typeof descriptions)[]) {
  const error = z.string().meta({ example: "error: parameter 'from' is empty" })
  return Object.fromEntries(statuses.map((status) => [status, text(descriptions[status], error)]))
}

const assetQuery = z.object({ asset: asset.optional() })
const accountPath = z.object({ id: accountId })

export const routes = {
  postTransfer: createRoute({
    method: 'post',
    path: '/v1/transfers',
    tags: ['Transfers'],
    summary: 'Move an amount from one account to another',
    description: 'Answered when it is on disk. With an id or an Idempotency-Key it happens exactly once.',
    request: {
      headers: idempotencyKey,
      body: { required: true, content: { 'application/json': { schema: request } } },
    },
    responses: {
      201: json('It is durable.', transfer, replayable.extend({ Location: z.string() })),
      ...problems(400, 413, 415, 422, 503, 507),
    },
  }),
  getTransfer: createRoute({
    method: 'get',
    path: '/v1/transfers/{id}',
    tags: ['Transfers'],
    summary: 'A transfer, posted or refused',
    request: { params: z.object({ id: transferId }) },
    responses: { 200: json('The transfer.', transfer), ...problems(400, 404, 503) },
  }),
  getAccount: createRoute({
    method: 'get',
    path: '/v1/accounts/{id}',
    tags: ['Accounts'],
    summary: 'An account in one asset',
    description: 'An account that was never used reads as zeros.',
    request: { params: accountPath, query: assetQuery },
    responses: { 200: json('The account.', account), ...problems(400, 503) },
  }),
  getBalance: createRoute({
    method: 'get',
    path: '/v1/accounts/{id}/balance',
    tags: ['Accounts'],
    summary: "An account's balance in one asset",
    request: { params: accountPath, query: assetQuery },
    responses: { 200: json('The balance.', balance), ...problems(400, 503) },
  }),
  getHead: createRoute({
    method: 'get',
    path: '/v1/journal/head',
    tags: ['Journal'],
    summary: "The journal's last record",
    responses: { 200: json('Its last seq and its hash.', headAnswer), ...problems(503) },
  }),
  getOriginBalance: createRoute({
    method: 'get',
    path: '/api/balance',
    tags: ['Origin'],
    summary: 'A balance in UNIT, as plain text',
    request: { query: z.object({ from: accountId }) },
    responses: { 200: text('The balance.', amountAnswer), ...originErrors(400, 503) },
  }),
  postOriginTransfer: createRoute({
    method: 'post',
    path: '/api/transfer',
    tags: ['Origin'],
    summary: 'Move an amount of UNIT, as plain text',
    request: {
      headers: idempotencyKey,
      query: z.object({
        from: accountId,
        to: accountId,
        amount: z
          .string()
          .regex(/^[1-9][0-9]{0,38}$/)
          .meta({ example: '17' }),
      }),
    },
    responses: {
      200: text("The sender's new balance.", amountAnswer, replayable),
      ...originErrors(400, 403, 422, 503, 507),
    },
  }),
  getLiveness: createRoute({
    method: 'get',
    path: '/livez',
    tags: ['Server'],
    summary: 'Whether the process answers',
    responses: { 200: json('It does.', healthAnswer) },
  }),
  getReadiness: createRoute({
    method: 'get',
    path: '/readyz',
    tags: ['Server'],
    summary: 'Whether the ledger is open',
    responses: { 200: json('It is.', healthAnswer), ...problems(503) },
  }),
  getOpenApi: createRoute({
    method: 'get',
    path: '/v1/openapi.json',
    tags: ['Server'],
    summary: 'This document',
    responses: { 200: json('OpenAPI 3.1.', z.object({}).catchall(z.unknown())) },
  }),
  getDocs: createRoute({
    method: 'get',
    path: '/docs',
    tags: ['Server'],
    summary: 'This document as a page',
    responses: {
      200: { description: 'HTML.', headers: everyAnswer, content: { 'text/html': { schema: z.string() } } },
    },
  }),
} as const satisfies Record<string, RouteConfig>

export type RouteName = keyof typeof routes
