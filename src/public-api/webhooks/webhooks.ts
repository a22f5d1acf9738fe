// PUT, GET and DELETE /v1/webhooks/{id}, and GET /v1/webhooks.

import type { Context } from 'hono'
import type { WebhookDesk, WebhookRefused } from '../../webhooks/webhook.ts'
import { webhookRequest } from '../../wire/events/webhook.ts'
import { isId } from '../../wire/identifiers.ts'
import { answerHeaders, jsonType } from '../answer/headers.ts'
import { isProblem, type Problem, problemResponse } from '../answer/problem.ts'
import type { Desk } from '../desk.ts'
import { renderPage } from '../history/page.ts'
import { readJsonText } from '../request/body.ts'
import { parseBody } from '../request/parse-action.ts'
import { unknownParameter } from '../request/query.ts'
import { renderWebhook, wishOf } from './render-webhook.ts'

export interface Told {
  readonly status: 200 | 201 | 204
  readonly body: string | null
}

export function putWebhook(desk: Desk) {
  return webhookHandler(desk, [], async (webhooks, id, { req }) => {
    const text = await readJsonText(req.raw, desk.bodyLimit)
    if (typeof text !== 'string') return text
    const body = parseBody(text, webhookRequest)
    if (isProblem(body)) return body
    const put = await webhooks.put(id, wishOf(body))
    if ('refused' in put) return refusalOf(put)
    return { status: put.created ? 201 : 200, body: renderWebhook(put.view, put.secret) }
  })
}

export function getWebhook(desk: Desk) {
  return webhookHandler(desk, [], async (webhooks, id) => {
    const view = webhooks.get(id)
    return view === undefined ? noSuchWebhook : { status: 200, body: renderWebhook(view) }
  })
}

export function deleteWebhook(desk: Desk) {
  return webhookHandler(desk, [], async (webhooks, id) => {
    const removed = await webhooks.remove(id)
    if (typeof removed === 'object') return refusalOf(removed)
    return removed ? { status: 204, body: null } : noSuchWebhook
  })
}

/** There are few: all are on one page. */
export function getWebhooks(desk: Desk) {
  return handler(desk, [], async (webhooks) => {
    const items = webhooks.list().map((view) => renderWebhook(view))
    return { status: 200, body: renderPage(items, null) }
  })
}

type Answer = (webhooks: WebhookDesk, id: string, context: Context) => Promise<Told | Problem>

/** `parameters` are what the query may hold. */
export function webhookHandler(desk: Desk, parameters: readonly string[], answer: Answer) {
  return handler(desk, parameters, async (webhooks, context) => {
    const id = context.req.param('id') ?? ''
    return isId(id)
      ? answer(webhooks, id, context)
      : { code: 'invalid_id', detail: 'A webhook has no id of this form.' }
  })
}

function handler(
  desk: Desk,
  parameters: readonly string[],
  answer: (webhooks: WebhookDesk, context: Context) => Promise<Told | Problem>,
) {
  return async function answerOfWebhooks(context: Context): Promise<Response> {
    const requestId = desk.nextRequestId()
    const told = unknownParameter(context.req.url, parameters) ?? (await answered())
    const { seq } = desk.ledger.head()
    if (isProblem(told)) return problemResponse(told, seq, requestId)
    const { 'Content-Type': type = '', ...headers } = answerHeaders(jsonType, seq, requestId)
    // It may hold a secret.
    const more = told.body === null ? {} : { 'Content-Type': type, 'Cache-Control': 'no-store' }
    return new Response(told.body, { status: told.status, headers: { ...headers, ...more } })

    async function answered(): Promise<Told | Problem> {
      return desk.webhooks === undefined ? noWebhooks : answer(desk.webhooks, context)
    }
  }
}

const noWebhooks: Problem = { code: 'not_ready', detail: 'This server keeps no webhooks.' }
export const noSuchWebhook: Problem = { code: 'not_found', detail: 'There is no such webhook.' }

const refusals: Readonly<Record<Exclude<WebhookRefused['refused'], 'url'>, Problem>> = {
  too_many: { code: 'forbidden', detail: 'There are as many webhooks as a server may have: delete one first.' },
  busy: { code: 'overloaded', detail: 'Too many changes of webhooks are waiting. Nothing happened.' },
  ended: { code: 'not_ready', detail: 'The server drains. Nothing happened.' },
  storage_full: { code: 'storage_full', detail: 'There is no room to keep the webhook. Nothing happened.' },
}

export function refusalOf(refused: WebhookRefused): Problem {
  if (refused.refused !== 'url') return refusals[refused.refused]
  return {
    code: 'invalid_json',
    detail: `/url ${refused.detail}.`,
    errors: [{ pointer: '/url', code: 'invalid_json' }],
  }
}
