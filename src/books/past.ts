// What a fact says of earlier ones: a reversal takes back what was posted, and a batch tells earlier answers again.

import type { SettlementFact, TransferFact } from '../../actors/contracts/transfer.ts'
import type { Id, Seq } from '../../actors/state-storage/messages.ts'
import { isServerMade, seqOfServerMade, settlementName, transferName } from '../../actors/virtual-machine/names.ts'
import type { AnyFact } from './names.ts'

export interface Past {
  /** The facts with that seq; none if there are none. */
  factsAt(seq: Seq): Promise<readonly AnyFact[]>
  /** The seqs that may have taken the name. */
  candidates(name: Id): readonly Seq[]
}

/** What is wrong with what the fact says of the past. */
export async function wrongOfPast(fact: AnyFact, past: Past): Promise<string[]> {
  if (fact.method === 'Batch') return wrongEarlier(fact.earlier, past)
  if (fact.method !== 'Transfer' || fact.reverses === undefined || fact.state === 'refused') return []
  const posted = await postedBy(fact.reverses, past)
  if (posted === undefined) return [`takes back ${fact.reverses}, which posted nothing`]
  const expected = posted.map(({ from, to, amount, asset }) => ({ from: to, to: from, amount, asset })).reverse()
  if (JSON.stringify(expected) === JSON.stringify(fact.postings)) return []
  return [`takes back ${fact.reverses}, but not what that posted`]
}

async function wrongEarlier(earlier: readonly (readonly [number, AnyFact])[], past: Past): Promise<string[]> {
  const wrong: string[] = []
  for (const [item, told] of earlier) {
    const text = JSON.stringify(told)
    const facts = await past.factsAt(told.seq)
    if (facts.some((fact) => JSON.stringify(fact) === text)) continue
    wrong.push(`tells of item ${item} what seq ${told.seq} does not hold`)
  }
  return wrong
}

/** The postings of a transfer, or of the hold that it was, as far as they moved. */
async function postedBy(id: string, past: Past) {
  const made = seqOfServerMade(id)
  const seqs = isServerMade(id) ? (made === undefined ? [] : [made]) : past.candidates(transferName(id))
  const transfer = await find(past, seqs, (fact) => fact.method === 'Transfer' && fact.id === id)
  if (transfer?.state === 'posted')
    return (transfer as TransferFact).reverses === undefined ? transfer.postings : undefined
  const ends = past.candidates(settlementName(id))
  const post = await find(past, ends, (fact) => fact.method === 'Post' && fact.id === id && fact.state === 'posted')
  return (post as SettlementFact | undefined)?.postings
}

async function find(past: Past, seqs: readonly Seq[], fits: (fact: AnyFact) => boolean): Promise<AnyFact | undefined> {
  for (const seq of seqs) {
    const found = (await past.factsAt(seq)).find(fits)
    if (found !== undefined) return found
  }
  return undefined
}
