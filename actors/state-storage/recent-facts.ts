// The facts that are durable and that the archive has not taken over yet.

import type { Seq, Transaction } from './messages.ts'

export class RecentFacts {
  readonly #bySeq = new Map<Seq, readonly Transaction[]>()
  #oldest: Seq
  #size = 0

  /** `archived`: the archive holds everything up to this seq. */
  constructor(archived: Seq) {
    this.#oldest = archived + 1
  }

  /** Facts, not seqs: an atomic batch is one seq of thousands. */
  get size(): number {
    return this.#size
  }

  get(seq: Seq): readonly Transaction[] | undefined {
    return this.#bySeq.get(seq)
  }

  add(transactions: readonly Transaction[]): void {
    this.#size += transactions.length
    for (const [seq, facts] of groupedBySeq(transactions)) this.#bySeq.set(seq, facts)
  }

  /** The archive has answered its commit: up to `seq` it is asked from now on. */
  forget(seq: Seq): void {
    for (; this.#oldest <= seq; this.#oldest++) {
      this.#size -= this.#bySeq.get(this.#oldest)?.length ?? 0
      this.#bySeq.delete(this.#oldest)
    }
  }
}

/** More than one where an atomic batch made them; in their order. */
export function groupedBySeq(transactions: readonly Transaction[]): ReadonlyMap<Seq, readonly Transaction[]> {
  const grouped = new Map<Seq, Transaction[]>()
  for (const transaction of transactions) {
    const facts = grouped.get(transaction.seq)
    if (facts === undefined) grouped.set(transaction.seq, [transaction])
    else facts.push(transaction)
  }
  return grouped
}
