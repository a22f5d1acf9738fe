// Throttlers that choose one by the call's key, and one that remembers an answer.

import type { ThrottleClock } from './clock.ts'
import {
  type Admission,
  followed,
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

export interface PatternRow {
  readonly pattern: RegExp
  readonly throttler: Throttler
}

/** Asks the throttler of the first pattern that the key fits; a key that fits none is admitted. */
export class Pattern implements Throttler {
  readonly #rows: readonly PatternRow[]

  constructor(rows: readonly PatternRow[]) {
    this.#rows = rows
  }

  async acquire(request: ThrottleRequest, signal?: AbortSignal): Promise<Admission> {
    const { key = '' } = request
    // Not test(): with the flag g it goes on where the last call ended.
    const row = this.#rows.find(({ pattern }) => key.search(pattern) >= 0)
    return row === undefined ? free() : row.throttler.acquire(request, signal)
  }
}

export interface GeneratorOptions {
  readonly make: (key: string) => Throttler
  /** How many keys are remembered at once: at least 1. */
  readonly capacity: number
}

interface Entry {
  readonly throttler: Throttler
  users: number
}

/**
 * A throttler for each key, made when the key first comes. When there are too many, the key that was used least recently is
 * forgotten, and what its throttler counted with it; never one that somebody waits for or holds a lease of: it would come
 * back with a second quota. If all are in use, a new key is rejected.
 */
export class Generator implements Throttler {
  readonly #make: (key: string) => Throttler
  readonly #capacity: number
  readonly #busy = new Map<string, Entry>()
  /** In the order of last use. */
  readonly #idle = new Map<string, Entry>()

  constructor({ make, capacity }: GeneratorOptions) {
    this.#make = make
    this.#capacity = whole('capacity', capacity, 1)
  }

  /** How many keys are remembered. */
  get size(): number {
    return this.#busy.size + this.#idle.size
  }

  async acquire(request: ThrottleRequest, signal?: AbortSignal): Promise<Admission> {
    const { key = '' } = request
    const entry = this.#enter(key)
    if (entry === undefined) return rejected('too_many_keys')
    let admission: Admission | undefined
    try {
      admission = await entry.throttler.acquire(request, signal)
    } finally {
      if (admission?.admitted !== true) this.#leave(key, entry)
    }
    return admission.admitted ? followed(admission, () => this.#leave(key, entry)) : admission
  }

  attempt(request: ThrottleRequest): Admission | undefined {
    const { key = '' } = request
    const entry = this.#enter(key)
    if (entry === undefined) return rejected('too_many_keys')
    let admission: Admission | undefined
    try {
      admission = entry.throttler.attempt?.(request)
    } finally {
      if (admission?.admitted !== true) this.#leave(key, entry)
    }
    return admission?.admitted === true ? followed(admission, () => this.#leave(key, entry)) : admission
  }

  /** Looks up and stores in one go, with nothing awaited in between: two first calls of a key get the same throttler. */
  #enter(key: string): Entry | undefined {
    const entry = this.#busy.get(key) ?? this.#idle.get(key) ?? this.#new(key)
    if (entry === undefined) return undefined
    entry.users++
    this.#idle.delete(key)
    this.#busy.set(key, entry)
    return entry
  }

  #new(key: string): Entry | undefined {
    if (this.#busy.size === this.#capacity) return undefined
    const throttler = this.#make(key)
    const [oldest] = this.#idle.keys()
    if (this.size === this.#capacity && oldest !== undefined) this.#idle.delete(oldest)
    return { throttler, users: 0 }
  }

  #leave(key: string, entry: Entry): void {
    entry.users--
    if (entry.users > 0) return
    this.#busy.delete(key)
    this.#idle.set(key, entry)
  }
}

export interface CacheOptions {
  readonly clock: ThrottleClock
  readonly throttler: Throttler
  /** How long an answer is remembered, in milliseconds. */
  readonly keepMs: number
}

/** One lease of the other that several calls share. */
interface Shared {
  readonly lease: Lease
  riders: number
  released: boolean
}

interface Kept {
  readonly answer: Shared | Rejection
  readonly since: number
}

/**
 * Remembers the other's last answer, for calls of whatever key: a rejection for its time; a lease as well, but no longer
 * than until the last of those who share it releases. An answer to who gave up is no answer.
 */
export class Cache implements Throttler {
  readonly #options: CacheOptions
  #kept: Kept | undefined

  constructor(options: CacheOptions) {
    within('keepMs', options.keepMs, 0)
    this.#options = options
  }

  async acquire(request: ThrottleRequest, signal?: AbortSignal): Promise<Admission> {
    const { clock, throttler, keepMs } = this.#options
    const age = this.#kept === undefined ? Infinity : clock.now() - this.#kept.since
    if (this.#kept !== undefined && age < keepMs) return this.#remembered(this.#kept.answer, age)
    const admission = await throttler.acquire(request, signal)
    if (!admission.admitted && gaveUp(admission)) return admission
    const answer = admission.admitted ? { lease: admission, riders: 0, released: false } : admission
    this.#kept = { answer, since: clock.now() }
    return this.#remembered(answer, 0)
  }

  #remembered(answer: Shared | Rejection, age: number): Admission {
    if ('lease' in answer) return this.#ride(answer)
    return rejected(answer.reason, Math.max(this.#options.keepMs, answer.retryAfterMs) - age)
  }

  #ride(shared: Shared): Lease {
    shared.riders++
    const leave = (released: boolean) => {
      shared.riders--
      shared.released ||= released
      if (shared.riders > 0) return
      if (this.#kept?.answer === shared) this.#kept = undefined
      // If none of them ran, it never did.
      if (shared.released) shared.lease.release()
      else shared.lease.cancel()
    }
    return lease(
      () => leave(true),
      () => leave(false),
    )
  }
}
