// The two endpoints of the origin, byte for byte: GET /api/balance and POST /api/transfer, parameters in the query.

import type { Context } from 'hono'
import type { TransferCommand, TransferFact } from '../../../actors/contracts/transfer.ts'
import type { BalanceQuery } from '../../../actors/virtual-machine/messages.ts'
import { isAmountText } from '../../wire/amount.ts'
import { defaultAsset, isId } from '../../wire/identifiers.ts'
import { problemKinds } from '../../wire/problem.ts'
import { originProblem, originText } from '../answer/origin.ts'
import { isProblem, type Problem } from '../answer/problem.ts'
import { refusalProblem, renderOrigin } from '../answer/render-v1.ts'
import { type Asked, type Desk, processTransaction, readBalance } from '../desk.ts'
import { keyOf } from '../request/idempotency.ts'
import { queryOf } from '../request/query.ts'

export function getOriginBalance(desk: Desk) {
  return async function getOriginBalance({ req: { raw } }: Context): Promise<Response> {
    const requestId = desk.nextRequestId()
    const query = askedBalance(raw.url)
    const answer = isProblem(query) ? query : await readBalance(desk, query, raw)
    if (isProblem(answer)) return originProblem(answer, desk.ledger.head().seq, requestId)
    return originText(String(answer.balance.state.posted), 200, false, answer.seq, requestId)
  }
}

export function postOriginTransfer(desk: Desk) {
  return async function postOriginTransfer({ req: { raw } }: Context): Promise<Response> {
    const requestId = desk.nextRequestId()
    const asked = askedTransfer(raw, desk.principal)
    const answer = isProblem(asked) ? asked : await processTransaction(desk, asked, { requestId, client: raw })
    if (isProblem(answer)) return originProblem(answer, desk.ledger.head().seq, requestId)
    const { seq } = answer
    if (answer.type === 'TransactionRefused') return originProblem(refusalProblem(answer.refusal), seq, requestId)
    const { replayed } = answer
    const fact = answer.fact as TransferFact
    const status = fact.refusal === undefined ? 200 : problemKinds[fact.refusal.code].status
    return originText(renderOrigin(fact), status, replayed, seq, requestId)
  }
}

function askedBalance(url: string): BalanceQuery | Problem {
  const query = queryOf(url) ?? new URLSearchParams()
  return faultIn(query, ['from']) ?? { account: query.get('from') ?? '', asset: defaultAsset }
}

function askedTransfer(request: Request, principal: string): Asked<'Transfer'> | Problem {
  const query = queryOf(request.url) ?? new URLSearchParams()
  const fault = faultIn(query, ['from', 'to', 'amount'])
  if (fault !== undefined) return fault
  const [from, to, amount] = [query.get('from') ?? '', query.get('to') ?? '', query.get('amount') ?? '']
  const command: TransferCommand = { postings: [{ from, to, amount: BigInt(amount), asset: defaultAsset }] }
  const keyed = keyOf(request, principal, () => ({ path: '/api/transfer', query, body: '' }))
  return isProblem(keyed) ? keyed : { method: 'Transfer', command, ...keyed }
}

/** The first fault, in the order in which the origin looked: what is missing, what is empty, what is not valid. */
function faultIn(query: URLSearchParams, names: readonly string[]): Problem | undefined {
  for (const name of names) {
    const value = query.get(name)
    if (value === null) return { code: 'missing_field', detail: `missing parameter '${name}'` }
    if (value === '') return { code: 'missing_field', detail: `parameter '${name}' is empty` }
    if (name === 'amount' && !isAmountText(value)) {
      return { code: 'invalid_amount', detail: `parameter '${name}' is an invalid number` }
    }
    if (name !== 'amount' && !isId(value)) {
      return { code: 'invalid_id', detail: `parameter '${name}' is an invalid name` }
    }
  }
  return undefined
}
