// GET /v1/accounts/{id}/entries.

import type { Context } from 'hono'
import type { Span, StatementLine } from '../../archive/history/history.ts'
import { answerHeaders, jsonType } from '../answer/headers.ts'
import { isProblem, type Problem, problemResponse } from '../answer/problem.ts'
import type { Desk } from '../desk.ts'
import { balanceQuery } from '../handlers/accounts.ts'
import { queryOf } from '../request/query.ts'
import { cursorAt, type PageQuery, pageQuery, renderPage } from './page.ts'
import { accountReached, minimumSeq } from './reached.ts'

export function getEntries(desk: Desk) {
  return async function getEntries({ req }: Context): Promise<Response> {
    const requestId = desk.nextRequestId()
    const page = await statementPage(desk, req.raw, req.param('id') ?? '')
    if (isProblem(page)) return problemResponse(page, desk.ledger.head().seq, requestId)
    return new Response(page.body, { headers: answerHeaders(jsonType, page.seq, requestId) })
  }
}

async function statementPage(desk: Desk, client: Request, account: string) {
  const { url, headers } = client
  const query = balanceQuery(url, account, ['limit', 'order', 'cursor'])
  if (isProblem(query)) return query
  const page = pageQuery(queryOf(url) ?? new URLSearchParams(), 'entries')
  const minimum = minimumSeq(headers)
  const wrong = [page, minimum].find((one): one is Problem => typeof one === 'object' && isProblem(one))
  if (wrong !== undefined) return wrong
  const reached = await accountReached(desk, query, minimum as number, client)
  if (isProblem(reached)) return reached
  const { history, place, seq } = reached
  const { span, next } = spanOf(page as PageQuery, place.count)
  const lines = await history.statement(place, span)
  const { order } = page as PageQuery
  const items = (order === 'asc' ? lines.toReversed() : lines).map(renderLine)
  return { body: renderPage(items, cursorAt('entries', order, next)), seq }
}

/** Entries are numbered, and their numbers stay: a cursor is the number of the last one told. */
function spanOf({ limit, order, after }: PageQuery, count: number): { span: Span; next: readonly number[] | null } {
  const [last] = after ?? []
  if (order === 'asc') {
    const low = (last ?? 0) + 1
    const high = Math.min(count, low + limit - 1)
    return { span: { low, high }, next: high < count ? [high] : null }
  }
  const high = Math.min(count, (last ?? count + 1) - 1)
  const low = Math.max(1, high - limit + 1)
  return { span: { low, high }, next: low > 1 ? [low] : null }
}

// By hand, as all answers: ids and amounts hold nothing that JSON escapes.
function renderLine({ position: [seq, posting], transfer, time, amount, posted, counterparty }: StatementLine): string {
  return `{"seq":"${seq}","posting":${posting},"transfer":"${transfer}","time":"${new Date(time).toISOString()}","amount":"${amount}","posted":"${posted}","counterparty":"${counterparty}"}`
}
