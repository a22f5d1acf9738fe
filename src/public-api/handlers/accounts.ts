// GET /v1/accounts/{id} and GET /v1/accounts/{id}/balance.

import type { Context } from 'hono'
import type { Account } from '../../../actors/contracts/account.ts'
import type { Seq } from '../../../actors/state-storage/messages.ts'
import type { BalanceQuery, BalanceRead } from '../../../actors/virtual-machine/messages.ts'
import type { Moment } from '../../archive/history/history.ts'
import { defaultAsset, isAsset, isId } from '../../wire/identifiers.ts'
import { accountHeaders, answerHeaders, jsonType } from '../answer/headers.ts'
import { isProblem, type Problem, problemResponse } from '../answer/problem.ts'
import { renderAccount, renderBalance } from '../answer/render-v1.ts'
import { type Desk, readBalance } from '../desk.ts'
import { momentIn, pastBalance } from '../history/past-balance.ts'
import { queryOf, unknownParameter } from '../request/query.ts'

export function getAccount(desk: Desk) {
  return balanceHandler(desk, (read, seq, requestId) => {
    return new Response(renderRead(read), { headers: accountHeaders(read.notes.revision, seq, requestId) })
  })
}

export function getBalance(desk: Desk) {
  const ofNow = balanceHandler(
    desk,
    ({ state }, seq, requestId) =>
      new Response(renderBalance(balanceOf(state)), { headers: answerHeaders(jsonType, seq, requestId) }),
  )
  return async function getBalance(context: Context): Promise<Response> {
    const { url, raw } = context.req
    const moment = momentIn(queryOf(url) ?? new URLSearchParams())
    if (moment === undefined) return ofNow(context)
    const requestId = desk.nextRequestId()
    const query = balanceQuery(url, context.req.param('id') ?? '', ['as_of', 'as_of_seq'])
    const wrong = [query, moment].find((one) => isProblem(one))
    const answer = wrong ?? (await pastBalance(desk, query as BalanceQuery, moment as Moment, raw))
    if (isProblem(answer)) return problemResponse(answer, desk.ledger.head().seq, requestId)
    return new Response(answer.body, { headers: answerHeaders(jsonType, answer.seq, requestId) })
  }
}

function balanceHandler(desk: Desk, tell: (read: BalanceRead, seq: Seq, requestId: string) => Response) {
  return async function readOneBalance(context: Context): Promise<Response> {
    const requestId = desk.nextRequestId()
    const query = balanceQuery(context.req.url, context.req.param('id') ?? '')
    const answer = isProblem(query) ? query : await readBalance(desk, query, context.req.raw)
    if (isProblem(answer)) return problemResponse(answer, desk.ledger.head().seq, requestId)
    return tell(answer.balance, answer.seq, requestId)
  }
}

/** The account and the asset that a URL names; `others` are what its query may hold beside the asset. */
export function balanceQuery(url: string, account: string, others: readonly string[] = []): BalanceQuery | Problem {
  const unknown = unknownParameter(url, ['asset', ...others])
  if (unknown !== undefined) return unknown
  if (!isId(account)) return { code: 'invalid_id', detail: 'An account has no id of this form.' }
  const asset = queryOf(url)?.get('asset') ?? defaultAsset
  if (!isAsset(asset)) return { code: 'invalid_id', detail: 'An asset has no name of this form.' }
  return { account, asset }
}

export function renderRead(read: BalanceRead & BalanceQuery): string {
  return renderAccount({ ...read, balance: balanceOf(read.state), settings: settingsOf(read) })
}

function settingsOf({ state, notes }: BalanceRead) {
  const { minimum, maximum, closed } = state
  return { min_balance: textOf(minimum), max_balance: textOf(maximum), closed, metadata: notes.metadata }
}

function textOf(amount: bigint | null): string | null {
  return amount === null ? null : String(amount)
}

function balanceOf({ posted, pendingIn, pendingOut, version }: Account) {
  return { posted: String(posted), pending_in: String(pendingIn), pending_out: String(pendingOut), version }
}
