// What all changes of the ledger have in common: what is read of the request, and how what came of it is told.

import type { Fact } from '../../../actors/contracts/facts.ts'
import type { Refusal } from '../../../actors/contracts/refusal.ts'
import type { Seq } from '../../../actors/state-storage/messages.ts'
import type { Commands } from '../../../actors/virtual-machine/messages.ts'
import { problemKinds } from '../../wire/problem.ts'
import { type AnswerHeaders, answerHeaders, jsonType, problemType } from '../answer/headers.ts'
import { isProblem, type Problem, problemResponse, renderProblem } from '../answer/problem.ts'
import { refusalProblem, renderRefusal, renderUncommitted } from '../answer/render-v1.ts'
import { type Askable, type Asked, type Asker, type Desk, processTransaction } from '../desk.ts'
import { keyOf } from '../request/idempotency.ts'
import type { ParsedBody } from '../request/parse-action.ts'
import { writeQuery } from '../request/query.ts'

export interface Form<Name extends Askable> {
  readonly method: Name
  /** With the ids in it decoded; part of the fingerprint. */
  readonly path: string
  read(request: Request, limit: number): Promise<string | Problem>
  parse(text: string): ParsedBody<Commands[Name]> | Problem
}

/** Everything about the request's form. */
export async function askedBy<Name extends Askable>(
  request: Request,
  { bodyLimit, principal }: Pick<Desk, 'bodyLimit' | 'principal'>,
  { method, path, read, parse }: Form<Name>,
): Promise<Asked<Name> | Problem> {
  const asked = writeQuery(request.url)
  if (isProblem(asked)) return asked
  const text = await read(request, bodyLimit)
  if (typeof text !== 'string') return text
  const parsed = parse(text)
  if (isProblem(parsed)) return parsed
  const { command } = parsed
  if (asked.dryRun) return { method, command, dryRun: true } as Asked<Name>
  const keyed = keyOf(request, principal, () => ({ path, query: asked.query, body: parsed.canonical() }))
  if (isProblem(keyed)) return keyed
  return (keyed.request === undefined ? { method, command } : { method, command, ...keyed }) as Asked<Name>
}

/** The answer to a request that was granted. */
export interface Told {
  readonly status: 200 | 201
  readonly body: string
  readonly headers: AnswerHeaders
}

export type Tell = (fact: Fact, replayed: boolean, seq: Seq, requestId: string) => Told

export async function answerTransaction(
  desk: Desk,
  asked: Asked | Problem,
  asker: Asker,
  tell: Tell,
): Promise<Response> {
  const { requestId } = asker
  if (isProblem(asked)) return problemResponse(asked, desk.ledger.head().seq, requestId)
  const answer = await processTransaction(desk, asked, asker)
  if (isProblem(answer)) return problemResponse(answer, desk.ledger.head().seq, requestId)
  const { seq } = answer
  const dryRun = asked.dryRun === true
  if (answer.type === 'TransactionRefused') return refusedNow(answer.refusal, dryRun, seq, requestId)
  const { fact, replayed } = answer
  if (fact.refusal !== undefined) return refusedAndKept(fact.refusal, replayed, seq, requestId)
  const { status, body, headers } = tell(fact, replayed, seq, requestId)
  if (!dryRun) return new Response(body, { status, headers })
  // Without what names the thing that was made: there is none.
  return new Response(renderUncommitted(body), { status, headers: answerHeaders(jsonType, seq, requestId) })
}

function refusedNow(refusal: Refusal, dryRun: boolean, seq: Seq, requestId: string): Response {
  const problem = refusalProblem(refusal)
  if (!dryRun) return problemResponse(problem, seq, requestId)
  const body = renderUncommitted(renderProblem(problem, requestId))
  return new Response(body, { ...statusOf(refusal), headers: answerHeaders(problemType, seq, requestId) })
}

function refusedAndKept(
  refusal: Refusal & { readonly request_id: string },
  replayed: boolean,
  seq: Seq,
  requestId: string,
): Response {
  const headers = answerHeaders(problemType, seq, requestId)
  if (replayed) headers['Idempotent-Replayed'] = 'true'
  return new Response(renderRefusal(refusal), { ...statusOf(refusal), headers })
}

function statusOf({ code }: Refusal) {
  return { status: problemKinds[code].status }
}
