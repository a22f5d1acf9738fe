// POST /v1/transfers and GET /v1/transfers/{id}.

import type { Context } from 'hono'
import type { TransferFact } from '../../../actors/contracts/transfer.ts'
import type { Transaction } from '../../../actors/state-storage/messages.ts'
import { isServerMade, seqOfServerMade, transferName } from '../../../actors/virtual-machine/names.ts'
import { isId } from '../../wire/identifiers.ts'
import { problemKinds } from '../../wire/problem.ts'
import { answerHeaders, jsonType, problemType, transferHeaders } from '../answer/headers.ts'
import { isProblem, type Problem, problemResponse } from '../answer/problem.ts'
import { refusalProblem, renderRefusal, renderTransfer } from '../answer/render-v1.ts'
import { type AskedTransfer, type Desk, findTransaction, processTransfer } from '../desk.ts'
import { readJsonText } from '../request/body.ts'
import { keyIn, requestKey } from '../request/idempotency.ts'
import { parseTransfer } from '../request/parse-transfer.ts'
import { unknownParameter } from '../request/query.ts'

/** The hot path: text, JSON.parse, the schema, one message in and out, one Response of a string and a plain object. */
export function postTransfer(desk: Desk) {
  return async function postTransfer({ req: { raw } }: Context): Promise<Response> {
    const requestId = desk.nextRequestId()
    const asked = await askedTransfer(raw, desk)
    if (isProblem(asked)) return problemResponse(asked, desk.ledger.head().seq, requestId)
    const answer = await processTransfer(desk, asked, requestId)
    if (isProblem(answer)) return problemResponse(answer, desk.ledger.head().seq, requestId)
    const { seq } = answer.head
    if (answer.type === 'TransactionRefused') return problemResponse(refusalProblem(answer.refusal), seq, requestId)
    const { fact, replayed } = answer
    if (fact.refusal !== undefined) return refused(fact.refusal, replayed, seq, requestId)
    return new Response(renderTransfer(fact), {
      status: 201,
      headers: transferHeaders(fact.id, replayed, seq, requestId),
    })
  }
}

/** Everything about the request's form. Exported for the bench, whose echo validates the same. */
export async function askedTransfer(
  request: Request,
  { bodyLimit, principal }: Pick<Desk, 'bodyLimit' | 'principal'>,
): Promise<AskedTransfer | Problem> {
  // `dry_run` must not move money because it is not known yet.
  const unknown = unknownParameter(request.url, [])
  if (unknown !== undefined) return unknown
  const text = await readJsonText(request, bodyLimit)
  if (typeof text !== 'string') return text
  const parsed = parseTransfer(text)
  if (isProblem(parsed)) return parsed
  const { command } = parsed
  const header = request.headers.get('idempotency-key')
  if (header === null) return { command }
  const key = keyIn(header)
  if (typeof key !== 'string') return key
  const content = { method: 'POST', path: '/v1/transfers', query: undefined, body: parsed.canonical() }
  return { command, request: requestKey(principal, key, content) }
}

function refused(refusal: NonNullable<TransferFact['refusal']>, replayed: boolean, seq: number, requestId: string) {
  const headers = answerHeaders(problemType, seq, requestId)
  if (replayed) headers['Idempotent-Replayed'] = 'true'
  return new Response(renderRefusal(refusal), { status: problemKinds[refusal.code].status, headers })
}

export function getTransfer(desk: Desk) {
  return async function getTransfer(context: Context): Promise<Response> {
    const requestId = desk.nextRequestId()
    const id = context.req.param('id') ?? ''
    const found = await transferFound(desk, context.req.url, id)
    if (isProblem(found)) return problemResponse(found, desk.ledger.head().seq, requestId)
    return new Response(renderTransfer(found.fact), { headers: answerHeaders(jsonType, found.seq, requestId) })
  }
}

async function transferFound(desk: Desk, url: string, id: string) {
  const unknown = unknownParameter(url, [])
  if (unknown !== undefined) return unknown
  if (!isId(id)) return { code: 'invalid_id', detail: 'A transfer has no id of this form.' } as const
  const seq = seqOfServerMade(id)
  if (seq === undefined && isServerMade(id)) return unknownTransfer(id)
  const name = transferName(id)
  const found = await findTransaction(desk, seq === undefined ? { seqs: [], ids: [name] } : { seqs: [seq], ids: [] })
  if (isProblem(found)) return found
  const fact = seq === undefined ? found.byId.get(name) : found.bySeq.get(seq)
  // The fact at a seq may be of a transfer with an id of the client's own, or of no transfer at all.
  if (fact === undefined || !isTransfer(fact) || fact.id !== id) return unknownTransfer(id)
  return { fact, seq: found.head.seq }
}

function isTransfer(fact: Transaction): fact is TransferFact {
  return 'method' in fact && fact.method === 'Transfer'
}

function unknownTransfer(id: string): Problem {
  return { code: 'not_found', detail: `There is no transfer ${id}.` }
}
