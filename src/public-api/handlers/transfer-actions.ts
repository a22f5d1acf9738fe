// POST /v1/transfers/{id}/post, /void and /reverse.

import type { Context } from 'hono'
import type { SettlementFact, TransferFact } from '../../../actors/contracts/transfer.ts'
import type { Commands } from '../../../actors/virtual-machine/messages.ts'
import { isId } from '../../wire/identifiers.ts'
import { answerHeaders, jsonType, transferHeaders } from '../answer/headers.ts'
import type { Problem } from '../answer/problem.ts'
import { renderSettlement, renderTransfer } from '../answer/render-v1.ts'
import type { Asked, Desk } from '../desk.ts'
import { readOptionalJsonText } from '../request/body.ts'
import { type ParsedBody, parsePost, parseReverse, parseVoid } from '../request/parse-action.ts'
import { answerTransaction, askedBy, type Form, type Tell } from './transaction.ts'

export function postPost(desk: Desk) {
  return actionHandler(desk, 'Post', 'post', parsePost, tellSettlement)
}

export function postVoid(desk: Desk) {
  return actionHandler(desk, 'Void', 'void', parseVoid, tellSettlement)
}

export function postReverse(desk: Desk) {
  return actionHandler(desk, 'Reverse', 'reverse', parseReverse, tellTransfer)
}

type Action = 'Post' | 'Void' | 'Reverse'

function actionHandler<Name extends Action>(
  desk: Desk,
  method: Name,
  segment: string,
  parse: (text: string, transfer: string) => ParsedBody<Commands[Name]> | Problem,
  tell: Tell,
) {
  return async function postAction(context: Context): Promise<Response> {
    const asker = { requestId: desk.nextRequestId(), client: context.req.raw }
    const id = context.req.param('id') ?? ''
    if (!isId(id)) return answerTransaction(desk, noSuchId, asker, tell)
    const path = `/v1/transfers/${id}/${segment}`
    const form: Form<Name> = { method, path, read: readOptionalJsonText, parse: (text) => parse(text, id) }
    const asked = await askedBy(asker.client, desk, form)
    return answerTransaction(desk, asked as Asked<Action> | Problem, asker, tell)
  }
}

const noSuchId: Problem = { code: 'invalid_id', detail: 'A transfer has no id of this form.' }

const tellSettlement: Tell = (fact, replayed, seq, requestId) => {
  const headers = answerHeaders(jsonType, seq, requestId)
  if (replayed) headers['Idempotent-Replayed'] = 'true'
  return { status: 200, body: renderSettlement(fact as SettlementFact), headers }
}

/** Of a new transfer, asked for as such or as a reversal. */
export const tellTransfer: Tell = (fact, replayed, seq, requestId) => {
  const transfer = fact as TransferFact
  return {
    status: 201,
    body: renderTransfer(transfer),
    headers: transferHeaders(transfer.id, replayed, seq, requestId),
  }
}
