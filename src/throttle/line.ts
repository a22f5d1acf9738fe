// Those who wait for a place, first come, first served: bounded, and left at once by who gives up.

import type { ThrottleClock } from './clock.ts'
import { type Admission, type Lease, type Reason, rejected, type ThrottleRequest } from './throttler.ts'

export interface Waiter {
  readonly weight: number
  /** Takes what it waited for and leaves the line. Whoever is admitted stays it, even if its signal aborts now. */
  admit(): void
}

export interface LineOptions {
  readonly clock: ThrottleClock
  /** How many may wait at once. */
  readonly places: number
}

export class Line {
  readonly #clock: ThrottleClock
  readonly #places: number
  readonly #waiters = new Set<Waiter>()

  constructor({ clock, places }: LineOptions) {
    this.#clock = clock
    this.#places = places
  }

  get first(): Waiter | undefined {
    return this.#waiters.values().next().value
  }

  /** `take` is called at the moment of admission; `left` when somebody gave up, since those behind may fit now. */
  wait(
    weight: number,
    { take, left = () => {} }: { readonly take: () => Lease; readonly left?: () => void },
    { deadline = Infinity }: ThrottleRequest,
    signal: AbortSignal | undefined,
  ): Admission | Promise<Admission> {
    if (signal?.aborted) return rejected('aborted')
    if (deadline <= this.#clock.now()) return rejected('deadline')
    if (this.#waiters.size >= this.#places) return rejected('line_full')
    return new Promise((resolve) => {
      const ended = new AbortController()
      const leave = (admission: () => Admission) => {
        this.#waiters.delete(waiter)
        signal?.removeEventListener('abort', abort)
        ended.abort()
        resolve(admission())
      }
      const giveUp = (reason: Reason) => {
        leave(() => rejected(reason))
        left()
      }
      const abort = () => giveUp('aborted')
      const waiter = { weight, admit: () => leave(take) }
      this.#waiters.add(waiter)
      signal?.addEventListener('abort', abort)
      if (deadline !== Infinity) void this.#deadline(deadline, ended.signal, giveUp)
    })
  }

  async #deadline(time: number, ended: AbortSignal, giveUp: (reason: Reason) => void): Promise<void> {
    await this.#clock.waitUntil(time, ended)
    if (!ended.aborted) giveUp('deadline')
  }
}
