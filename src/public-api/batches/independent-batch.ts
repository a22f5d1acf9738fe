// A batch each item of which is decided by itself, in order.

import type { TransactionProcessed, TransactionRefused } from '../../../actors/virtual-machine/messages.ts'
import { isProblem, type Problem } from '../answer/problem.ts'
import { renderResult } from '../answer/render-batch.ts'
import { type Desk, processTransfer } from '../desk.ts'
import type { ParsedItem } from '../request/parse-batch.ts'
import type { AskedBatch, BatchDone } from './asked-batch.ts'

type ItemAnswer = TransactionProcessed | TransactionRefused | Problem

/** As many messages to the ledger at once as the batch has items; its queue holds eight such batches. */
export async function independentBatch(desk: Desk, asked: AskedBatch): Promise<BatchDone | Problem> {
  const { items } = asked.batch
  const decide = (item: ParsedItem, number: number) => decided(desk, asked, item, number)
  const answers = asked.request === undefined ? await Promise.all(items.map(decide)) : await keyed(items, decide)
  if (isProblem(answers)) return answers
  return {
    status: 200,
    results: answers.map((answer) => renderResult(answer, asked)),
    seq: answers.reduce((last, answer) => Math.max(last, seqOf(answer)), 0) || desk.ledger.head().seq,
    replayed: answers.every((answer) => isReplayed(answer)),
  }
}

/**
 * The first item stands for the request: only when the key was free for it, or is its own, are the others sent.
 * Sent together, those that an earlier request with this key does not have would happen.
 */
async function keyed(
  items: readonly ParsedItem[],
  decide: (item: ParsedItem, number: number) => Promise<ItemAnswer>,
): Promise<readonly ItemAnswer[] | Problem> {
  const [first, ...others] = items
  if (first === undefined || isProblem(first)) return first ?? []
  const answer = await decide(first, 0)
  if (isProblem(answer)) return answer // nobody holds the key
  if (answer.type === 'TransactionRefused' && answer.refusal.code === 'idempotency_key_reused') {
    return keyReused
  }
  return [answer, ...(await Promise.all(others.map((item, index) => decide(item, index + 1))))]
}

const keyReused: Problem = {
  code: 'idempotency_key_reused',
  detail: 'This Idempotency-Key came before with another request. Nothing was moved.',
}

async function decided(
  desk: Desk,
  { request, dryRun, requestId, client }: AskedBatch,
  item: ParsedItem,
  number: number,
): Promise<ItemAnswer> {
  if (isProblem(item)) return item
  return processTransfer(
    desk,
    {
      command: item.command,
      ...(request !== undefined && { request: { ...request, item: number } }),
      ...(dryRun && { dryRun }),
    },
    { requestId, client },
  )
}

function seqOf(answer: ItemAnswer): number {
  return isProblem(answer) ? 0 : answer.seq
}

function isReplayed(answer: ItemAnswer): boolean {
  return !isProblem(answer) && answer.type === 'TransactionProcessed' && answer.replayed
}
