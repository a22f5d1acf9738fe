// Finds facts by seq or by name: the index says whether there can be one, then memory is asked, then the archive.

import type { Recipient } from '../address.ts'
import type { Archive } from './archive.ts'
import type { IdIndex } from './id-index.ts'
import type { FindTransactions, Head, Id, ReadKeys, Seq, Transaction } from './messages.ts'
import { groupedBySeq, type RecentFacts } from './recent-facts.ts'

export type FactRequest = ReadKeys | FindTransactions

/** What StateStorage sends itself when the archive has been asked. */
export interface FactsFound {
  readonly type: 'FactsFound'
  readonly request: FactRequest
  readonly byId: ReadonlyMap<Id, Transaction>
  readonly bySeq: ReadonlyMap<Seq, readonly Transaction[]>
  /** Of when it was looked up: what became durable while the archive was asked is not in it. */
  readonly head: Head
}

type PortFailed = { readonly type: 'PortFailed'; readonly error: unknown }

export class FactFinder {
  readonly #index: IdIndex
  readonly #recent: RecentFacts
  readonly #archive: Pick<Archive, 'findTransactions'>
  readonly #self: Recipient<FactsFound | PortFailed>

  constructor(
    index: IdIndex,
    recent: RecentFacts,
    archive: Pick<Archive, 'findTransactions'>,
    self: Recipient<FactsFound | PortFailed>,
  ) {
    this.#index = index
    this.#recent = recent
    this.#archive = archive
    this.#self = self
  }

  /** What memory alone can answer, or undefined: then a `FactsFound` follows. `head` is the last durable one. */
  find(request: FactRequest, head: Head): FactsFound | undefined {
    const candidates = new Map(request.ids.map((id) => [id, this.#index.candidates(id)]))
    const asked = request.seqs.filter((seq) => seq >= 1 && seq <= head.seq)
    const facts = new Map<Seq, readonly Transaction[]>()
    const elsewhere = new Set<Seq>()
    for (const seq of [...asked, ...[...candidates.values()].flat()]) {
      const fact = this.#recent.get(seq)
      if (fact === undefined) elsewhere.add(seq)
      else facts.set(seq, fact)
    }
    const found = (): FactsFound => ({
      type: 'FactsFound',
      request,
      byId: named(candidates, facts),
      bySeq: facts,
      head,
    })
    if (elsewhere.size === 0) return found()
    this.#archive.findTransactions([...elsewhere]).then(
      (fetched) => {
        for (const [seq, found] of groupedBySeq(fetched)) facts.set(seq, found)
        this.#self.send(found())
      },
      (error) => this.#self.send({ type: 'PortFailed', error }),
    )
    return undefined
  }
}

/** Names with an equal hash are told apart by the fact itself, which says what names it took. */
function named(
  candidates: ReadonlyMap<Id, readonly Seq[]>,
  facts: ReadonlyMap<Seq, readonly Transaction[]>,
): Map<Id, Transaction> {
  const byId = new Map<Id, Transaction>()
  for (const [id, seqs] of candidates) {
    const fact = seqs.flatMap((seq) => facts.get(seq) as readonly Transaction[]).find(({ ids }) => ids?.includes(id))
    if (fact !== undefined) byId.set(id, fact)
  }
  return byId
}
