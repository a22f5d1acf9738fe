// POST /v1/transfers and GET /v1/transfers/{id}.

import type { Context } from 'hono'
import type { SettlementFact, TransferFact } from '../../../actors/contracts/transfer.ts'
import type { Transaction } from '../../../actors/state-storage/messages.ts'
import {
  isServerMade,
  reversalName,
  seqOfServerMade,
  settlementName,
  transferName,
} from '../../../actors/virtual-machine/names.ts'
import { isId } from '../../wire/identifiers.ts'
import { answerHeaders, jsonType } from '../answer/headers.ts'
import { isProblem, type Problem, problemResponse } from '../answer/problem.ts'
import { renderSettlement, renderTransfer } from '../answer/render-v1.ts'
import { type Asked, type Desk, findTransaction } from '../desk.ts'
import { readJsonText } from '../request/body.ts'
import { parseTransfer } from '../request/parse-transfer.ts'
import { unknownParameter } from '../request/query.ts'
import { answerTransaction, askedBy, type Form } from './transaction.ts'
import { tellTransfer } from './transfer-actions.ts'

/** The hot path: text, JSON.parse, the schema, one message in and out, one Response of a string and a plain object. */
export function postTransfer(desk: Desk) {
  return async function postTransfer({ req: { raw } }: Context): Promise<Response> {
    const requestId = desk.nextRequestId()
    return answerTransaction(desk, await askedTransfer(raw, desk), { requestId, client: raw }, tellTransfer)
  }
}

const form: Form<'Transfer'> = {
  method: 'Transfer',
  path: '/v1/transfers',
  read: readJsonText,
  parse: parseTransfer,
}

/** Everything about the request's form. Exported for the bench, whose echo validates the same. */
export function askedTransfer(
  request: Request,
  desk: Pick<Desk, 'bodyLimit' | 'principal'>,
): Promise<Asked<'Transfer'> | Problem> {
  return askedBy(request, desk, form)
}

export function getTransfer(desk: Desk) {
  return async function getTransfer(context: Context): Promise<Response> {
    const requestId = desk.nextRequestId()
    const found = await transferFound(desk, context.req.url, context.req.param('id') ?? '')
    if (isProblem(found)) return problemResponse(found, desk.ledger.head().seq, requestId)
    return new Response(found.body, { headers: answerHeaders(jsonType, found.seq, requestId) })
  }
}

/** A transfer as it is now: its own fact, the end of its hold, and its reversal. */
async function transferFound(desk: Desk, url: string, id: string) {
  const unknown = unknownParameter(url, [])
  if (unknown !== undefined) return unknown
  if (!isId(id)) return { code: 'invalid_id', detail: 'A transfer has no id of this form.' } as const
  const seq = seqOfServerMade(id)
  if (seq === undefined && isServerMade(id)) return unknownTransfer(id)
  const ids = [settlementName(id), reversalName(id), ...(seq === undefined ? [transferName(id)] : [])]
  const found = await findTransaction(desk, { seqs: seq === undefined ? [] : [seq], ids })
  if (isProblem(found)) return found
  // The facts at a seq may be of transfers with ids of the client's own, or of no transfer at all.
  const facts = seq === undefined ? [found.byId.get(transferName(id))] : (found.bySeq.get(seq) ?? [])
  const fact = facts.find((one) => isTransfer(one, id))
  if (fact === undefined) return unknownTransfer(id)
  const settlement = found.byId.get(settlementName(id)) as SettlementFact | undefined
  const reversal = found.byId.get(reversalName(id)) as TransferFact | undefined
  const body =
    settlement === undefined
      ? renderTransfer(fact as TransferFact, reversal?.id)
      : renderSettlement(settlement, reversal?.id)
  return { body, seq: found.head.seq }
}

function isTransfer(fact: Transaction | undefined, id: string): boolean {
  const { method, id: own } = (fact ?? {}) as Partial<TransferFact>
  return method === 'Transfer' && own === id
}

function unknownTransfer(id: string): Problem {
  return { code: 'not_found', detail: `There is no transfer ${id}.` }
}
