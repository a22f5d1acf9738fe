// Throttlers that shed load by what they measure or are told: latencies, readings, a metric, a publisher's answer.

import type { ThrottleClock } from './clock.ts'
import {
  type Admission,
  free,
  lease,
  positive,
  rejected,
  type ThrottleRequest,
  type Throttler,
  whole,
  within,
} from './throttler.ts'

export interface LatencyOptions {
  readonly clock: ThrottleClock
  /** A call that takes longer from lease to release, in milliseconds, is slow. */
  readonly slowMs: number
  /** For so many milliseconds. */
  readonly retentionMs: number
}

/** Rejects calls for a while after a slow one. */
export class Latency implements Throttler {
  readonly #options: LatencyOptions
  #until = -Infinity

  constructor(options: LatencyOptions) {
    within('slowMs', options.slowMs, 0)
    within('retentionMs', options.retentionMs, 0)
    this.#options = options
  }

  async acquire(_request?: ThrottleRequest, _signal?: AbortSignal): Promise<Admission> {
    const { clock, slowMs, retentionMs } = this.#options
    const start = clock.now()
    if (start < this.#until) return rejected('latency', this.#until - start)
    const release = () => {
      if (clock.now() - start > slowMs) this.#until = clock.now() + retentionMs
    }
    return lease(release, () => {})
  }
}

export interface PercentileOptions extends LatencyOptions {
  /** Above 0, up to 1 (the slowest one). */
  readonly percentile: number
  /** How many of the last calls are looked at: at least 1. */
  readonly capacity: number
}

/**
 * Rejects calls while a percentile (nearest rank) of the latest calls' latencies is slow. A latency counts for
 * `retentionMs`, so it opens again though nobody gets in.
 */
export class Percentile implements Throttler {
  readonly #options: PercentileOptions
  /** The oldest first. */
  readonly #samples: { readonly at: number; readonly slow: boolean }[] = []

  constructor(options: PercentileOptions) {
    within('slowMs', options.slowMs, 0)
    within('retentionMs', options.retentionMs, 0)
    within('percentile', positive('percentile', options.percentile), 0, 1)
    whole('capacity', options.capacity, 1)
    this.#options = options
  }

  async acquire(_request?: ThrottleRequest, _signal?: AbortSignal): Promise<Admission> {
    const { clock, slowMs, retentionMs, percentile } = this.#options
    const start = clock.now()
    this.#forget(start - retentionMs)
    const slow = this.#samples.filter((sample) => sample.slow)
    // The percentile is slow if fewer calls than its rank were fast.
    const rank = percentile * this.#samples.length
    const [first] = slow
    if (first !== undefined && this.#samples.length - slow.length < rank) {
      return rejected('percentile', first.at + retentionMs - start)
    }
    const release = () => this.#sample(clock.now() - start > slowMs)
    return lease(release, () => {})
  }

  #sample(slow: boolean): void {
    if (this.#samples.length === this.#options.capacity) this.#samples.shift()
    this.#samples.push({ at: this.#options.clock.now(), slow })
  }

  #forget(until: number): void {
    const kept = this.#samples.findIndex(({ at }) => at > until)
    this.#samples.splice(0, kept < 0 ? this.#samples.length : kept)
  }
}

export interface AdaptiveOptions {
  readonly clock: ThrottleClock
  /** A call that takes longer from lease to release, in milliseconds, is slow. */
  readonly slowMs: number
  /** The limit never falls below: at least 1, for with nobody inside nothing could be learned. */
  readonly floor: number
  /** The limit never rises above. */
  readonly ceiling: number
  /** The limit at the beginning; the floor if left out. */
  readonly start?: number
  /** What a slow call multiplies the limit with: above 0, below 1; 0.9 if left out. */
  readonly decrease?: number
}

/**
 * Bounds how many run at once by a limit that follows their latencies: it rises by one a round of fast calls while it is
 * used, and falls by a tenth at a slow one. Source: additive increase, multiplicative decrease, Chiu and Jain 1989.
 */
export class Adaptive implements Throttler {
  readonly #options: AdaptiveOptions
  readonly #decrease: number
  #limit: number
  #running = 0
  #fellAt = -Infinity

  constructor(options: AdaptiveOptions) {
    const { slowMs, floor, ceiling, start = floor, decrease = 0.9 } = options
    within('slowMs', slowMs, 0)
    whole('ceiling', ceiling, whole('floor', floor, 1))
    this.#limit = within('start', start, floor, ceiling)
    this.#decrease = within('decrease', positive('decrease', decrease), 0, 1 - Number.EPSILON)
    this.#options = options
  }

