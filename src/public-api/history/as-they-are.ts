// Transfers as they are at a seq: a fact of the past, with the end of its hold and its reversal.

import type { SettlementFact, TransferFact } from '../../../actors/contracts/transfer.ts'
import type { Id, Seq, Transaction } from '../../../actors/state-storage/messages.ts'
import { reversalName, settlementName } from '../../../actors/virtual-machine/names.ts'
import { isProblem, type Problem } from '../answer/problem.ts'
import { renderSettlement, renderTransfer } from '../answer/render-v1.ts'
import { type Desk, findTransaction } from '../desk.ts'

type Found = TransferFact | SettlementFact

/** Names that are looked up at once: few, because the look-ups of batches wait behind them. */
const portion = 100

/** JSON of those that are in `state` at `seq`; of all without one. */
export async function asTheyAre(
  desk: Desk,
  facts: readonly Found[],
  seq: Seq,
  state?: string,
): Promise<readonly string[] | Problem> {
  const later = await findAll(desk, facts.flatMap(namesOf), seq)
  if (isProblem(later)) return later
  const items: string[] = []
  for (const fact of facts) {
    const now = (later.get(settlementName(fact.id)) as SettlementFact | undefined) ?? fact
    if (state !== undefined && now.state !== state) continue
    const reversal = later.get(reversalName(fact.id)) as TransferFact | undefined
    items.push(now.method === 'Transfer' ? renderTransfer(now, reversal?.id) : renderSettlement(now, reversal?.id))
  }
  return items
}

/** What may have become of it since. */
function namesOf({ id, state }: Found): Id[] {
  if (state === 'refused') return []
  return state === 'pending' ? [settlementName(id), reversalName(id)] : [reversalName(id)]
}

/** Those that came after `seq` are left out: the answer says that it didn't see them. */
async function findAll(desk: Desk, ids: readonly Id[], seq: Seq): Promise<ReadonlyMap<Id, Transaction> | Problem> {
  const all = new Map<Id, Transaction>()
  for (let from = 0; from < ids.length; from += portion) {
    const found = await findTransaction(desk, { seqs: [], ids: ids.slice(from, from + portion) })
    if (isProblem(found)) return found
    for (const [id, fact] of found.byId) if (fact.seq <= seq) all.set(id, fact)
  }
  return all
}
