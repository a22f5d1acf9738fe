// GET /v1/balances:sum.

import type { Context } from 'hono'
import type { AssetSum } from '../../archive/accounts/account-lists.ts'
import { answerHeaders, jsonType } from '../answer/headers.ts'
import { isProblem, problemResponse } from '../answer/problem.ts'
import type { Desk } from '../desk.ts'
import { queryOf } from '../request/query.ts'
import { sumQuery } from './account-query.ts'
import { askBuilt } from './built.ts'

export function getSums(desk: Desk) {
  return async function getSums({ req: { raw } }: Context): Promise<Response> {
    const requestId = desk.nextRequestId()
    const query = sumQuery(queryOf(raw.url) ?? new URLSearchParams())
    const read = isProblem(query) ? query : await askBuilt(desk, raw.headers, (lists) => lists.sum(query))
    if (isProblem(read)) return problemResponse(read, desk.ledger.head().seq, requestId)
    const body = `{"data":[${read.sums.map(renderSum).join(',')}]}`
    return new Response(body, { headers: answerHeaders(jsonType, read.seq, requestId) })
  }
}

function renderSum({ asset, accounts, posted, pendingIn, pendingOut }: AssetSum): string {
  return `{"asset":"${asset}","accounts":${accounts},"posted":"${posted}","pending_in":"${pendingIn}","pending_out":"${pendingOut}","available":"${posted - pendingOut}"}`
}