  /** How many may run now; a fraction is on its way up. */
  get limit(): number {
    return this.#limit
  }

  async acquire(_request?: ThrottleRequest, _signal?: AbortSignal): Promise<Admission> {
    return this.attempt()
  }

  attempt(_request?: ThrottleRequest): Admission {
    if (this.#running >= Math.floor(this.#limit)) return rejected('adaptive')
    this.#running++
    const start = this.#options.clock.now()
    const leave = () => {
      this.#running--
    }
    return lease(() => {
      this.#learn(start)
      leave()
    }, leave)
  }

  #learn(start: number): void {
    const { clock, slowMs, floor, ceiling } = this.#options
    const now = clock.now()
    if (now - start <= slowMs) {
      // A limit that nobody comes near has not been tried: it must not rise.
      if (this.#running * 2 >= this.#limit) this.#limit = Math.min(ceiling, this.#limit + 1 / this.#limit)
    } else if (start >= this.#fellAt) {
      // Those that began before the last fall tell of the limit before it: one fall a round.
      this.#limit = Math.max(floor, this.#limit * this.#decrease)
      this.#fellAt = now
    }
  }
}

export interface LoadReadings {
  /** Milliseconds. */
  readonly eventLoopDelayMs: number
  /** Bytes in use. */
  readonly heapBytes: number
  /** Share of one processor, from 0. */
  readonly cpuShare: number
}

export interface MonitorOptions {
  /** Asked at every call: it should be cheap. A reading that is not a number rejects nobody. */
  readonly read: () => LoadReadings
  /** What may be reached; what is left out has no bound. */
  readonly most: Partial<LoadReadings>
  /** How long readings stay as they are, in milliseconds; 0 if left out. */
  readonly retryAfterMs?: number
}

/** Rejects calls while the process has too much to do: event-loop delay, heap, CPU, in this order. */
export class Monitor implements Throttler {
  readonly #options: MonitorOptions

  constructor(options: MonitorOptions) {
    this.#options = options
  }

  async acquire(_request?: ThrottleRequest, _signal?: AbortSignal): Promise<Admission> {
    return this.attempt()
  }

  attempt(_request?: ThrottleRequest): Admission {
    const { read, most, retryAfterMs } = this.#options
    const { eventLoopDelayMs, heapBytes, cpuShare } = read()
    if (eventLoopDelayMs > (most.eventLoopDelayMs ?? Infinity)) return rejected('event_loop_delay', retryAfterMs)
    if (heapBytes > (most.heapBytes ?? Infinity)) return rejected('heap', retryAfterMs)
    if (cpuShare > (most.cpuShare ?? Infinity)) return rejected('cpu', retryAfterMs)
    return free()
  }
}

/** Rejects calls while `reached` says so. */
export class Metric implements Throttler {
  readonly #reached: () => boolean

  constructor({ reached }: { readonly reached: () => boolean }) {
    this.#reached = reached
  }

  async acquire(_request?: ThrottleRequest, _signal?: AbortSignal): Promise<Admission> {
    return this.#reached() ? rejected('metric') : free()
  }
}

export type Publish = (request: ThrottleRequest, signal?: AbortSignal) => Promise<void>

/** Publishes each call and lets it through when that is done; rejects it if it fails. Bound what is under way by `Running`. */
export class Enqueue implements Throttler {
  readonly #publish: Publish

  constructor({ publish }: { readonly publish: Publish }) {
    this.#publish = publish
  }

  async acquire(request: ThrottleRequest, signal?: AbortSignal): Promise<Admission> {
    if (signal?.aborted) return rejected('aborted')
    // A publisher that does not look at the signal keeps nobody waiting.
    let abort = () => {}
    const aborted = new Promise<Admission>((resolve) => {
      abort = () => resolve(rejected('aborted'))
      signal?.addEventListener('abort', abort)
    })
    const admission = await Promise.race([this.#published(request, signal), aborted])
    signal?.removeEventListener('abort', abort)
    return admission
  }

  async #published(request: ThrottleRequest, signal: AbortSignal | undefined): Promise<Admission> {
    try {
      await this.#publish(request, signal)
      return free()
    } catch {
      return rejected('publish_failed')
    }
  }
}
