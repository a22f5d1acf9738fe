// POST and GET /v1/tokens, DELETE /v1/tokens/{id}.

import type { Context } from 'hono'
import type { TokenDesk, TokenMade, TokenRefused, TokenView, TokenWish } from '../../tokens/token.ts'
import { type TokenAnswer, tokenRequest } from '../../wire/door/token.ts'
import { type AnswerHeaders, answerHeaders, jsonType } from '../answer/headers.ts'
import { isProblem, type Problem, problemResponse } from '../answer/problem.ts'
import type { Desk } from '../desk.ts'
import { renderPage } from '../history/page.ts'
import { readJsonText } from '../request/body.ts'
import { parseBody } from '../request/parse-action.ts'
import { unknownParameter } from '../request/query.ts'

interface Told {
  readonly status: 200 | 201 | 204
  readonly body: string | null
  readonly headers?: AnswerHeaders
}

export function postToken(desk: Desk) {
  return handler(desk, async (tokens, { req: { raw } }) => {
    if (raw.headers.has('idempotency-key')) return noKey
    const text = await readJsonText(raw, desk.bodyLimit)
    if (typeof text !== 'string') return text
    const body = parseBody(text, tokenRequest)
    if (isProblem(body)) return body
    // From then on tokens are demanded, and nobody could make another.
    if (!tokens.isDemanded() && !body.scopes.includes('admin')) return firstIsNoAdmin
    const made = await tokens.make(wishOf(body))
    return 'refused' in made ? refusals[made.refused] : told(made)
  })
}

/** There are few: all are on one page. */
export function getTokens(desk: Desk) {
  return handler(desk, async (tokens) => {
    const items = tokens.list().map((view) => JSON.stringify(answerOf(view)))
    return { status: 200, body: renderPage(items, null) }
  })
}

export function deleteToken(desk: Desk) {
  return handler(desk, async (tokens, { req }) => {
    const revoked = await tokens.revoke(req.param('id') ?? '')
    if (typeof revoked === 'object') return refusals[revoked.refused]
    return revoked ? { status: 204, body: null } : noSuchToken
  })
}

function handler(desk: Desk, answer: (tokens: TokenDesk, context: Context) => Promise<Told | Problem>) {
  return async function answerOfTokens(context: Context): Promise<Response> {
    const requestId = desk.nextRequestId()
    const told = unknownParameter(context.req.url, []) ?? (await answered())
    const { seq } = desk.ledger.head()
    if (isProblem(told)) return problemResponse(told, seq, requestId)
    const { 'Content-Type': type = '', ...headers } = answerHeaders(jsonType, seq, requestId)
    // It may hold a token.
    const more = told.body === null ? {} : { 'Content-Type': type, 'Cache-Control': 'no-store' }
    return new Response(told.body, { status: told.status, headers: { ...headers, ...more, ...told.headers } })

    async function answered(): Promise<Told | Problem> {
      return desk.tokens === undefined ? noTokens : answer(desk.tokens, context)
    }
  }
}

function wishOf({
  principal,
  scopes,
  name,
}: {
  principal: string
  scopes: TokenWish['scopes']
  name?: string | undefined
}) {
  return { principal, scopes, ...(name !== undefined && { name }) }
}

function told({ view, token }: TokenMade): Told {
  const body = JSON.stringify({ ...answerOf(view), token })
  return { status: 201, body, headers: { Location: `/v1/tokens/${view.id}` } }
}

function answerOf({ id, principal, name, scopes, created, lastUsed, revoked }: TokenView): TokenAnswer {
  const times = { created_at: timeText(created), last_used_at: orNull(lastUsed), revoked_at: orNull(revoked) }
  return { id, principal, name, scopes: [...scopes], ...times }
}

function timeText(time: number): string {
  return new Date(time).toISOString()
}

function orNull(time: number | null): string | null {
  return time === null ? null : timeText(time)
}

const noTokens: Problem = { code: 'not_ready', detail: 'This server keeps no tokens.' }
const noSuchToken: Problem = { code: 'not_found', detail: 'There is no such token.' }
const noKey: Problem = {
  code: 'invalid_id',
  detail:
    'No Idempotency-Key makes a token: it is told once, and could not be told again. List them, and revoke what is too much.',
}
const firstIsNoAdmin: Problem = {
  code: 'forbidden',
  detail:
    'The first token must have the scope admin: after it no request goes without one, and nobody could make another.',
}

const refusals: Readonly<Record<TokenRefused['refused'], Problem>> = {
  too_many: { code: 'forbidden', detail: 'There are as many tokens as a server may have: revoke one first.' },
  busy: { code: 'overloaded', detail: 'Too many changes of tokens are waiting. Nothing happened.' },
  ended: { code: 'not_ready', detail: 'The server drains. Nothing happened.' },
  storage_full: {
    code: 'storage_full',
    detail:
      'There is no room to keep it. No token was made; one that was to be revoked is refused until the next start.',
  },
}
