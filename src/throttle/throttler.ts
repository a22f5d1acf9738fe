// What every throttler promises: a lease, or a rejection that says why and when to come back.

export interface ThrottleRequest {
  /** Whose quota it counts against, for `Generator` and `Pattern`, and whose turn it takes in a line; '' if left out. */
  readonly key?: string
  /** The number of its level, for `Priority`; 0 is served first, the last one if left out. */
  readonly priority?: number
  /** How many units it takes, for `Semaphore` and the rates: a whole number from 1, which it is if left out. */
  readonly weight?: number
  /** The time that it is about, for `Past` and `Future`: milliseconds of the clock, now if left out. */
  readonly at?: number
  /** Milliseconds of the clock. Nobody waits for anything longer than until then. */
  readonly deadline?: number
}

export type Reason =
  | 'aborted' // the caller's signal
  | 'deadline' // the caller's deadline is over, or would be
  | 'capacity' // more than there is, however long one waits
  | 'line_full'
  | 'too_many_keys'
  | 'publish_failed'
  | 'event_loop_delay'
  | 'heap'
  | 'cpu'
  // named after the throttler
  | 'echo'
  | 'past'
  | 'future'
  | 'chance'
  | 'each'
  | 'before'
  | 'after'
  | 'running'
  | 'rate'
  | 'latency'
  | 'percentile'
  | 'adaptive'
  | 'metric'
  | 'not'

/** Permission to go on. It ends once, by whichever of the two is called first; every later call does nothing. */
export interface Lease {
  readonly admitted: true
  /** The call is over. */
  release(): void
  /** The call never ran: like `release`, and what it counted (quota of a rate, a latency) is taken back. */
  cancel(): void
}

/** There is nothing to release after it. */
export interface Rejection {
  readonly admitted: false
  readonly reason: Reason
  /** Milliseconds before which asking again is in vain: 0 where that depends on others, Infinity where it always is. */
  readonly retryAfterMs: number
}

export type Admission = Lease | Rejection

export interface Throttler {
  /**
   * While it waits it obeys `signal`: then it ends with `aborted`. Throws RangeError for a weight that is none; of the
   * library's own only `Panic` throws otherwise.
   */
  acquire(request: ThrottleRequest, signal?: AbortSignal): Promise<Admission>
  /** What `acquire` would answer, at once and without a promise; undefined, and nothing taken, if only `acquire` can tell. */
  attempt?(request: ThrottleRequest): Admission | undefined
}

export function lease(release: () => void, cancel: () => void = release): Lease {
  let ended = false
  return {
    admitted: true,
    release: () => {
      if (ended) return
      ended = true
      release()
    },
    cancel: () => {
      if (ended) return
      ended = true
      cancel()
    },
  }
}

/** A lease that ends with `inner`, and then does `after`. */
export function followed(inner: Lease, after: () => void): Lease {
  return lease(
    () => {
      inner.release()
      after()
    },
    () => {
      inner.cancel()
      after()
    },
  )
}

const nothing: Lease = Object.freeze({ admitted: true, release() {}, cancel() {} })

/** For throttlers that hold nothing: all give the same. */
export function free(): Lease {
  return nothing
}

export function rejected(reason: Reason, retryAfterMs = 0): Rejection {
  return { admitted: false, reason, retryAfterMs }
}

/** Whether the caller gave up, which is no answer of the throttler that was asked. */
export function gaveUp({ reason }: Rejection): boolean {
  return reason === 'aborted' || reason === 'deadline'
}

export function weightOf({ weight = 1 }: ThrottleRequest): number {
  return whole('weight', weight, 1)
}

/** `value`, if it is a safe integer from `least`; throws RangeError. */
export function whole(name: string, value: number, least = 0): number {
  if (Number.isSafeInteger(value) && value >= least) return value
  throw new RangeError(`${name} must be a whole number from ${least}, not ${value}`)
}

/** `value`, if it is a finite number within the bounds; throws RangeError. */
export function within(name: string, value: number, least: number, most = Number.MAX_VALUE): number {
  if (value >= least && value <= most) return value
  throw new RangeError(`${name} must be a number from ${least} to ${most}, not ${value}`)
}

/** `value`, if one can divide by it and it is finite; throws RangeError. */
export function positive(name: string, value: number): number {
  return within(name, value, Number.MIN_VALUE)
}
