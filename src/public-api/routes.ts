// Every route with its schemas: what /v1/openapi.json and /docs are made of.

import { createRoute, type RouteConfig, z } from '@hono/zod-openapi'
import { amountAnswer } from '../wire/amount.ts'
import { accountId } from '../wire/identifiers.ts'
import { healthAnswer } from '../wire/node.ts'
import {
  everyAnswer,
  idempotencyKey,
  json,
  originErrors,
  problems,
  replayable,
  text,
} from './documentation/route-parts.ts'
import { accountListRoutes } from './documentation/routes/account-list-routes.ts'
import { accountRoutes } from './documentation/routes/account-routes.ts'
import { batchRoutes } from './documentation/routes/batch-routes.ts'
import { eventRoutes } from './documentation/routes/event-routes.ts'
import { historyRoutes } from './documentation/routes/history-routes.ts'
import { journalRoutes } from './documentation/routes/journal-routes.ts'
import { tokenRoutes } from './documentation/routes/token-routes.ts'
import { transferRoutes } from './documentation/routes/transfer-routes.ts'
import { webhookRoutes } from './documentation/routes/webhook-routes.ts'

export const routes = {
  ...transferRoutes,
  ...batchRoutes,
  ...accountRoutes,
  ...historyRoutes,
  ...eventRoutes,
  ...accountListRoutes,
  ...webhookRoutes,
  ...journalRoutes,
  ...tokenRoutes,
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
