// Batches as clients send them, and a ledger that decides them.

import type { RefusalCode } from '../../../actors/contracts/refusal.ts'
import type { TransferFact } from '../../../actors/contracts/transfer.ts'
import type { BatchFact, ProcessBatch, ProcessTransaction } from '../../../actors/virtual-machine/messages.ts'
import { aFact, json } from '../doubles.ts'

export const keyed = { 'Idempotency-Key': 'key-1' }

export function item(number: number, more: object = {}) {
  return { from: 'user1', to: 'user2', amount: String(number + 1), ...more }
}

export function batch(mode: unknown, items: unknown, headers: Record<string, string> = {}) {
  return json(JSON.stringify({ mode, items }), headers)
}

export function itemFact(number: number, changes: Partial<TransferFact> = {}): TransferFact {
  return aFact({ id: `tr_42.${number}`, ...changes })
}

export const batchFact: BatchFact = {
  seq: 42,
  time: 1_700_000_000_123,
  method: 'Batch',
  renderer: 1,
  state: 'posted',
  postings: [],
  balances: [],
  earlier: [],
}

/** Takes the whole batch. */
export function accepting({ items, request, replyTo }: ProcessBatch): void {
  const facts = items.map((_, number) => itemFact(number))
  const own = request === undefined ? undefined : batchFact
  replyTo.send({ type: 'BatchProcessed', facts, batch: own, replayed: false, seq: 42 })
}

/** Answers each item by its number, counted by its amount. */
export function decidingEach(refuse: Readonly<Record<number, RefusalCode | 'storage_full'>> = {}, replayed = false) {
  return (message: ProcessTransaction): void => {
    if (message.method !== 'Transfer') throw new Error('an item is a transfer')
    const number = Number(message.command.postings[0]?.amount) - 1
    const code = refuse[number]
    if (code === 'storage_full') return message.replyTo.send({ type: 'RequestRejected', reason: code })
    if (code !== undefined) return message.replyTo.send({ type: 'TransactionRefused', refusal: { code }, seq: 42 })
    const fact = aFact({ id: `tr_${42 + number}`, seq: 42 + number })
    message.replyTo.send({ type: 'TransactionProcessed', fact, replayed, seq: 42 + number })
  }
}
