// Those who wait for a place: keys by turns, of each key first come, first served; bounded, and left at once by who gives up.

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
  /** The key whose turn is next comes first: one that has many waiters is no sooner served than one that has one. */
  readonly #waiters = new Map<string, Set<Waiter>>()
  #size = 0

  constructor({ clock, places }: LineOptions) {
    this.#clock = clock
    this.#places = places
  }

  get isEmpty(): boolean {
    return this.#size === 0
  }

  get first(): Waiter | undefined {
    const [next] = this.#waiters.values()
    return next?.values().next().value
  }

  /** `take` is called at the moment of admission; `left` when somebody gave up, since those behind may fit now. */
  wait(
    weight: number,
    { take, left = () => {} }: { readonly take: () => Lease; readonly left?: () => void },
    { deadline = Infinity, key = '' }: ThrottleRequest,
    signal: AbortSignal | undefined,
  ): Admission | Promise<Admission> {
    if (signal?.aborted) return rejected('aborted')
    if (deadline <= this.#clock.now()) return rejected('deadline')
    if (this.#size >= this.#places) return rejected('line_full')
    return new Promise((resolve) => {
      const ended = new AbortController()
      const leave = (admission: () => Admission, wasServed: boolean) => {
        this.#remove(key, waiter, wasServed)
        signal?.removeEventListener('abort', abort)
        ended.abort()
        resolve(admission())
      }
      const giveUp = (reason: Reason) => {
        leave(() => rejected(reason), false)
        left()
      }
      const abort = () => giveUp('aborted')
      const waiter = { weight, admit: () => leave(take, true) }
      this.#add(key, waiter)
      signal?.addEventListener('abort', abort)
      if (deadline !== Infinity) void this.#deadline(deadline, ended.signal, giveUp)
    })
  }

  #add(key: string, waiter: Waiter): void {
    const own = this.#waiters.get(key)
    if (own === undefined) this.#waiters.set(key, new Set([waiter]))
    else own.add(waiter)
    this.#size++
  }

  /** Who is served has had its key's turn; who gives up has not. */
  #remove(key: string, waiter: Waiter, wasServed: boolean): void {
    const own = this.#waiters.get(key)
    if (own?.delete(waiter) !== true) return
    this.#size--
    if (!wasServed && own.size > 0) return
    this.#waiters.delete(key)
    if (own.size > 0) this.#waiters.set(key, own)
  }

  async #deadline(time: number, ended: AbortSignal, giveUp: (reason: Reason) => void): Promise<void> {
    await this.#clock.waitUntil(time, ended)
    if (!ended.aborted) giveUp('deadline')
  }
}
