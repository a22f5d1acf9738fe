// What became of a transfer, told from the facts that took its names.

import { reversalName, seqOfServerMade, settlementName, transferName } from '../../virtual-machine/names.ts'
import type { Needs, ReadFacts } from '../../virtual-machine/processor.ts'
import { type Refusal, refused } from '../refusal.ts'
import type { SettlementFact, TransferFact } from '../transfer.ts'
import { holdKey } from './hold.ts'

/** All that a request about a transfer reads before it knows anything of it. */
export function needsOfTransfer(id: string): Needs {
  const seq = seqOfServerMade(id)
  return {
    keys: [holdKey(id)],
    // A server-made id takes no name: its fact is found by its seq, and known under this name afterwards.
    ids: [transferName(id), settlementName(id), reversalName(id)],
    seqs: seq === undefined ? [] : [seq],
  }
}

export function transferOf(past: ReadFacts, id: string): TransferFact | undefined {
  return past.fact(transferName(id)) as TransferFact | undefined
}

export function settlementOf(past: ReadFacts, id: string): SettlementFact | undefined {
  return past.fact(settlementName(id)) as SettlementFact | undefined
}

/** Why a hold that is not open can't be settled. */
export function settlementRefusal(past: ReadFacts, id: string): Refusal {
  if (transferOf(past, id) === undefined) return refused('not_found')
  const settlement = settlementOf(past, id)
  if (settlement === undefined) return refused('transfer_not_pending')
  if (settlement.state === 'posted') return refused('already_posted')
  return refused(settlement.state === 'voided' ? 'already_voided' : 'expired')
}
