// Which holds end when: a heap ordered by (expires_at, seq). Holds that have ended otherwise are found out when they are due.

import type { Seq, Timestamp } from '../state-storage/messages.ts'

export interface Expiry {
  readonly transfer: string
  readonly at: Timestamp
  readonly seq: Seq
}

export class Expiries {
  readonly #heap: Expiry[] = []

  /** When the next one is due. */
  get next(): Timestamp | undefined {
    return this.#heap[0]?.at
  }

  add(expiry: Expiry): void {
    let at = this.#heap.push(expiry) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!this.#swapIfLater(parent, at)) return
      at = parent
    }
  }

  /** Takes those that are due at `now` out, in order, `most` of them. */
  takeDue(now: Timestamp, most: number): readonly Expiry[] {
    const due: Expiry[] = []
    while (due.length < most && this.#heap[0] !== undefined && this.#heap[0].at <= now) due.push(this.#takeFirst())
    return due
  }

  #takeFirst(): Expiry {
    const first = this.#heap[0] as Expiry
    const last = this.#heap.pop() as Expiry
    if (this.#heap.length > 0) {
      this.#heap[0] = last
      this.#sink()
    }
    return first
  }

  #sink(): void {
    for (let at = 0; 2 * at + 1 < this.#heap.length; ) {
      const child = this.#earlierChild(at)
      if (!this.#swapIfLater(at, child)) return
      at = child
    }
  }

  /** Of the children of `parent`, which has one at least. */
  #earlierChild(parent: number): number {
    const [left, right] = [2 * parent + 1, 2 * parent + 2]
    return right < this.#heap.length && isLater(this.#at(left), this.#at(right)) ? right : left
  }

  #swapIfLater(upper: number, lower: number): boolean {
    const [one, other] = [this.#at(upper), this.#at(lower)]
    if (!isLater(one, other)) return false
    this.#heap[upper] = other
    this.#heap[lower] = one
    return true
  }

  #at(index: number): Expiry {
    return this.#heap[index] as Expiry
  }
}

function isLater(one: Expiry, other: Expiry): boolean {
  return one.at === other.at ? one.seq > other.seq : one.at > other.at
}
