// Admission control, composed in one place: who may come in at all, and who goes on to the VirtualMachine when.

import type { Ledger } from '../../../actors/node.ts'
import type { ThrottleClock } from '../../throttle/clock.ts'
import { Any, Suppress } from '../../throttle/composition.ts'
import { Priority, Semaphore } from '../../throttle/concurrency.ts'
import { Adaptive, type LoadReadings, Monitor } from '../../throttle/load.ts'
import { type Rejection, rejected, type Throttler, type Admission as Verdict } from '../../throttle/throttler.ts'
import { Gate } from './gate.ts'
import type { Lane } from './lanes.ts'
import { OneOfEach } from './one-of-each.ts'
import { Rates } from './rates.ts'
import { Share } from './share.ts'

export interface AdmissionLimits {
  /** Single requests and reads that the VirtualMachine has at once. */
  readonly slots: number
  /** How many of each of the two a principal may have waiting for a slot, as the other limits of lines: all of them together twice as many. */
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
  /** Reads of the archive at once. */
  readonly historyPlaces: number
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

/** Milliseconds after which a look at the event loop tells something new. */
const looksAgainMs = 1_000

/** Where those stand who wait; all callers stand in the same ones. */
interface Line {
  readonly share: Share
  readonly throttler: Throttler
  readonly priority: number
}

type Lines = Readonly<Record<'reads' | 'singles' | 'bulk', Line>>

export class Admission {
  readonly #options: AdmissionOptions
  readonly #monitor: Monitor
  readonly #addresses: Rates | undefined
  readonly #principals: Rates | undefined
  readonly #lines: Lines
  readonly #history: Share

  constructor(options: AdmissionOptions) {
    const { limits, readings } = options
    this.#options = options
    const most = { eventLoopDelayMs: limits.eventLoopDelayMs }
    this.#monitor = new Monitor({ read: readings, most, retryAfterMs: looksAgainMs })
    this.#addresses = this.#rates(options.ratePerAddress)
    this.#principals = this.#rates(options.ratePerPrincipal)
    this.#lines = this.#made()
    this.#history = new Share(() => together(limits.historyPlaces))
  }

  /** Asked before anything else, the token included: who guesses tokens is over its rate soon. Undefined lets it in. */
  turnsAwayAddress(address: string): Rejection | undefined {
    const late = this.#monitor.attempt()
    return late.admitted ? this.#addresses?.take(address) : late
  }

  /** Asked before the body is read: undefined lets it in. */
  turnsAwayPrincipal(principal: string, lane: Lane): Rejection | undefined {
    const rejection = this.#principals?.take(principal)
    if (rejection !== undefined || (lane !== 'reads' && lane !== 'singles')) return rejection
    // It would be turned away by the line as well, but after its body was read and parsed: refusing must cost little.
    return this.#lines[lane].share.isFull(principal) ? rejected('line_full') : undefined
  }

  /** A place for a read of the archive: that has a line of its own, and some wait there for what is yet to come. */
  readHistory(principal: string): Verdict {
    return this.#history.attempt({ key: principal })
  }

  /** The ledger as each lane sees it, for one principal: in front of its VirtualMachine stands the lane's line. */
  ledgers(ledger: Ledger, principal = ''): Readonly<Record<Lane, Ledger>> {
    const behind = (line: Line) => this.#behind(ledger, line, principal)
    const reads = behind(this.#lines.reads)
    return {
      health: ledger,
      direct: ledger,
      reads,
      singles: behind(this.#lines.singles),
      bulk: behind(this.#lines.bulk),
      history: reads, // an account is asked of the VirtualMachine, too
    }
  }

  #made(): Lines {
    const { clock, limits } = this.#options
    const { slots, places, shares, bulkUnits, bulkPlaces } = limits
    // Shares bound the lines. These have room for all of that, so that nobody finds one full of somebody else.
    const priority = new Priority({
      clock,
      limit: slots,
      places: together(slots + places),
      shares: [shares.reads, shares.singles],
    })
    const levels = new OneOfEach(priority)
    const inBulk = together(bulkUnits + bulkPlaces)
    const bulk = new Semaphore({ clock, capacity: bulkUnits, places: inBulk })
    return {
      reads: this.#adaptive(levels, 0),
      singles: this.#adaptive(levels, 1),
      bulk: shared(() => inBulk, bulk),
    }
  }

  /** Each lane has a length of its own that adapts, so that a flood in one leaves the other's places alone. */
  #adaptive(levels: Throttler, priority: number): Line {
    const { clock, limits } = this.#options
    const ceiling = limits.slots + limits.places
    const { slowMs, leastInside: floor } = limits
    const adaptive = new Adaptive({ clock, slowMs, floor, ceiling, start: ceiling })
    // It tells how many one principal may have, and learns from as many; the share is what bounds.
    return { ...shared(() => together(Math.floor(adaptive.limit)), new Suppress(adaptive), levels), priority }
  }

  #behind(ledger: Ledger, { throttler, priority }: Line, principal: string): Ledger {
    const { clock, limits } = this.#options
    const gate = new Gate({ ledger, throttler, priority, principal, clock, limits })
    return {
      virtualMachine: gate,
      stateStorage: ledger.stateStorage,
      head: () => ledger.head(),
      status: () => ledger.status(),
    }
  }

  #rates(rate: number): Rates | undefined {
    const { clock, limits } = this.#options
    return rate === 0 ? undefined : new Rates({ clock, rate, keys: limits.rateKeys })
  }
}

/** Limits tell what one principal may have: a `Share` gives it that if all together have twice as many places. */
function together(ofOne: number): number {
  return 2 * ofOne
}

function shared(limit: () => number, ...throttlers: readonly Throttler[]): Line {
  const share = new Share(limit)
  return { share, throttler: new Any([share, ...throttlers]), priority: 0 }
}
