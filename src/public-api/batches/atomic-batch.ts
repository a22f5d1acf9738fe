// A batch of which all happens or nothing.

import { bytesOf } from '../../../actors/contracts/bytes.ts'
import type { Fact } from '../../../actors/contracts/facts.ts'
import type { Transaction } from '../../../actors/state-storage/messages.ts'
import type {
  BatchAnswer,
  BatchFact,
  BatchRefused,
  ProcessBatch,
  TransactionRefused,
} from '../../../actors/virtual-machine/messages.ts'
import { problemKinds } from '../../wire/problem.ts'
import { answerHeaders, problemType } from '../answer/headers.ts'
import { isProblem, type Problem } from '../answer/problem.ts'
import { renderBatchRefusal, renderFact } from '../answer/render-batch.ts'
import { type Desk, findTransaction, noAnswer, notOpen, rejection } from '../desk.ts'
import { worstOf } from '../request/parse-batch.ts'
import type { AskedBatch, BatchDone } from './asked-batch.ts'

export async function atomicBatch(desk: Desk, asked: AskedBatch): Promise<BatchDone | Problem | Response> {
  const answer = worstOf(asked.batch.items) ?? (await decided(desk, asked))
  if (isProblem(answer)) return answer
  if (answer.type !== 'BatchProcessed') return refusal(answer, asked.requestId)
  const facts = answer.facts ?? (await factsOf(desk, answer.batch))
  if (isProblem(facts)) return facts
  const { replayed, seq } = answer
  return { status: 201, results: facts.map((fact) => renderFact(fact, asked)), seq, replayed }
}

/** What an atomic batch may add to the journal, in bytes as `bytesOf` counts them: it is one line, however long. */
const mostBytes = 40 * 1_024 * 1_024
const tooLarge: Problem = { code: 'payload_too_large', detail: 'A record of the journal does not hold that much.' }

async function decided(desk: Desk, { batch, dryRun, request, requestId, client }: AskedBatch) {
  if (desk.ledger.status() !== 'open') return notOpen
  const question = desk.questions.open<BatchAnswer>(client)
  const message: ProcessBatch = {
    type: 'ProcessBatch',
    items: batch.items.flatMap((item) => (isProblem(item) ? [] : [item.command])),
    requestId,
    replyTo: question,
    ...(request !== undefined && { request }),
    ...(dryRun && { dryRun }),
  }
  if (bytesOf(message) > mostBytes) return tooLarge
  desk.ledger.virtualMachine.send(message)
  const answer = await question.answer
  if (answer === undefined) return dryRun ? noAnswer : outcomeUnknown(request?.key)
  return answer.type === 'RequestRejected' ? rejection(answer) : answer
}

function outcomeUnknown(key: string | undefined): Problem {
  const unknown = 'The ledger did not answer in time; the batch may yet happen, as a whole.'
  if (key === undefined) {
    const detail = `${unknown} It has no Idempotency-Key to look it up by; GET of the id of an item that has one tells.`
    return { code: 'outcome_unknown', detail, retryable: false }
  }
  return { code: 'outcome_unknown', detail: `${unknown} The same request again tells, with Idempotency-Key ${key}.` }
}

/** Told with the Request-Id that the refusal keeps, if it is kept. */
function refusal(answer: BatchRefused | TransactionRefused, requestId: string): Response {
  const { refusal, seq } = answer
  const headers = answerHeaders(problemType, seq, requestId)
  if (answer.type === 'BatchRefused' && answer.replayed) headers['Idempotent-Replayed'] = 'true'
  const told = answer.type === 'BatchRefused' ? answer.refusal.request_id : requestId
  return new Response(renderBatchRefusal(refusal, told), { status: problemKinds[refusal.code].status, headers })
}

/** Of a batch that was decided before: what it did, and among it the items that had been decided even earlier. */
async function factsOf(desk: Desk, batch: BatchFact | undefined): Promise<readonly Fact[] | Problem> {
  if (batch === undefined) throw new Error('a batch is replayed that has no fact')
  const found = await findTransaction(desk, { seqs: [batch.seq], ids: [] })
  if (isProblem(found)) return found
  const fresh = (found.bySeq.get(batch.seq) ?? []).filter(isTransfer)
  const earlier = new Map(batch.earlier)
  const facts: Fact[] = []
  let next = 0
  for (let item = 0; item < fresh.length + earlier.size; item++) {
    const fact = earlier.get(item) ?? fresh[next++]
    if (fact === undefined) throw new Error(`item ${item} of the batch at seq ${batch.seq} was not found`)
    facts.push(fact)
  }
  return facts
}

/** The batch's own fact has the same seq. */
function isTransfer(fact: Transaction): fact is Fact & Transaction {
  return 'method' in fact && fact.method === 'Transfer'
}
