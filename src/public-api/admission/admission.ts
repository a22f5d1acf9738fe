// Admission control, composed in one place: who may come in at all, and who goes on to the VirtualMachine when.

import type { Ledger } from '../../../actors/node.ts'
import type { ThrottleClock } from '../../throttle/clock.ts'
import { Any } from '../../throttle/composition.ts'
import { Priority, Semaphore } from '../../throttle/concurrency.ts'
import { Generator } from '../../throttle/keyed.ts'
import { Adaptive, type LoadReadings, Monitor } from '../../throttle/load.ts'
import { CellRate } from '../../throttle/rate.ts'
import type { Lease, Rejection, Throttler } from '../../throttle/throttler.ts'
import { Clients } from './clients.ts'
import { Gate } from './gate.ts'
import type { Lane } from './lanes.ts'

export interface AdmissionLimits {
  /** Single requests and reads that the VirtualMachine has at once. */
  readonly slots: number
  /** How many of each of the two may wait for a slot. */
  readonly places: number
  /** The turns of the lanes when both wait. */
  readonly shares: { readonly reads: number; readonly singles: number }
  /** An answer that takes longer from the door of the line on, in milliseconds, makes the line shorter. */
  readonly slowMs: number
  /** But never shorter than so many of a lane, waiting or at work. */
  readonly leastInside: number
  /** Transfers of batches and streams that the VirtualMachine has at once; the largest batch must fit. */
  readonly bulkUnits: number
  /** Batches, and lines of streams, that may wait. */
  readonly bulkPlaces: number
  /** Nobody waits longer in line, in milliseconds. */
  readonly longestWaitMs: number
  /** With the event loop this late, in milliseconds, nobody new comes in. */
  readonly eventLoopDelayMs: number
  /** Addresses and principals whose rates are remembered. */
  readonly rateKeys: number
}

export interface AdmissionOptions {
  readonly clock: ThrottleClock
  readonly limits: AdmissionLimits
  readonly readings: () => LoadReadings
  /** Requests a second of one address, as many at once after a rest; 0: no limit. */
  readonly ratePerAddress: number
  /** The same of one principal, whatever token it uses. */
  readonly ratePerPrincipal: number
}

/** On whose account a request comes in. */
export interface Caller {
  readonly address: string
  readonly principal: string
}

/** What rates and the event loop say, in the order in which they are asked; each a throttler that answers at once. */
type Guard = readonly [throttler: Throttler, keyOf: (caller: Caller) => string]

/** A rate of 1 a second is one unit every second; the burst is what one second gives. */
const perMs = 1_000
const nobody: Caller = { address: '', principal: '' }

export class Admission {
  /** Whose requests wait: a client that goes away gives up its place. */
  readonly clients = new Clients()
  readonly #options: AdmissionOptions
  readonly #guards: readonly Guard[]

  constructor(options: AdmissionOptions) {
    const { limits, readings } = options
    this.#options = options
    const most = { eventLoopDelayMs: limits.eventLoopDelayMs }
    this.#guards = [
      [new Monitor({ read: readings, most, retryAfterMs: perMs }), () => ''],
      ...this.#rate(options.ratePerAddress, ({ address }) => address),
      ...this.#rate(options.ratePerPrincipal, ({ principal }) => principal),
    ]
  }

  /** Asked before the body is read: undefined lets it in. What was counted for one that is turned away is taken back. */
  turnsAway(caller: Caller = nobody): Rejection | undefined {
    const leases: Lease[] = []
    for (const [throttler, keyOf] of this.#guards) {
      const admission = throttler.attempt?.({ key: keyOf(caller) })
      if (admission?.admitted === false) {
        for (const lease of leases) lease.cancel()
        return admission
      }
      if (admission !== undefined) leases.push(admission)
    }
    for (const lease of leases) lease.release()
    return undefined
  }

  /** The ledger as each lane sees it: in front of its VirtualMachine stands the lane's line. */
  ledgers(ledger: Ledger): Readonly<Record<Lane, Ledger>> {
    const { clock, limits } = this.#options
    const { slots, places, shares, bulkUnits, bulkPlaces } = limits
    const levels = new Priority({ clock, limit: slots, places, shares: [shares.reads, shares.singles] })
    const bulk = new Semaphore({ clock, capacity: bulkUnits, places: bulkPlaces })
    return {
      health: ledger,
      reads: this.#behind(ledger, this.#lane(levels), 0),
      singles: this.#behind(ledger, this.#lane(levels), 1),
      bulk: this.#behind(ledger, bulk, 0),
    }
  }

  /** Each lane has a length of its own that adapts, so that a flood in one leaves the other's places alone. */
  #lane(levels: Priority): Throttler {
    const { clock, limits } = this.#options
    const ceiling = limits.slots + limits.places
    const { slowMs, leastInside: floor } = limits
    return new Any([new Adaptive({ clock, slowMs, floor, ceiling, start: ceiling }), levels])
  }

  #behind(ledger: Ledger, throttler: Throttler, priority: number): Ledger {
    const { clock, limits } = this.#options
    const gate = new Gate({ ledger, throttler, priority, clock, limits, clients: this.clients })
    return {
      virtualMachine: gate,
      stateStorage: ledger.stateStorage,
      head: () => ledger.head(),
      status: () => ledger.status(),
    }
  }

  #rate(rate: number, keyOf: (caller: Caller) => string): readonly Guard[] {
    const { clock, limits } = this.#options
    if (rate === 0) return []
    const make = () => new CellRate({ clock, rate, perMs, burst: rate })
    return [[new Generator({ make, capacity: limits.rateKeys }), keyOf]]
  }
}
