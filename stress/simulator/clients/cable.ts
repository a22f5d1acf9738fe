// The cable between clients and server when evil befalls it: it is cut, brings a request twice, or loses an answer.

import { type Random, wholeNumber } from '../../harness/random.ts'
import type { Evil } from '../climate.ts'

export type Mishap = Extract<Evil, 'cut' | 'twice' | 'unheard'>
export type Fate = 'arrives' | 'arrives twice' | 'is lost'

/** Seconds for which nothing gets through, at least and at most. */
const cutFor = [1, 10] as const

export class Cable {
  readonly #random: Random
  readonly #now: () => number
  readonly #came: (mishap: Mishap) => void
  /** They wait for the next message that they fit: what nobody feels has not come. */
  #waiting: readonly Mishap[] = []
  #cutUntil = 0

  /** `came` is told each one when a message has met it. */
  constructor(random: Random, now: () => number, came: (mishap: Mishap) => void) {
    this.#random = random
    this.#now = now
    this.#came = came
  }

  befall(mishap: Mishap): void {
    this.#waiting = [...this.#waiting, mishap]
  }

  heal(): void {
    this.#waiting = []
    this.#cutUntil = 0
  }

  /** Asked for each message, once. */
  fateOf(message: 'request' | 'answer'): Fate {
    if (this.#now() < this.#cutUntil) return 'is lost'
    const wanted = message === 'request' ? 'twice' : 'unheard'
    const mishap = this.#waiting.find((each) => each === 'cut' || each === wanted)
    if (mishap === undefined) return 'arrives'
    this.#waiting = this.#waiting.filter((each) => each !== mishap)
    this.#came(mishap)
    if (mishap === 'twice') return 'arrives twice'
    if (mishap === 'cut') this.#cutUntil = this.#now() + wholeNumber(this.#random, ...cutFor) * 1e6
    return 'is lost'
  }
}
