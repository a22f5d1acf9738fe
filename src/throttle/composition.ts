// Throttlers made of throttlers. What they had acquired when the answer is no, they have given back before they say it.

import { pause, type ThrottleClock } from './clock.ts'
import {
  type Admission,
  free,
  gaveUp,
  type Lease,
  lease,
  type Rejection,
  rejected,
  type ThrottleRequest,
  type Throttler,
  whole,
  within,
} from './throttler.ts'

type Throttlers = readonly Throttler[]

/** Rejects when any of them rejects: asked in order, all those before the one that rejects are cancelled. */
export class Any implements Throttler {
  readonly #throttlers: Throttlers

  constructor(throttlers: Throttlers) {
    whole('number of throttlers', throttlers.length, 1)
    this.#throttlers = throttlers
  }

  async acquire(request: ThrottleRequest, signal?: AbortSignal): Promise<Admission> {
    const leases: Lease[] = []
    let admitted = false
    try {
      for (const throttler of this.#throttlers) {
        const admission = await throttler.acquire(request, signal)
        if (!admission.admitted) return admission
        leases.unshift(admission)
      }
      admitted = true
    } finally {
      // After a rejection and after a throw.
      if (!admitted) for (const acquired of leases) acquired.cancel()
    }
    return together(leases)
  }

  attempt(request: ThrottleRequest): Admission | undefined {
    const leases: Lease[] = []
    let admitted = false
    try {
      for (const throttler of this.#throttlers) {
        const admission = throttler.attempt?.(request)
        if (admission?.admitted !== true) return admission
        leases.unshift(admission)
      }
      admitted = true
    } finally {
      if (!admitted) for (const acquired of leases) acquired.cancel()
    }
    return together(leases)
  }
}

function together(leases: readonly Lease[]): Lease {
  return lease(
    () => {
      for (const acquired of leases) acquired.release()
    },
    () => {
      for (const acquired of leases) acquired.cancel()
    },
  )
}

/** Rejects when all of them reject: asked in order, the first that admits gives the lease, the others hold nothing. */
export class All implements Throttler {
  readonly #throttlers: Throttlers

  constructor(throttlers: Throttlers) {
    whole('number of throttlers', throttlers.length, 1)
    this.#throttlers = throttlers
  }

  async acquire(request: ThrottleRequest, signal?: AbortSignal): Promise<Admission> {
    let soonest: Rejection = rejected('capacity', Infinity)
    for (const throttler of this.#throttlers) {
      const admission = await throttler.acquire(request, signal)
      if (admission.admitted || admission.reason === 'aborted') return admission
      if (admission.retryAfterMs <= soonest.retryAfterMs) soonest = admission
    }
    return soonest
  }
}

/** Rejects when the other admits (whose lease is cancelled at once), and admits when it rejects. */
export class Not implements Throttler {
  readonly #throttler: Throttler

  constructor(throttler: Throttler) {
    this.#throttler = throttler
  }

  async acquire(request: ThrottleRequest, signal?: AbortSignal): Promise<Admission> {
    const admission = await this.#throttler.acquire(request, signal)
    if (!admission.admitted) return gaveUp(admission) ? admission : free()
    admission.cancel()
    return rejected('not')
  }
}

/** Admits what the other rejects; that the caller gave up stays a rejection, and a throw a throw. */
export class Suppress implements Throttler {
  readonly #throttler: Throttler

  constructor(throttler: Throttler) {
    this.#throttler = throttler
  }

  async acquire(request: ThrottleRequest, signal?: AbortSignal): Promise<Admission> {
    return suppressed(await this.#throttler.acquire(request, signal))
  }

  attempt(request: ThrottleRequest): Admission | undefined {
    const admission = this.#throttler.attempt?.(request)
    return admission && suppressed(admission)
  }
}

function suppressed(admission: Admission): Admission {
  return admission.admitted || gaveUp(admission) ? admission : free()
}

/** Asks another one each time, one after another, and again from the first. */
export class Ring implements Throttler {
  readonly #throttlers: Throttlers
  #next = 0

  constructor(throttlers: Throttlers) {
    whole('number of throttlers', throttlers.length, 1)
    this.#throttlers = throttlers
  }

  async acquire(request: ThrottleRequest, signal?: AbortSignal): Promise<Admission> {
    const throttler = this.#throttlers[this.#next]
    this.#next = (this.#next + 1) % this.#throttlers.length
    return throttler?.acquire(request, signal) ?? rejected('capacity', Infinity)
  }
}

export interface RetryOptions {
  readonly clock: ThrottleClock
  readonly throttler: Throttler
  /** How often it asks altogether: at least 1, the first time at once. */
  readonly tries: number
  /** The shortest pause between two tries, in milliseconds; the rejection may ask for a longer one. */
  readonly pauseMs: number
}

/** Asks again after a rejection, when the other said that it makes sense. Stops when it never does, or after the deadline. */
export class Retry implements Throttler {
  readonly #options: RetryOptions

  constructor(options: RetryOptions) {
    whole('tries', options.tries, 1)
    within('pauseMs', options.pauseMs, 0)
    this.#options = options
  }

  async acquire(request: ThrottleRequest, signal?: AbortSignal): Promise<Admission> {
    const { clock, throttler, tries, pauseMs } = this.#options
    for (let tried = 1; ; tried++) {
      const admission = await throttler.acquire(request, signal)
      if (admission.admitted || gaveUp(admission)) return admission
      const { retryAfterMs } = admission
      if (tried === tries || retryAfterMs === Infinity) return admission
      const ended = await pause(clock, clock.now() + Math.max(pauseMs, retryAfterMs), request, signal)
      if (ended !== undefined) return ended
    }
  }
}
