// The clock port: wall clock at start, monotonic from then on, so that a jump of the system's clock moves nothing.

import type { Clock } from '../../actors/node.ts'
import type { Timestamp } from '../../actors/state-storage/messages.ts'

/** A start further behind the last record than this (milliseconds) is refused: expiries would stand still until then. */
const tolerated = 60_000

/** Milliseconds; setTimeout takes no more. */
const longestTimer = 2 ** 31 - 1

/** The system's clock stands behind the ledger's last record. */
export class ClockBehind extends Error {
  override readonly name = 'ClockBehind'
}

export interface ClockSources {
  /** Milliseconds since 1970. */
  readonly wall: () => number
  /** Milliseconds since anything; never goes backwards. */
  readonly monotonic: () => number
}

const system: ClockSources = { wall: Date.now, monotonic: () => performance.now() }

/** `accept`: start even if the clock is more than 60 s behind the last record; time then goes on from that record's. */
export function ledgerClock(accept: boolean, { wall, monotonic }: ClockSources = system): Clock {
  let begin = wall()
  const started = monotonic()
  const now = () => begin + Math.floor(monotonic() - started)
  let timer: NodeJS.Timeout | undefined
  return {
    startAfter(time: Timestamp) {
      const behind = time - begin
      if (behind > tolerated && !accept) {
        throw new ClockBehind(
          `the system's clock is ${Math.ceil(behind / 1_000)} s behind the ledger's last record ` +
            `(${new Date(time).toISOString()}); set the clock right, or start with --accept-clock`,
        )
      }
      begin = Math.max(begin, time)
    },
    now,
    wakeAt(time: Timestamp, wake: () => void) {
      clearTimeout(timer)
      timer = setTimeout(wake, Math.min(Math.max(time - now(), 0), longestTimer)).unref()
    },
  }
}
