// Throttlers that bound how much happens in a time. Quota comes back by the clock alone, computed when somebody asks.

import type { ThrottleClock } from './clock.ts'
import {
  type Admission,
  lease,
  positive,
  rejected,
  type ThrottleRequest,
  type Throttler,
  weightOf,
  whole,
} from './throttler.ts'

/** Sums of fractions are not exact: who comes a billionth too early, in milliseconds or units, is in time. */
const grace = 1e-6

export interface TimedOptions {
  readonly clock: ThrottleClock
  /** Units that are there at most, and at the beginning; at 0 all calls are rejected. */
  readonly limit: number
  /** Milliseconds. */
  readonly intervalMs: number
  /** Units that come back at the end of each interval; `limit` if left out. */
  readonly refill?: number
}

/** A quota that is filled up at the end of each interval, counted from when the throttler was made (fixed window). */
export class Timed implements Throttler {
  readonly #clock: ThrottleClock
  readonly #limit: number
  readonly #intervalMs: number
  readonly #refill: number
  #left: number
  #filledAt: number

  constructor({ clock, limit, intervalMs, refill = limit }: TimedOptions) {
    this.#clock = clock
    this.#limit = this.#left = whole('limit', limit)
    this.#intervalMs = positive('intervalMs', intervalMs)
    this.#refill = whole('refill', refill)
    this.#filledAt = clock.now()
  }

  async acquire(request: ThrottleRequest, _signal?: AbortSignal): Promise<Admission> {
    const weight = weightOf(request)
    if (weight > this.#limit) return rejected('capacity', Infinity)
    this.#fill()
    if (weight > this.#left) return rejected('rate', this.#until(weight))
    this.#left -= weight
    const filledAt = this.#filledAt
    return lease(
      () => {},
      () => this.#giveBack(weight, filledAt),
    )
  }

  #fill(): void {
    const intervals = Math.floor((this.#clock.now() - this.#filledAt) / this.#intervalMs)
    this.#left = Math.min(this.#limit, this.#left + intervals * this.#refill)
    this.#filledAt += intervals * this.#intervalMs
  }

  #until(weight: number): number {
    // With refill 0: Infinity.
    const intervals = Math.ceil((weight - this.#left) / this.#refill)
    return this.#filledAt + intervals * this.#intervalMs - this.#clock.now()
  }

  /** Only if it was not filled since, which may have made up for it already. */
  #giveBack(weight: number, filledAt: number): void {
    if (this.#filledAt === filledAt) this.#left += weight
  }
}

export interface CellRateOptions {
  readonly clock: ThrottleClock
  /** Units in each `perMs`, in the long run; at 0 all calls are rejected. */
  readonly rate: number
  /** Milliseconds. */
  readonly perMs: number
  /** Units at once after a rest; 1 (evenly spaced) if left out. */
  readonly burst?: number
}

/** GCRA by virtual scheduling: one number says when the next unit is due. Source: ITU-T I.371, annex A. */
export class CellRate implements Throttler {
  readonly #clock: ThrottleClock
  readonly #unitMs: number
  readonly #burst: number
  /** When all that was admitted would be over, at an even pace: the theoretical arrival time. */
  #due = -Infinity
  #admitted = 0

  constructor({ clock, rate, perMs, burst = 1 }: CellRateOptions) {
    this.#clock = clock
    this.#unitMs = positive('perMs', perMs) / whole('rate', rate)
    this.#burst = rate === 0 ? 0 : whole('burst', burst)
  }

  async acquire(request: ThrottleRequest, _signal?: AbortSignal): Promise<Admission> {
    return this.attempt(request)
  }

  attempt(request: ThrottleRequest): Admission {
    const weight = weightOf(request)
    if (weight > this.#burst) return rejected('capacity', Infinity)
    const earlyMs = this.spend(weight)
    if (earlyMs > 0) return rejected('rate', earlyMs)
    const before = this.#admitted
    return lease(
      () => {},
      () => this.#giveBack(weight, this.#admitted - before),
    )
  }

  /** Takes at most a burst of units for good, without a lease. Answers 0, or how many milliseconds too early that would be. */
  spend(weight: number): number {
    const now = this.#clock.now()
    const due = Math.max(this.#due, now) + weight * this.#unitMs
    const earlyMs = due - this.#burst * this.#unitMs - now
    if (earlyMs > grace) return earlyMs
    this.#due = due
    this.#admitted += weight
    return 0
  }

  /** At least what was admitted after it, `since`, stays counted as if it had come just now: never too much is given back. */
  #giveBack(weight: number, since: number): void {
    const without = Math.max(this.#due - weight * this.#unitMs, this.#clock.now() + since * this.#unitMs)
    this.#due = Math.min(this.#due, without)
  }
}

export interface BucketOptions {
  readonly clock: ThrottleClock
  /** Units that it holds; at 0 all calls are rejected. */
  readonly capacity: number
  /** Units that leak out evenly in each `perMs`; at 0 it fills once. */
  readonly leak: number
  /** Milliseconds. */
  readonly perMs: number
}

/** A leaky bucket as a meter: a call that would make it overflow is rejected. Source: Turner 1986; ITU-T I.371, annex A. */
export class Bucket implements Throttler {
  readonly #clock: ThrottleClock
  readonly #capacity: number
  readonly #leakPerMs: number
  #level = 0
  #levelAt = 0
  #admitted = 0

  constructor({ clock, capacity, leak, perMs }: BucketOptions) {
    this.#clock = clock
    this.#capacity = whole('capacity', capacity)
    this.#leakPerMs = whole('leak', leak) / positive('perMs', perMs)
  }

  async acquire(request: ThrottleRequest, _signal?: AbortSignal): Promise<Admission> {
    const weight = weightOf(request)
    if (weight > this.#capacity) return rejected('capacity', Infinity)
    this.#drip()
    const over = this.#level + weight - this.#capacity
    if (over > grace) return rejected('rate', over / this.#leakPerMs)
    this.#level += weight
    this.#admitted += weight
    const before = this.#admitted
    return lease(
      () => {},
      () => this.#giveBack(weight, this.#admitted - before),
    )
  }

  #drip(): void {
    const now = this.#clock.now()
    this.#level = Math.max(0, this.#level - (now - this.#levelAt) * this.#leakPerMs)
    this.#levelAt = now
  }

  /** At least what came after it, `since`, stays in as if it had come just now: never too much is given back. */
  #giveBack(weight: number, since: number): void {
    this.#drip()
    this.#level = Math.min(this.#level, Math.max(this.#level - weight, since))
  }
}
