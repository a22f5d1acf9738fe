// Events: what the ledger has decided, one a seq, in order. They are told from facts as they were, so that none ever changes.

import type { AccountId } from '../../../actors/contracts/account.ts'
import type { Seq } from '../../../actors/state-storage/messages.ts'
import type { History, Order, SeqFacts } from '../../archive/history/history.ts'
import type { EventType } from '../../wire/events/event.ts'
import { accountsOf, type EventFact, renderTransaction, typeOf } from './render-event.ts'

export interface LedgerEvent {
  readonly seq: Seq
  /** Of its transactions, each once, in their order. */
  readonly types: readonly EventType[]
  /** That its transactions are about, each once. */
  readonly accounts: readonly AccountId[]
  /** JSON: `{"seq":"5","created_at":"…","transactions":[…]}`; the same bytes each time. */
  readonly body: string
}

/** Of the facts of a run, in characters: some 1,500 transfers, or one atomic batch however long it is. */
const longestRun = 1_048_576

/** Those that are committed to the archive now, oldest first, maybe none, `limit` at most; there may be more. */
export function readEvents(history: History, after: Seq, limit: number): Promise<readonly LedgerEvent[]> {
  return eventsIn(history, { low: after + 1, high: history.committed(), order: 'asc', limit })
}

export interface EventRange {
  /** The first and the last seq; the history must go as far as the last. */
  readonly low: Seq
  readonly high: Seq
  readonly order: Order
  readonly limit: number
  readonly characters?: number
}

/** Rejects with ArchiveDamaged if one of them is gone. */
export async function eventsIn(history: History, range: EventRange): Promise<readonly LedgerEvent[]> {
  if (range.low > range.high) return []
  return (await history.seqs({ characters: longestRun, ...range })).map(eventOf)
}

function eventOf({ seq, facts }: SeqFacts): LedgerEvent {
  const parsed = facts.map((fact) => JSON.parse(fact) as EventFact)
  const time = new Date(parsed[0]?.time ?? 0).toISOString()
  return {
    seq,
    types: [...new Set(parsed.map(typeOf))],
    accounts: [...new Set(parsed.flatMap(accountsOf))],
    body: `{"seq":"${seq}","created_at":"${time}","transactions":[${parsed.map(renderTransaction).join(',')}]}`,
  }
}
