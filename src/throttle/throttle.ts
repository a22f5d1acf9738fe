// The library's door, `surety/throttle`: all that a package sees of it, and the real clock to put into it.

import type { ThrottleClock } from './clock.ts'

export type { ThrottleClock } from './clock.ts'
export { All, Any, Not, Retry, Ring, Suppress } from './composition.ts'
export { Buffered, Priority, Running, Semaphore } from './concurrency.ts'
export { Cache, Generator, Pattern } from './keyed.ts'
export { Adaptive, Enqueue, Latency, type LoadReadings, Metric, Monitor, Percentile } from './load.ts'
export { Jitter, Square, Wait } from './pauses.ts'
export { Bucket, CellRate, Timed } from './rate.ts'
export type { Admission, Lease, Reason, Rejection, ThrottleRequest, Throttler } from './throttler.ts'
export { After, Before, Chance, Context, Each, Echo, Future, Panic, Past, ThrottlerPanic } from './values.ts'

/** Milliseconds; setTimeout takes no more. */
const longestTimer = 2 ** 31 - 1

/** The process's own monotonic clock, the one of `performance.now()`. */
export const systemClock: ThrottleClock = {
  now: () => performance.now(),
  async waitUntil(time, signal) {
    // A timer may fire a little early, and takes no more than 25 days: the clock has the last word.
    for (let left = time - performance.now(); left > 0 && signal?.aborted !== true; left = time - performance.now()) {
      await timer(Math.min(Math.ceil(left), longestTimer), signal)
    }
  },
}

function timer(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timeout)
      signal?.removeEventListener('abort', end)
      resolve()
    }
    const timeout = setTimeout(end, milliseconds)
    signal?.addEventListener('abort', end)
  })
}
