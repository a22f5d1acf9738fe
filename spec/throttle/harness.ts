// Plays a table of calls against a throttler on a virtual clock: who calls when, how long it holds, what comes of it, and when.

import { expect } from 'chai'
import type { Reason, ThrottleRequest, Throttler } from '../../src/throttle/throttle.ts'
import { randomFrom, shuffled } from '../setup/random.ts'
import { settled, VirtualClock } from './virtual-clock.ts'

export interface World {
  readonly clock: VirtualClock
  readonly random: () => number
}

/** What came of a call: 'admitted', a reason, the name of an error, or 'waiting' at the end; from and to when, in milliseconds. */
interface Outcome {
  readonly what: string
  readonly from: number
  readonly to: number
  readonly retryAfterMs: number
}

export interface Call extends ThrottleRequest {
  /** When it calls, or is called (a request's own time is `about`); releases and aborts of that moment come first. */
  readonly calls?: number
  /** Which of several throttlers it asks; the first if left out. */
  readonly on?: string
  /** How long it holds its lease; for ever if left out. */
  readonly holds?: number
  /** It never ran: its lease is cancelled. */
  readonly cancels?: true
  /** When its signal aborts: before the call, if that is when it calls, or earlier. */
  readonly aborts?: number
  readonly gets: Outcome
}

export interface Case {
  readonly of: (world: World) => Throttler | Readonly<Record<string, Throttler>>
  /** In this order, each after what came of the one before; otherwise calls of one moment overlap, in any order. */
  readonly strict?: true
  readonly calls: readonly Call[]
}

export type Cases = Readonly<Record<string, Case>>

export const admitted = (from = 0, to = from): Outcome => ({ what: 'admitted', from, to, retryAfterMs: 0 })
export const refused = (what: Reason, from = 0, retryAfterMs = 0): Outcome => ({ what, from, to: from, retryAfterMs })
export const threw = (what: string, from = 0): Outcome => ({ what, from, to: from, retryAfterMs: 0 })
export const stillWaiting: Outcome = { what: 'waiting', from: Infinity, to: Infinity, retryAfterMs: 0 }

export async function play({ of, calls, strict }: Case, seed: number): Promise<void> {
  const random = randomFrom(seed)
  const world = { clock: new VirtualClock(), random }
  const made = of(world)
  const throttlers = isThrottler(made) ? { made } : made
  const groups = strict ? calls.map((call) => [call]) : Object.values(Object.groupBy(calls, timeOf)).map((g) => g ?? [])
  const ends: (() => void)[] = []
  const told: [readonly Call[], Outcome[]][] = []
  for (const group of groups) {
    const outcomes: Outcome[] = []
    told.push([group, outcomes])
    await world.clock.runTo(Math.max(...group.map(timeOf)))
    for (const call of shuffled(group, random)) ends.push(begin(call, throttlers, world.clock, outcomes))
  }
  await world.clock.runTo(Infinity)
  for (const end of ends) end()
  await settled()
  expect(world.clock.waiting, `seed ${seed}: timers left behind`).to.equal(0)
  for (const [group, outcomes] of told) compare(group, outcomes, seed)
}

const isThrottler = (made: object): made is Throttler => 'acquire' in made

const timeOf = ({ calls = 0 }: Call): number => calls

/** Calls, and gives back what makes it end if it still waits when the table is over. */
function begin(call: Call, throttlers: Readonly<Record<string, Throttler>>, clock: VirtualClock, told: Outcome[]) {
  const [throttler] = call.on === undefined ? Object.values(throttlers) : [throttlers[call.on]]
  const gone = new AbortController()
  const over = { yet: false }
  const tell = (what: string, retryAfterMs = 0) => {
    const time = over.yet ? Infinity : clock.now()
    told.push({ what: over.yet ? 'waiting' : what, from: time, to: time, retryAfterMs })
  }
  if (call.aborts !== undefined && call.aborts <= clock.now()) gone.abort()
  else if (call.aborts !== undefined) void clock.waitUntil(call.aborts).then(() => gone.abort())
  if (throttler === undefined) throw new Error(`no throttler is called ${call.on}`)
  // Most callers have no signal, unless they are to be ended with the table.
  const hasSignal = call.aborts !== undefined || call.gets.what === stillWaiting.what
  throttler.acquire(call, ...(hasSignal ? [gone.signal] : [])).then(
    async (admission) => {
      if (!admission.admitted) return tell(admission.reason, admission.retryAfterMs)
      tell('admitted')
      if (call.holds !== undefined) await clock.waitUntil(clock.now() + call.holds)
      const end = call.cancels ? admission.cancel : admission.release
      // However often it is released, it releases once: every case that releases says so.
      if (call.holds !== undefined || call.cancels) for (const again of [end, end, admission.release]) again()
    },
    (error: Error) => tell(error.name),
  )
  return () => {
    over.yet = true
    gone.abort()
  }
}

/** Those of one moment are alike: each outcome must be the one of some call. */
function compare(group: readonly Call[], outcomes: readonly Outcome[], seed: number): void {
  const open = group.map(({ gets }) => gets)
  for (const outcome of outcomes) {
    const found = open.findIndex((expected) => fits(outcome, expected))
    expect(found, `seed ${seed}: ${show(outcome)} is none of: ${open.map(show).join('; ')}`).to.be.at.least(0)
    open.splice(found, 1)
  }
  expect(open.map(show), `seed ${seed}: never told`).to.deep.equal([])
}

const fits = (outcome: Outcome, { what, from, to, retryAfterMs }: Outcome): boolean =>
  outcome.what === what && outcome.from >= from && outcome.to <= to && nearly(outcome.retryAfterMs, retryAfterMs)

const nearly = (one: number, other: number): boolean => one === other || Math.abs(one - other) < 1e-9

const show = ({ what, from, to, retryAfterMs }: Outcome): string =>
  `${what} at ${from === to ? from : `${from}–${to}`}, retry after ${retryAfterMs}`
