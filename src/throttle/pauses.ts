// Throttlers that let everybody through, after a while.

import { pause, type ThrottleClock } from './clock.ts'
import { type Admission, free, positive, type ThrottleRequest, type Throttler, within } from './throttler.ts'

/** Holds each call for `waitMs` milliseconds. */
export class Wait implements Throttler {
  readonly #clock: ThrottleClock
  readonly #waitMs: number

  constructor({ clock, waitMs }: { readonly clock: ThrottleClock; readonly waitMs: number }) {
    this.#clock = clock
    this.#waitMs = within('waitMs', waitMs, 0)
  }

  async acquire(request: ThrottleRequest, signal?: AbortSignal): Promise<Admission> {
    return (await pause(this.#clock, this.#clock.now() + this.#waitMs, request, signal)) ?? free()
  }
}

export interface SquareOptions {
  readonly clock: ThrottleClock
  /** How long the first call waits, in milliseconds. */
  readonly firstMs: number
  /** No call waits longer than this, in milliseconds. */
  readonly longestMs: number
  /** Whether the call after one that waited `longestMs` begins anew; otherwise all of them wait that long. */
  readonly reset?: boolean
}

/** Holds the n-th call for n² × `firstMs` milliseconds, up to `longestMs`. */
export class Square implements Throttler {
  readonly #clock: ThrottleClock
  readonly #next: () => number

  constructor(options: SquareOptions) {
    this.#clock = options.clock
    this.#next = squares(options)
  }

  async acquire(request: ThrottleRequest, signal?: AbortSignal): Promise<Admission> {
    return (await pause(this.#clock, this.#clock.now() + this.#next(), request, signal)) ?? free()
  }
}

export interface JitterOptions extends SquareOptions {
  /** Numbers in [0, 1). */
  readonly random: () => number
}

/** Holds each call for a random part of what `Square` would. Source: "full jitter", AWS Architecture Blog, 2015. */
export class Jitter implements Throttler {
  readonly #clock: ThrottleClock
  readonly #next: () => number

  constructor(options: JitterOptions) {
    const next = squares(options)
    this.#clock = options.clock
    this.#next = () => next() * options.random()
  }

  async acquire(request: ThrottleRequest, signal?: AbortSignal): Promise<Admission> {
    return (await pause(this.#clock, this.#clock.now() + this.#next(), request, signal)) ?? free()
  }
}

/** Milliseconds: 1, 4, 9, … times the first. The count stops at the longest, so that it cannot run out of numbers. */
function squares({ firstMs, longestMs, reset = false }: SquareOptions): () => number {
  positive('firstMs', firstMs)
  within('longestMs', longestMs, firstMs)
  let step = 1
  return () => {
    const waitMs = Math.min(step ** 2 * firstMs, longestMs)
    if (waitMs < longestMs) step++
    else if (reset) step = 1
    return waitMs
  }
}
