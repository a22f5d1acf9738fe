// What a journal line says, taken apart once for all who ask, and whether that still is what it says.

import type { Fact } from '../../../actors/contracts/facts.ts'
import type { Hash, Seq, Timestamp } from '../../../actors/state-storage/messages.ts'
import type { BatchFact } from '../../../actors/virtual-machine/messages.ts'

export type KeptFact = Fact | BatchFact

export interface Line {
  readonly seq: readonly [first: Seq, last: Seq]
  readonly time: Timestamp
  readonly transactions: readonly KeptFact[]
  readonly writes: readonly (readonly [key: string, value: unknown])[]
  readonly prev: Hash
  readonly hash: Hash
}

/** Whether the facts that were read from it still are what the line says: the archive hands the same ones to the server. */
export function isUnchanged(text: string, facts: readonly KeptFact[]): boolean {
  return text.startsWith(JSON.stringify(facts), text.indexOf(factsBegin) + factsBegin.length)
}

const factsBegin = ',"transactions":'
