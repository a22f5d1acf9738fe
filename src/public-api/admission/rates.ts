// A rate for each of many: of all addresses, or of all principals.

import type { ThrottleClock } from '../../throttle/clock.ts'
import { CellRate } from '../../throttle/rate.ts'
import { type Rejection, rejected } from '../../throttle/throttler.ts'

export interface RatesOptions {
  readonly clock: ThrottleClock
  /** Requests a second, and as many at once after a rest. */
  readonly rate: number
  /** How many are remembered: past it the one that came least recently is forgotten. */
  readonly keys: number
}

const second = 1_000

/**
 * What `Generator` does, without its leases: a rate holds nothing that would have to be given back, so nothing must be
 * remembered of who has it. On the way of every request that was the larger part of what admission cost.
 */
export class Rates {
  readonly #options: RatesOptions
  /** In the order of last use. */
  readonly #rates = new Map<string, CellRate>()
  #newest: string | undefined

  constructor(options: RatesOptions) {
    this.#options = options
  }

  /** Counts one request, or says why not. */
  take(key: string): Rejection | undefined {
    const earlyMs = this.#of(key).spend(1)
    return earlyMs > 0 ? rejected('rate', earlyMs) : undefined
  }

  #of(key: string): CellRate {
    const known = this.#rates.get(key)
    if (known !== undefined && key === this.#newest) return known
    const { clock, rate, keys } = this.#options
    const [oldest] = known === undefined && this.#rates.size >= keys ? this.#rates.keys() : []
    if (oldest !== undefined) this.#rates.delete(oldest)
    const own = known ?? new CellRate({ clock, rate, perMs: second, burst: rate })
    this.#rates.delete(key)
    this.#rates.set(key, own)
    this.#newest = key
    return own
  }
}
