// An atomic batch: its items happen all or not at all, as one seq.

import type { Fact, Stamp } from '../contracts/facts.ts'
import { type Refusal, refused } from '../contracts/refusal.ts'
import type { TransferCommand } from '../contracts/transfer.ts'
import type { Transaction } from '../state-storage/messages.ts'
import { namedBefore } from './idempotency.ts'
import type { BatchFact, ProcessBatch, RequestKey } from './messages.ts'
import { transferName } from './names.ts'
import type { Processor } from './processor.ts'
import type { TransientState } from './transient-state.ts'

export interface ItemsDecided {
  /** One an item, in order; of a batch that is refused there are none. */
  readonly told: readonly Fact[] | undefined
  /** The batch's own fact, if it has a key. */
  readonly batch: BatchFact | undefined
  /** What goes into the journal: that fact, and those of the items that are new. */
  readonly facts: readonly Transaction[]
  readonly refusal?: Refusal
}

/** Leaves the items' writes running in `state`, for the caller to keep or to drop together. */
export function decideItems(
  request: ProcessBatch,
  state: TransientState,
  stamp: Stamp,
  processor: Processor,
): ItemsDecided {
  const told: Fact[] = []
  const fresh: Fact[] = []
  const earlier: (readonly [number, Fact])[] = []
  const named = new Map<string, Fact>()
  let offset = stamp.offset
  for (const [item, command] of request.items.entries()) {
    const known = knownItem(command, named, state)
    if (known !== undefined && 'code' in known) return refusedBatch(request, stamp, { ...known, item })
    if (known !== undefined) {
      earlier.push([item, known.fact])
      told.push(known.fact)
      continue
    }
    const { fact, refusal } = decideItem(request, command, state, { ...stamp, item, offset }, processor)
    if (refusal !== undefined) return refusedBatch(request, stamp, { ...refusal, item })
    if (command.id !== undefined) named.set(command.id, fact)
    told.push(fact)
    fresh.push(fact)
    offset += command.postings.length
  }
  const batch = batchFact(request, stamp, { state: 'posted', earlier })
  return { told, batch, facts: journaled(batch, fresh) }
}

/** The fact of an item whose id came before, in this batch or ever. */
function knownItem(
  { id, content }: TransferCommand,
  named: ReadonlyMap<string, Fact>,
  state: TransientState,
): { readonly fact: Fact } | Refusal | undefined {
  if (id === undefined) return undefined
  const here = named.get(id)
  const known = namedBefore(here === undefined ? state : { fact: () => here }, id, content)
  if (known === undefined || 'code' in known) return known
  const fact = known.fact as Fact
  // What was refused once did not happen, so neither has the batch.
  return fact.refusal === undefined ? { fact } : refused(fact.refusal.code, fact.refusal.account)
}

function decideItem(
  { requestId, replyTo }: ProcessBatch,
  command: TransferCommand,
  state: TransientState,
  stamp: Stamp,
  processor: Processor,
) {
  const ids = command.id === undefined ? [] : [transferName(command.id)]
  const request = { type: 'ProcessTransaction', method: 'Transfer', command, requestId, replyTo } as const
  return processor.process(request as never, state, { ...stamp, ids })
}

/** Items of a refused batch burn no id. */
function refusedBatch(request: ProcessBatch, stamp: Stamp, refusal: Refusal): ItemsDecided {
  const kept = { ...refusal, request_id: request.requestId }
  const batch = batchFact(request, stamp, { state: 'refused', earlier: [], refusal: kept })
  return { told: undefined, batch, facts: journaled(batch, []), refusal }
}

function journaled(batch: BatchFact | undefined, fresh: readonly Fact[]): readonly Transaction[] {
  return batch === undefined ? fresh : [batch, ...fresh]
}

function batchFact({ request }: Pick<ProcessBatch, 'request'>, stamp: Stamp, outcome: Outcome): BatchFact | undefined {
  return request === undefined ? undefined : keyedFact(request, stamp, outcome)
}

type Outcome = Pick<BatchFact, 'state' | 'earlier' | 'refusal'>

function keyedFact(request: RequestKey, { seq, time, ids }: Stamp, outcome: Outcome): BatchFact {
  return { seq, time, method: 'Batch', renderer: 1, ...outcome, postings: [], balances: [], request, ids }
}

/**
 * What is kept of a single request with a key of its own and an id that is known: as of a batch of this one item, that
 * tells again what was decided, or refuses.
 */
export function repeatFact(
  { request, requestId }: { readonly request: RequestKey; readonly requestId: string },
  stamp: Stamp,
  earlier: { readonly fact: Transaction } | Refusal,
): BatchFact {
  if (!('code' in earlier)) {
    return keyedFact(request, stamp, { state: 'posted', earlier: [[0, earlier.fact as Fact]] })
  }
  return keyedFact(request, stamp, { state: 'refused', earlier: [], refusal: { ...earlier, request_id: requestId } })
}

/** The fact that a single request's key stands for. */
export function repeatedBy(fact: Transaction): Transaction {
  const { method, earlier } = fact as BatchFact
  return (method === 'Batch' && earlier[0]?.[1]) || fact
}
