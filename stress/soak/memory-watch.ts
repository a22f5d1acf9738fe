// Watches the memory of a running server while something is done to it, and tells whether it has levelled off.

import { memoryOf } from './vitals.ts'

const betweenSamples_ms = 200
/** Fewer (20 s of them) show a heap that is still warming up. */
const enough = 100
/** Of the last quarter over the one before it: what leaks with each request grows by a quarter to a third there. */
const mostGrowth = 1.1

export class MemoryWatch {
  readonly #samples: number[] = []
  readonly #timer: NodeJS.Timeout

  constructor(pid: number) {
    this.#timer = setInterval(() => {
      memoryOf(pid).then(
        (mib) => void this.#samples.push(mib),
        () => {}, // it is gone, or there is no /proc
      )
    }, betweenSamples_ms)
  }

  /** The least of each quarter of the time, in MiB: garbage comes and goes. */
  end(): readonly number[] {
    clearInterval(this.#timer)
    return quarters(this.#samples)
  }
}

/** Empty where there were too few samples to tell. */
export function quarters(samples: readonly number[]): readonly number[] {
  if (samples.length < enough) return []
  const length = Math.floor(samples.length / 4)
  return [0, 1, 2, 3].map((quarter) => Math.round(Math.min(...samples.slice(quarter * length, (quarter + 1) * length))))
}

/** What nobody could tell did not grow. */
export function levelsOff([, , third, last]: readonly number[]): boolean {
  return third === undefined || last === undefined || last <= mostGrowth * third
}
