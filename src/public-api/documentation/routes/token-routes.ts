// The routes of tokens, for the OpenAPI document.

import { createRoute, type RouteConfig, z } from '@hono/zod-openapi'
import { tokenAnswer, tokenMadeAnswer, tokenRequest } from '../../../wire/door/token.ts'
import { everyAnswer, json, named, problems } from '../route-parts.ts'

const list = z.strictObject({ data: z.array(named('Token', tokenAnswer)), next_cursor: z.string().nullable() })

export const tokenRoutes = {
  postToken: createRoute({
    method: 'post',
    path: '/v1/tokens',
    tags: ['Tokens'],
    summary: 'Make a token',
    description:
      'From the first one on every request needs one, so the first must have the scope admin. Of one principal there may be several: that is how a token is replaced.',
    request: {
      body: { required: true, content: { 'application/json': { schema: named('TokenRequest', tokenRequest) } } },
    },
    responses: {
      201: json('The token: told here, once.', named('TokenMade', tokenMadeAnswer)),
      ...problems(400, 403, 413, 415, 503, 507),
    },
  }),
  getTokens: createRoute({
    method: 'get',
    path: '/v1/tokens',
    tags: ['Tokens'],
    summary: 'All tokens',
    description: 'On one page, the oldest first, the revoked ones too; never the tokens themselves.',
    responses: { 200: json('Who may do what.', list), ...problems(400, 503) },
  }),
  deleteToken: createRoute({
    method: 'delete',
    path: '/v1/tokens/{id}',
    tags: ['Tokens'],
    summary: 'Revoke a token',
    description: 'At once, and its streams end. What its principal did stays; so do its idempotency keys.',
    request: { params: z.object({ id: tokenAnswer.shape.id }) },
    responses: {
      204: { description: 'It holds no more.', headers: everyAnswer },
      ...problems(400, 403, 404, 503, 507),
    },
  }),
} as const satisfies Record<string, RouteConfig>
