// The facts that are durable and that the archive has not taken over yet.

import type { Seq, Transaction } from './messages.ts'

export class RecentFacts {
  readonly #bySeq = new Map<Seq, Transaction>()
  #oldest: Seq

  /** `archived`: the archive holds everything up to this seq. */
  constructor(archived: Seq) {
    this.#oldest = archived + 1
  }

  get size(): number {
    return this.#bySeq.size
  }

  get(seq: Seq): Transaction | undefined {
    return this.#bySeq.get(seq)
  }

  add(transactions: readonly Transaction[]): void {
    for (const transaction of transactions) this.#bySeq.set(transaction.seq, transaction)
  }

  /** The archive has answered its commit: up to `seq` it is asked from now on. */
  forget(seq: Seq): void {
    for (; this.#oldest <= seq; this.#oldest++) this.#bySeq.delete(this.#oldest)
  }
}
