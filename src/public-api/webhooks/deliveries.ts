// GET /v1/webhooks/{id}/deliveries.

import type { KeptDelivery } from '../../webhooks/webhook.ts'
import { isProblem } from '../answer/problem.ts'
import type { Desk } from '../desk.ts'
import { cursorAt, type PageQuery, pageQuery, renderPage } from '../history/page.ts'
import { queryOf } from '../request/query.ts'
import { renderDelivery } from './render-webhook.ts'
import { noSuchWebhook, refusalOf, webhookHandler } from './webhooks.ts'

export function getDeliveries(desk: Desk) {
  return webhookHandler(desk, ['limit', 'order', 'cursor'], async (webhooks, id, { req }) => {
    const page = pageQuery(queryOf(req.url) ?? new URLSearchParams(), 'deliveries')
    if (isProblem(page)) return page
    const kept = await webhooks.deliveries(id)
    if (kept === undefined) return noSuchWebhook
    return 'refused' in kept ? refusalOf(kept) : { status: 200, body: pageOf(kept, page) }
  })
}

/** Deliveries are numbered: a cursor is the number of the last one told, even when that one is no longer kept. */
function pageOf(newestFirst: readonly KeptDelivery[], { limit, order, after }: PageQuery): string {
  const [last] = after ?? []
  const all = order === 'asc' ? newestFirst.toReversed() : newestFirst
  const rest = last === undefined ? all : all.filter(({ number }) => (order === 'asc' ? number > last : number < last))
  const shown = rest.slice(0, limit)
  const end = shown.at(-1)
  const next = rest.length > limit && end !== undefined ? [end.number] : null
  return renderPage(shown.map(renderDelivery), cursorAt('deliveries', order, next))
}
