// Of the places that there are one principal takes its share, and not all: whoever comes with little finds one.

import { type Admission, lease, rejected, type ThrottleRequest, type Throttler } from '../../throttle/throttler.ts'

/**
 * One key may hold as many places as are free: alone half of all, two of them a third each. So some are always free, however
 * much some ask for, and who holds little finds one. Nothing but a number is remembered, of keys that hold something.
 * Source: dynamic thresholds, Choudhury and Hahne 1998.
 */
export class Share implements Throttler {
  readonly #limit: () => number
  readonly #held = new Map<string, number>()
  #inside = 0

  /** `limit`: how many places there are now, for all together. */
  constructor(limit: () => number) {
    this.#limit = limit
  }

  /** Whether a call of this key would be rejected. */
  isFull(key: string): boolean {
    return (this.#held.get(key) ?? 0) >= this.#limit() - this.#inside
  }

  async acquire(request: ThrottleRequest, _signal?: AbortSignal): Promise<Admission> {
    return this.attempt(request)
  }

  attempt({ key = '' }: ThrottleRequest): Admission {
    if (this.isFull(key)) return rejected('line_full')
    this.#count(key, 1)
    return lease(() => this.#count(key, -1))
  }

  #count(key: string, change: 1 | -1): void {
    const held = (this.#held.get(key) ?? 0) + change
    this.#inside += change
    if (held === 0) this.#held.delete(key)
    else this.#held.set(key, held)
  }
}
