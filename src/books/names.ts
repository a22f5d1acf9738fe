// The names that facts take: whether each fact takes those that it must, and nobody a name that is taken.

import type { Fact } from '../../actors/contracts/facts.ts'
import { IdIndex } from '../../actors/state-storage/id-index.ts'
import type { Id, Seq } from '../../actors/state-storage/messages.ts'
import type { BatchFact } from '../../actors/virtual-machine/messages.ts'
import {
  isServerMade,
  requestName,
  reversalName,
  seqOfServerMade,
  settlementName,
  transferName,
} from '../../actors/virtual-machine/names.ts'
import { idHash } from '../archive/id-hash.ts'

/** What the journal says of a name at a seq: whether the facts there took it. Costs a look into a segment. */
export type TookName = (seq: Seq, name: Id) => Promise<boolean>

export type AnyFact = Fact | BatchFact

/** The names that a fact must take, in order. */
export function namesOf(fact: AnyFact): Id[] {
  const names = fact.request === undefined ? [] : [requestName(fact.request)]
  if (fact.method === 'Transfer' && !isServerMade(fact.id)) names.push(transferName(fact.id))
  if (fact.state === 'refused') return names
  if (fact.method === 'Transfer' && fact.reverses !== undefined) names.push(reversalName(fact.reverses))
  if (fact.method === 'Post' || fact.method === 'Void' || fact.method === 'Expire') names.push(settlementName(fact.id))
  return names
}

export class Names {
  readonly #index: IdIndex
  readonly #took: TookName
  #seq: Seq = 0
  /** Server-made ids of the facts of that seq. */
  #made = new Set<string>()

  constructor(ledger: string, took: TookName) {
    this.#index = new IdIndex(idHash(ledger))
    this.#took = took
  }

  /** What is wrong with the names of the next fact. */
  async take(fact: AnyFact): Promise<string[]> {
    const { seq, ids = [] } = fact
    const expected = namesOf(fact)
    const wrong: string[] = []
    if (JSON.stringify(ids) !== JSON.stringify(expected)) {
      wrong.push(`takes the names ${JSON.stringify(ids)}, where ${JSON.stringify(expected)} follow from it`)
    }
    if (!this.#isServersOwn(fact)) wrong.push(`has the id ${(fact as { id: string }).id}, which is not its own`)
    for (const name of ids) {
      const earlier = await this.#takenAt(name)
      if (earlier !== undefined) wrong.push(`takes the name ${name}, which seq ${earlier} took already`)
      this.#index.add(name, seq)
    }
    return wrong
  }

  /** The seqs that may have taken the name: all those with an equal hash. */
  candidates(name: Id): readonly Seq[] {
    return this.#index.candidates(name)
  }

  #isServersOwn(fact: AnyFact): boolean {
    if (fact.seq !== this.#seq) this.#made = new Set()
    this.#seq = fact.seq
    if (fact.method !== 'Transfer' || !isServerMade(fact.id)) return true
    if (seqOfServerMade(fact.id) !== fact.seq || this.#made.has(fact.id)) return false
    this.#made.add(fact.id)
    return true
  }

  async #takenAt(name: Id): Promise<Seq | undefined> {
    // Another name may have the same hash: the fact tells.
    for (const seq of this.#index.candidates(name)) if (await this.#took(seq, name)) return seq
    return undefined
  }
}
