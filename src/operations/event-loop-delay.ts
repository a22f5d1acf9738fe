// How late the event loop is: by how much a timer came later than it should have.

/** Often enough to see a second's delay, seldom enough to cost nothing. */
const everyMs = 100

export interface EventLoopDelay {
  /** Milliseconds, at the last look. */
  read(): number
  stop(): void
}

export function eventLoopDelay(now: () => number = () => performance.now()): EventLoopDelay {
  let due = now() + everyMs
  let late = 0
  const timer = setInterval(() => {
    late = Math.max(0, now() - due)
    due = now() + everyMs
  }, everyMs).unref()
  return { read: () => late, stop: () => clearInterval(timer) }
}
