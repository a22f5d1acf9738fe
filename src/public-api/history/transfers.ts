// GET /v1/transfers.

import type { Context } from 'hono'
import type { SettlementFact, TransferFact } from '../../../actors/contracts/transfer.ts'
import type { Seq } from '../../../actors/state-storage/messages.ts'
import { defaultAsset } from '../../wire/identifiers.ts'
import { answerHeaders, jsonType } from '../answer/headers.ts'
import { isProblem, type Problem, problemResponse } from '../answer/problem.ts'
import type { Desk } from '../desk.ts'
import { queryOf } from '../request/query.ts'
import { asTheyAre } from './as-they-are.ts'
import { cursorAt, renderPage } from './page.ts'
import { accountReached, ledgerReached, minimumSeq } from './reached.ts'
import { type TransferList, transferList } from './transfer-list.ts'

export function getTransfers(desk: Desk) {
  return async function getTransfers({ req: { raw } }: Context): Promise<Response> {
    const requestId = desk.nextRequestId()
    const page = await transferPage(desk, raw)
    if (isProblem(page)) return problemResponse(page, desk.ledger.head().seq, requestId)
    return new Response(page.body, { headers: answerHeaders(jsonType, page.seq, requestId) })
  }
}

interface Found {
  readonly seq: Seq
  readonly facts: readonly string[]
  readonly cursor: string | null
}

async function transferPage(desk: Desk, client: Request) {
  const { url, headers } = client
  const list = transferList(queryOf(url) ?? new URLSearchParams())
  if (isProblem(list)) return list
  const minimum = minimumSeq(headers)
  if (typeof minimum === 'object') return minimum
  const found = isAlongAccount(list) ? await ofAccount(desk, list, minimum, client) : await ofAll(desk, list, minimum)
  if (isProblem(found)) return found
  const { seq, facts, cursor } = found
  const parsed = facts.map((fact) => JSON.parse(fact) as TransferFact | SettlementFact)
  const items = await asTheyAre(desk, parsed, seq, list.state)
  return isProblem(items) ? items : { body: renderPage(items, cursor), seq }
}

/** Only what was posted made entries. */
function isAlongAccount({ account, state }: TransferList): boolean {
  return account !== undefined && (state === undefined || state === 'posted')
}

async function ofAccount(desk: Desk, list: TransferList, minimum: Seq, client: Request): Promise<Found | Problem> {
  const { account = '', asset = defaultAsset, page, times, details } = list
  const reached = await accountReached(desk, { account, asset }, minimum, client)
  if (isProblem(reached)) return reached
  const { history, place, seq } = reached
  const [after = null] = page.after ?? []
  const { facts, next } = await history.transfersOf(place, { ...page, ...times, after, filter: details })
  return { seq, facts, cursor: cursorAt('account-transfers', page.order, next === null ? null : [next]) }
}

async function ofAll(desk: Desk, list: TransferList, minimum: Seq): Promise<Found | Problem> {
  const { account, asset, state, page, times, details } = list
  const reached = await ledgerReached(desk, minimum)
  if (isProblem(reached)) return reached
  const { history, seq } = reached
  const filter = {
    ...details,
    ...(account !== undefined && { account }),
    ...(asset !== undefined && { asset }),
    ...(state !== undefined && { states: statesOfFacts[state] }),
  }
  const after = page.after === null ? null : ([page.after[0] ?? 0, page.after[1] ?? 0] as const)
  const { facts, next } = await history.transfers(seq, { ...page, ...times, after, filter })
  return { seq, facts, cursor: cursorAt('transfers', page.order, next) }
}

/** What a transfer that is in this state now may have been when it was made. */
const statesOfFacts: Readonly<Record<NonNullable<TransferList['state']>, readonly string[]>> = {
  pending: ['pending'],
  posted: ['posted', 'pending'],
  voided: ['pending'],
  expired: ['pending'],
  refused: ['refused'],
}
