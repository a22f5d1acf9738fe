// GET /v1/accounts.

import type { Context } from 'hono'
import { answerHeaders, jsonType } from '../answer/headers.ts'
import { isProblem, problemResponse } from '../answer/problem.ts'
import type { Desk } from '../desk.ts'
import { renderRead } from '../handlers/accounts.ts'
import { renderPage } from '../history/page.ts'
import { queryOf } from '../request/query.ts'
import { accountCursor, accountListQuery } from './account-query.ts'
import { askBuilt } from './built.ts'

export function getAccounts(desk: Desk) {
  return async function getAccounts({ req: { raw } }: Context): Promise<Response> {
    const requestId = desk.nextRequestId()
    const page = await accountPage(desk, raw)
    if (isProblem(page)) return problemResponse(page, desk.ledger.head().seq, requestId)
    return new Response(page.body, { headers: answerHeaders(jsonType, page.seq, requestId) })
  }
}

async function accountPage(desk: Desk, { url, headers }: Request) {
  const query = accountListQuery(queryOf(url) ?? new URLSearchParams())
  if (isProblem(query)) return query
  const read = await askBuilt(desk, headers, (lists) => lists.list(query))
  if (isProblem(read)) return read
  const { seq, items, next } = read
  return { body: renderPage(items.map(renderRead), accountCursor(query.order, next)), seq }
}
