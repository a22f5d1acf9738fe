// What `attempt` answers is what `acquire` would: the tables of cases are played again by callers who try it first.

import { expect } from 'chai'
import type { Throttler } from '../../src/throttle/throttle.ts'
import {
  Adaptive,
  Any,
  CellRate,
  Generator,
  Monitor,
  Priority,
  Semaphore,
  Suppress,
  Wait,
} from '../../src/throttle/throttle.ts'
import { tables } from './cases.ts'
import { type Case, play } from './harness.ts'
import { VirtualClock } from './virtual-clock.ts'

/** One that is asked as a hot path asks: without a promise, and with one only where that can't tell. */
function triedFirst(throttler: Throttler): Throttler {
  return {
    acquire: async (request, signal) => throttler.attempt?.(request) ?? throttler.acquire(request, signal),
  }
}

function tried({ of, ...row }: Case): Case {
  return {
    ...row,
    of(world) {
      const made = of(world)
      if ('acquire' in made) return triedFirst(made as Throttler)
      return Object.fromEntries(Object.entries(made).map(([name, one]) => [name, triedFirst(one)]))
    },
  }
}

/** The tables of those that can be tried. */
const names = ['priority', 'weights', 'concurrency', 'adaptive', 'readings', 'cells', 'keyed'] as const

for (const name of names) {
  describe(`Throttlers tried first: ${name}`, () => {
    for (const [what, row] of Object.entries(tables[name] ?? {})) it(what, () => play(tried(row), 1))
  })
}

describe('An attempt', () => {
  const clock = new VirtualClock()
  const wait = new Wait({ clock, waitMs: 1 })

  it('is undefined where one must wait, and takes nothing', () => {
    const slot = new Semaphore({ clock, capacity: 1, places: 1 })
    const first = slot.attempt({})
    expect(first?.admitted).to.equal(true)
    expect(slot.attempt({})).to.equal(undefined)
    if (first?.admitted) first.release()
    expect(slot.attempt({})?.admitted).to.equal(true)
  })

  it('is undefined where one of several must be waited for; what was taken of the others is given back', () => {
    const once = new Adaptive({ clock, slowMs: 1, floor: 1, ceiling: 1 })
    const full = new Any([once, wait])
    expect(full.attempt({})).to.equal(undefined)
    expect(once.attempt().admitted).to.equal(true)
  })

  it('of several gives back what it took when another rejects, or throws', () => {
    const slots = new Priority({ clock, limit: 1, places: 0, shares: [1] })
    const read = () => ({ eventLoopDelayMs: 2, heapBytes: 0, cpuShare: 0 })
    const rejecting = new Any([slots, new Monitor({ read, most: { eventLoopDelayMs: 1 } })])
    expect(rejecting.attempt({})).to.deep.include({ admitted: false, reason: 'event_loop_delay' })
    const throwing = new Any([slots, new CellRate({ clock, rate: 1, perMs: 1 })])
    expect(() => throwing.attempt({ weight: 0 })).to.throw(RangeError)
    expect(slots.attempt({})?.admitted).to.equal(true)
  })

  it('suppresses a rejection, and is undefined where what is suppressed must be waited for', () => {
    const once = new Adaptive({ clock, slowMs: 1, floor: 1, ceiling: 1 })
    const suppress = new Suppress(once)
    const first = suppress.attempt({})
    expect(once.attempt().admitted, 'it holds its lease').to.equal(false)
    expect(suppress.attempt({})?.admitted, 'and admits without one').to.equal(true)
    if (first?.admitted) first.release()
    expect(once.attempt().admitted).to.equal(true)
    expect(new Suppress(wait).attempt({})).to.equal(undefined)
  })

  it('of several holds what it took of each until its lease ends', () => {
    const [one, other] = [0, 1].map(() => new Semaphore({ clock, capacity: 1, places: 1 })) as [Semaphore, Semaphore]
    const both = new Any([one, other]).attempt({})
    for (const slot of [one, other]) expect(slot.attempt({})).to.equal(undefined)
    if (both?.admitted) both.release()
    for (const slot of [one, other]) expect(slot.attempt({})?.admitted).to.equal(true)
  })

  it('of one key holds the key until its lease ends; without a key it is the empty one', () => {
    const made: string[] = []
    const make = (key: string) => {
      made.push(key)
      return new Semaphore({ clock, capacity: 1, places: 1 })
    }
    const keys = new Generator({ capacity: 1, make })
    const first = keys.attempt({})
    expect(keys.attempt({ key: 'b' })).to.deep.include({ admitted: false, reason: 'too_many_keys' })
    if (first?.admitted) first.release()
    expect(keys.attempt({ key: 'b' })?.admitted).to.equal(true)
    expect(made).to.deep.equal(['', 'b'])
  })

  it('of one key leaves the key free to be forgotten when it is undefined', () => {
    const keys = new Generator({ capacity: 1, make: () => wait })
    expect(keys.attempt({ key: 'a' })).to.equal(undefined)
    expect(keys.attempt({ key: 'b' })).to.equal(undefined)
    expect(keys.size).to.equal(1)
  })
})
