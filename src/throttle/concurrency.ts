// Throttlers that bound how much happens at the same time. What a lease took is free again when it ends.

import type { ThrottleClock } from './clock.ts'
import { Line } from './line.ts'
import {
  type Admission,
  type Lease,
  lease,
  positive,
  rejected,
  type ThrottleRequest,
  type Throttler,
  weightOf,
  whole,
} from './throttler.ts'

/** Rejects a call while `limit` others run. At 0 it rejects all. */
export class Running implements Throttler {
  readonly #limit: number
  #running = 0

  constructor(limit: number) {
    this.#limit = whole('limit', limit)
  }

  async acquire(_request?: ThrottleRequest, _signal?: AbortSignal): Promise<Admission> {
    if (this.#limit === 0) return rejected('capacity', Infinity)
    if (this.#running >= this.#limit) return rejected('running')
    this.#running++
    return lease(() => {
      this.#running--
    })
  }
}

export interface SemaphoreOptions {
  readonly clock: ThrottleClock
  /** Units that are there. A call of more weight than that is rejected. */
  readonly capacity: number
  /** How many calls may wait; the next one is rejected. */
  readonly places: number
}

/**
 * Weighted: calls wait until as many units are free as they weigh. First come, first served, so that a heavy one is
 * not passed by light ones for ever.
 */
export class Semaphore implements Throttler {
  readonly #capacity: number
  readonly #line: Line
  #free: number

  constructor({ clock, capacity, places }: SemaphoreOptions) {
    this.#capacity = whole('capacity', capacity)
    this.#line = new Line({ clock, places: whole('places', places) })
    this.#free = capacity
  }

  async acquire(request: ThrottleRequest, signal?: AbortSignal): Promise<Admission> {
    const weight = weightOf(request)
    const waiting = { take: () => this.#take(weight), left: () => this.#admit() }
    return this.attempt(request) ?? this.#line.wait(weight, waiting, request, signal)
  }

  attempt(request: ThrottleRequest): Admission | undefined {
    const weight = weightOf(request)
    if (weight > this.#capacity) return rejected('capacity', Infinity)
    return this.#line.first === undefined && weight <= this.#free ? this.#take(weight) : undefined
  }

  #take(weight: number): Lease {
    this.#free -= weight
    return lease(() => {
      this.#free += weight
      this.#admit()
    })
  }

  #admit(): void {
    for (let { first } = this.#line; first !== undefined && first.weight <= this.#free; first = this.#line.first) {
      first.admit()
    }
  }
}

export interface BufferedOptions {
  readonly clock: ThrottleClock
  /** How many may run at once; at 0 all are rejected. */
  readonly limit: number
  /** How many may wait; the next one is rejected. */
  readonly places: number
}

/** Calls wait while `limit` others run, first come, first served. */
export class Buffered implements Throttler {
  readonly #slots: Semaphore

  constructor({ clock, limit, places }: BufferedOptions) {
    this.#slots = new Semaphore({ clock, capacity: whole('limit', limit), places })
  }

  acquire(request: ThrottleRequest, signal?: AbortSignal): Promise<Admission> {
    return this.#slots.acquire({ ...request, weight: 1 }, signal)
  }
}

export interface PriorityOptions {
  readonly clock: ThrottleClock
  /** How many may run at once, of all levels together; at 0 all are rejected. */
  readonly limit: number
  /** How many calls of each level may wait. */
  readonly places: number
  /** For each level, the first being number 0, its share of the slots while all levels wait: [8, 4, 1]. */
  readonly shares: readonly number[]
}

interface Level {
  readonly line: Line
  readonly share: number
  /** Where the level stands: one step of 1 / share for each call admitted from its line. */
  pass: number
}

/**
 * Calls wait while `limit` others run, each in the line of its level. All levels use the same slots, and each has a share
 * above 0: so no level is without a slot, and none starves. Source: stride scheduling, Waldspurger and Weihl 1995.
 */
export class Priority implements Throttler {
  readonly #limit: number
  readonly #levels: readonly Level[]
  #free: number
  #pass = 0

  constructor({ clock, limit, places, shares }: PriorityOptions) {
    whole('places', places)
    whole('number of levels', shares.length, 1)
    this.#limit = this.#free = whole('limit', limit)
    this.#levels = shares.map((share) => ({
      line: new Line({ clock, places }),
      share: positive('share', share),
      pass: 0,
    }))
  }

  async acquire(request: ThrottleRequest, signal?: AbortSignal): Promise<Admission> {
    const level = this.#levelOf(request)
    const admission = this.attempt(request)
    if (admission !== undefined || level === undefined) return admission ?? rejected('capacity', Infinity)
    const take = () => this.#take()
    // A level that was empty has saved up nothing: otherwise it would shut out the others for as long as it was.
    level.pass = Math.max(level.pass, this.#pass)
    return level.line.wait(1, { take }, request, signal)
  }

  attempt(request: ThrottleRequest): Admission | undefined {
    if (this.#limit === 0 || this.#levelOf(request) === undefined) return rejected('capacity', Infinity)
    return this.#free > 0 ? this.#take() : undefined
  }

  #levelOf({ priority = Infinity }: ThrottleRequest): Level | undefined {
    return this.#levels[Math.max(0, Math.min(Math.floor(priority), this.#levels.length - 1))]
  }

  #take(): Lease {
    this.#free--
    return lease(() => {
      this.#free++
      this.#admitNext()
    })
  }

  #admitNext(): void {
    let next: Level | undefined
    for (const level of this.#levels) {
      if (!level.line.isEmpty && (next === undefined || level.pass < next.pass)) next = level
    }
    if (next === undefined) return
    this.#pass = next.pass
    next.pass += 1 / next.share
    next.line.first?.admit()
  }
}
