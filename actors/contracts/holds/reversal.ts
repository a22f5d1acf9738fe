// A reversal moves back what a transfer has posted: once, and never a reversal itself.

import { reversalName } from '../../virtual-machine/names.ts'
import type { ReadFacts } from '../../virtual-machine/processor.ts'
import { type Refusal, refused } from '../refusal.ts'
import { type Posting, type PostingJson, postingOf } from '../transfer.ts'
import { settlementOf, transferOf } from './past.ts'

/** The postings of the reversal, the last one first, or why there can be none. */
export function whatToReverse(past: ReadFacts, id: string): readonly Posting[] | Refusal {
  const original = transferOf(past, id)
  if (original === undefined) return refused('not_found')
  if (past.fact(reversalName(id)) !== undefined) return refused('already_reversed')
  // Its pair is reversed already: that is what it is.
  if (original.reverses !== undefined && original.state === 'posted') return refused('already_reversed')
  if (original.state === 'posted') return original.postings.map(turned).reverse()
  const settlement = settlementOf(past, id)
  if (settlement?.state === 'posted') return settlement.postings.map(turned).reverse()
  return refused('transfer_not_posted')
}

function turned(posting: PostingJson): Posting {
  const { from, to, ...rest } = postingOf(posting)
  return { from: to, to: from, ...rest }
}
