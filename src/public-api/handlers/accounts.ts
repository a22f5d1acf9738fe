// GET /v1/accounts/{id} and GET /v1/accounts/{id}/balance.

import type { Context } from 'hono'
import type { Account, BalanceQuery, BalanceRead } from '../../../actors/contracts/account.ts'
import { defaultAsset, isAsset, isId } from '../../wire/identifiers.ts'
import { answerHeaders, jsonType } from '../answer/headers.ts'
import { isProblem, type Problem, problemResponse } from '../answer/problem.ts'
import { renderBalance } from '../answer/render-v1.ts'
import { type Desk, readBalance } from '../desk.ts'
import { queryOf, unknownParameter } from '../request/query.ts'

export function getAccount(desk: Desk) {
  return balanceHandler(desk, renderAccount)
}

export function getBalance(desk: Desk) {
  return balanceHandler(desk, ({ state }) => renderState(state))
}

function balanceHandler(desk: Desk, render: (balance: BalanceRead) => string) {
  return async function readOneBalance(context: Context): Promise<Response> {
    const requestId = desk.nextRequestId()
    const query = balanceQuery(context.req.url, context.req.param('id') ?? '')
    const answer = isProblem(query) ? query : await readBalance(desk, query)
    if (isProblem(answer)) return problemResponse(answer, desk.ledger.head().seq, requestId)
    return new Response(render(answer.balance), { headers: answerHeaders(jsonType, answer.head.seq, requestId) })
  }
}

function balanceQuery(url: string, account: string): BalanceQuery | Problem {
  const unknown = unknownParameter(url, ['asset'])
  if (unknown !== undefined) return unknown
  if (!isId(account)) return { code: 'invalid_id', detail: 'An account has no id of this form.' }
  const asset = queryOf(url)?.get('asset') ?? defaultAsset
  if (!isAsset(asset)) return { code: 'invalid_id', detail: 'An asset has no name of this form.' }
  return { account, asset }
}

// By hand, as ids and assets hold nothing that JSON escapes.
function renderAccount({ account, asset, state }: BalanceRead): string {
  return `{"id":"${account}","asset":"${asset}","balance":${renderState(state)},"min_balance":${limit(state.minimum)},"max_balance":${limit(state.maximum)},"closed":${state.closed},"metadata":{}}`
}

function renderState({ posted, pendingIn, pendingOut, version }: Account): string {
  return renderBalance({
    posted: String(posted),
    pending_in: String(pendingIn),
    pending_out: String(pendingOut),
    version,
  })
}

function limit(amount: bigint | null): string {
  return amount === null ? 'null' : `"${amount}"`
}
