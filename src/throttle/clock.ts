// Time comes in here: what it is, and waiting, which happens only while somebody waits.

import { type Rejection, rejected, type ThrottleRequest } from './throttler.ts'

export interface ThrottleClock {
  /** Milliseconds since anything, with fractions; never goes backwards. */
  now(): number
  /** Settles when `now()` has reached `time` or `signal` aborts, whichever is first; never throws. */
  waitUntil(time: number, signal?: AbortSignal): Promise<void>
}

/** Waits until `time`, and says why not: a wait that would end after the deadline is refused before it begins. */
export async function pause(
  clock: ThrottleClock,
  time: number,
  { deadline = Infinity }: ThrottleRequest,
  signal: AbortSignal | undefined,
): Promise<Rejection | undefined> {
  if (signal?.aborted) return rejected('aborted')
  if (time > deadline) return rejected('deadline')
  await clock.waitUntil(time, signal)
  return signal?.aborted ? rejected('aborted') : undefined
}
