// Time that stands still until a spec moves it; then everybody who waits is woken in the order of time, exactly then.

import type { ThrottleClock } from '../../src/throttle/throttle.ts'

/** More steps than any spec needs: a wait that is begun anew without end is a failure, not a hang. */
const mostSteps = 10_000

interface Sleeper {
  readonly time: number
  readonly wake: () => void
}

export class VirtualClock implements ThrottleClock {
  readonly #sleepers = new Set<Sleeper>()
  #now = 0

  now(): number {
    return this.#now
  }

  /** How many wait: nobody may when all calls are over, for then there are no background timers. */
  get waiting(): number {
    return this.#sleepers.size
  }

  waitUntil(time: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#sleepers.delete(sleeper)
        resolve()
      }
      const sleeper = { time, wake }
      this.#sleepers.add(sleeper)
      signal?.addEventListener('abort', wake)
    })
  }

  /** Lets everything happen that is due up to `time`, and what follows from it. */
  async runTo(time: number): Promise<void> {
    await settled()
    for (let steps = 0; steps < mostSteps; steps++) {
      const [next] = [...this.#sleepers].sort((one, other) => one.time - other.time)
      if (next === undefined || next.time > time) {
        this.#now = Math.max(this.#now, time === Infinity ? 0 : time)
        return
      }
      this.#now = Math.max(this.#now, next.time)
      next.wake()
      await settled()
    }
    throw new Error(`somebody still waits after ${mostSteps} steps`)
  }
}

/** After all that promises have to do. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
