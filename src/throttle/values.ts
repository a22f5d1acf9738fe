// Throttlers that hold nothing: they look at the call's number, its time, its caller, or at chance.

import type { ThrottleClock } from './clock.ts'
import {
  type Admission,
  free,
  type Rejection,
  rejected,
  type ThrottleRequest,
  type Throttler,
  whole,
  within,
} from './throttler.ts'

/** Answers every call with the same rejection; without one, with a lease. */
export class Echo implements Throttler {
  readonly #rejection: Rejection | undefined

  constructor(rejection?: Rejection) {
    this.#rejection = rejection
  }

  async acquire(_request?: ThrottleRequest, _signal?: AbortSignal): Promise<Admission> {
    return this.#rejection ?? free()
  }
}

/** What `Panic` throws. */
export class ThrottlerPanic extends Error {
  override readonly name = 'ThrottlerPanic'
}

/** Throws ThrottlerPanic at every call: a place that must never be reached, or the bad child of a spec. */
export class Panic implements Throttler {
  async acquire(_request?: ThrottleRequest, _signal?: AbortSignal): Promise<Admission> {
    throw new ThrottlerPanic('a throttler that nobody may ask was asked')
  }
}

/** Rejects a call whose signal has aborted, or whose deadline (milliseconds of the clock) has come. */
export class Context implements Throttler {
  readonly #clock: ThrottleClock

  constructor({ clock }: { readonly clock: ThrottleClock }) {
    this.#clock = clock
  }

  async acquire({ deadline = Infinity }: ThrottleRequest, signal?: AbortSignal): Promise<Admission> {
    if (signal?.aborted) return rejected('aborted', Infinity)
    return deadline <= this.#clock.now() ? rejected('deadline', Infinity) : free()
  }
}

interface Moment {
  readonly clock: ThrottleClock
  /** Milliseconds of the clock. */
  readonly time: number
}

/** Rejects calls about a time before `time`. */
export class Past implements Throttler {
  readonly #moment: Moment

  constructor(moment: Moment) {
    this.#moment = moment
  }

  async acquire({ at }: ThrottleRequest, _signal?: AbortSignal): Promise<Admission> {
    const { clock, time } = this.#moment
    if ((at ?? clock.now()) >= time) return free()
    return rejected('past', at === undefined ? time - clock.now() : Infinity)
  }
}

/** Rejects calls about a time after `time`. */
export class Future implements Throttler {
  readonly #moment: Moment

  constructor(moment: Moment) {
    this.#moment = moment
  }

  async acquire({ at }: ThrottleRequest, _signal?: AbortSignal): Promise<Admission> {
    const { clock, time } = this.#moment
    return (at ?? clock.now()) <= time ? free() : rejected('future', Infinity)
  }
}

export interface ChanceOptions {
  /** From 0 (never) to 1 (always). */
  readonly probability: number
  /** Numbers in [0, 1). */
  readonly random: () => number
}

/** Rejects a call with a probability. */
export class Chance implements Throttler {
  readonly #probability: number
  readonly #random: () => number

  constructor({ probability, random }: ChanceOptions) {
    this.#probability = within('probability', probability, 0, 1)
    this.#random = random
  }

  async acquire(_request?: ThrottleRequest, _signal?: AbortSignal): Promise<Admission> {
    return this.#random() < this.#probability ? rejected('chance') : free()
  }
}

/** Rejects every `calls`-th call; none at 0. */
export class Each implements Throttler {
  readonly #every: number
  #calls = 0

  constructor(calls: number) {
    this.#every = whole('calls', calls)
  }

  async acquire(_request?: ThrottleRequest, _signal?: AbortSignal): Promise<Admission> {
    this.#calls++
    if (this.#calls !== this.#every) return free()
    this.#calls = 0
    return rejected('each')
  }
}

/** Rejects the first `calls` calls. */
export class Before implements Throttler {
  #left: number

  constructor(calls: number) {
    this.#left = whole('calls', calls)
  }

  async acquire(_request?: ThrottleRequest, _signal?: AbortSignal): Promise<Admission> {
    if (this.#left === 0) return free()
    this.#left--
    return rejected('before')
  }
}

/** Rejects all calls after the first `calls`. */
export class After implements Throttler {
  #left: number

  constructor(calls: number) {
    this.#left = whole('calls', calls)
  }

  async acquire(_request?: ThrottleRequest, _signal?: AbortSignal): Promise<Admission> {
    if (this.#left === 0) return rejected('after', Infinity)
    this.#left--
    return free()
  }
}
