// Asks an actor and waits for its answer, but not for ever.

import type { Recipient } from '../../actors/address.ts'

/** Calls back once, after so many milliseconds. The clock is the caller's: specs bring a virtual one. */
export type Schedule = (callback: () => void, milliseconds: number) => void

/** What a sweep knows of a question. */
interface Waiting {
  /** The sweep that gives it up. */
  readonly lastSweep: number
  giveUp(): void
}

/** One question: the address that the answer goes to, and the promise of it. */
export class Question<Answer> implements Recipient<Answer>, Waiting {
  /** Undefined when the deadline passed first. */
  readonly answer: Promise<Answer | undefined>
  readonly lastSweep: number
  /** The request that waits for it; aborted when nobody does any more. */
  readonly client: Request | undefined
  readonly #waiting: Set<Waiting>
  #settle: (answer: Answer | undefined) => void = nobody

  constructor(waiting: Set<Waiting>, lastSweep: number, client: Request | undefined) {
    this.#waiting = waiting
    this.lastSweep = lastSweep
    this.client = client
    this.answer = new Promise((resolve) => {
      this.#settle = resolve
    })
    waiting.add(this)
  }

  send(answer: Answer): void {
    this.#waiting.delete(this)
    this.#settle(answer)
  }

  giveUp(): void {
    this.#waiting.delete(this)
    this.#settle(undefined)
  }
}

function nobody(): void {}

const sweepsPerDeadline = 10

/** All open questions. One timer sweeps them: a timer for each would cost more than the question. */
export class Questions {
  readonly #waiting = new Set<Waiting>()
  readonly #schedule: Schedule
  readonly #pause: number
  #sweep = 0
  #scheduled = false

  /** A question is given up after `deadline` milliseconds, or up to a tenth later. */
  constructor(deadline: number, schedule: Schedule) {
    this.#pause = deadline / sweepsPerDeadline
    this.#schedule = schedule
  }

  open<Answer>(client?: Request): Question<Answer> {
    if (!this.#scheduled) this.#scheduleSweep()
    return new Question<Answer>(this.#waiting, this.#sweep + sweepsPerDeadline + 1, client)
  }

  #scheduleSweep(): void {
    this.#scheduled = true
    this.#schedule(() => this.#sweepOnce(), this.#pause)
  }

  #sweepOnce(): void {
    this.#sweep += 1
    this.#scheduled = false
    for (const question of this.#waiting) {
      if (question.lastSweep > this.#sweep) break // a Set keeps its order: those behind it are younger
      question.giveUp()
    }
    if (this.#waiting.size > 0) this.#scheduleSweep()
  }
}
