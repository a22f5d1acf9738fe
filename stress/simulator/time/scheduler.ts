// Virtual time: nothing happens but what was scheduled, in an order that the seed decides.

import type { Random } from '../../harness/random.ts'
import { type Due, Heap } from './heap.ts'
import type { Trace } from './trace.ts'

/** Who has scheduled something. What somebody gone has scheduled does not happen. */
export interface Owner {
  readonly gone: boolean
}

interface Event extends Due {
  readonly label: string
  readonly action: () => void
  readonly owner: Owner
}

/** Events between two turns of the real event loop, which are for Ctrl-C and for unhandled rejections. */
const eventsBetweenTurns = 8_192

export class Scheduler {
  readonly #heap = new Heap<Event>()
  readonly #random: Random
  readonly #trace: Trace
  /** Microseconds since the world began. */
  #now = 0
  #events = 0

  constructor(random: Random, trace: Trace) {
    this.#random = random
    this.#trace = trace
  }

  get now(): number {
    return this.#now
  }

  get events(): number {
    return this.#events
  }

  /** `delay` in microseconds. */
  after(delay: number, label: string, owner: Owner, action: () => void): void {
    this.#heap.push({ at: this.#now + Math.floor(delay), tie: this.#random(), label, action, owner })
  }

  /** Until `isOver` says so between two events, or nothing is left to happen. Rejects with what an event throws. */
  run(isOver: () => boolean): Promise<void> {
    return new Promise((done, fail) => {
      // Ticks come only when no microtask is left. So all that an event has set off has come to its end before the next
      // event, however long its chain of promises is; and it costs a tenth of a turn of the event loop.
      const nextTurn = () =>
        void (this.#events % eventsBetweenTurns === 0 ? setImmediate(step) : process.nextTick(step))
      const step = () => {
        try {
          if (isOver() || !this.#step()) return done()
        } catch (error) {
          return fail(error)
        }
        queueMicrotask(nextTurn)
      }
      queueMicrotask(nextTurn)
    })
  }

  #step(): boolean {
    for (let event = this.#heap.pop(); event !== undefined; event = this.#heap.pop()) {
      if (event.owner.gone) continue
      this.#now = event.at
      this.#events += 1
      this.#trace.note(`${event.at} ${event.label}`)
      event.action()
      return true
    }
    return false
  }
}
