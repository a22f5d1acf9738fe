// Whatever callers do, nobody gets more than there is, and all of it is there again when they are gone.

import { expect } from 'chai'
import fc from 'fast-check'
import { All, Any, Not, Retry, Ring, Suppress } from '../../src/throttle/composition.ts'
import { Buffered, Priority, Running, Semaphore } from '../../src/throttle/concurrency.ts'
import { Cache, Generator, Pattern } from '../../src/throttle/keyed.ts'
import { Adaptive } from '../../src/throttle/load.ts'
import type { Throttler } from '../../src/throttle/throttle.ts'
import { seedOfRun } from '../setup/random.ts'
import { settled, VirtualClock } from './virtual-clock.ts'

const limit = 3

/** Each lets at most three units at once through, of one key. */
const makers: Readonly<Record<string, (clock: VirtualClock) => Throttler>> = {
  Running: () => new Running(limit),
  Semaphore: (clock) => new Semaphore({ clock, capacity: limit, places: 4 }),
  Buffered: (clock) => new Buffered({ clock, limit, places: 4 }),
  Priority: (clock) => new Priority({ clock, limit, places: 2, shares: [3, 2, 1] }),
  Adaptive: (clock) => new Adaptive({ clock, slowMs: 3, floor: limit, ceiling: limit }),
  Generator: () => new Generator({ make: () => new Running(limit), capacity: 1 }),
  Pattern: () => new Pattern([{ pattern: /^/, throttler: new Running(limit) }]),
  Any: (clock) => new Any([new Running(5), new Buffered({ clock, limit, places: 4 }), new Running(4)]),
  All: (clock) => new All([new Running(1), new Buffered({ clock, limit: 2, places: 2 })]),
  Not: () => new Any([new Running(limit), new Not(new Running(0))]),
  Suppress: () => new Any([new Running(limit), new Suppress(new Running(1))]),
  Ring: (clock) => new Ring([new Running(1), new Semaphore({ clock, capacity: 1, places: 3 }), new Running(1)]),
  Retry: (clock) => new Retry({ clock, throttler: new Running(limit), tries: 3, pauseMs: 2 }),
  Cache: (clock) => new Cache({ clock, throttler: new Running(limit), keepMs: 0 }),
}

const visit = fc.record({
  at: fc.integer({ min: 0, max: 20 }),
  holds: fc.integer({ min: 0, max: 9 }),
  weight: fc.integer({ min: 1, max: 4 }),
  priority: fc.integer({ min: 0, max: 2 }),
  aborts: fc.option(fc.integer({ min: 0, max: 25 })),
  deadline: fc.option(fc.integer({ min: 0, max: 25 })),
  cancels: fc.boolean(),
})

type Visit = typeof visit extends fc.Arbitrary<infer Value> ? Value : never

describe('Throttlers', () => {
  for (const [name, make] of Object.entries(makers)) {
    it(`${name} keeps and loses no slot`, async () => {
      const weighs = name === 'Semaphore'
      const property = fc.asyncProperty(fc.array(visit, { maxLength: 20 }), async (visits) => {
        const clock = new VirtualClock()
        const throttler = make(clock)
        let held = 0
        const come = async (one: Visit) => {
          await clock.waitUntil(one.at)
          const units = weighs ? one.weight : 1
          const admission = await throttler.acquire(...asks(one, clock))
          if (!admission.admitted) return
          held += units
          expect(held).to.be.at.most(limit)
          await clock.waitUntil(clock.now() + one.holds)
          held -= units
          admission[one.cancels ? 'cancel' : 'release']()
          admission.release()
        }
        const all = Promise.all(visits.map(come))
        await clock.runTo(Infinity)
        await all
        expect(clock.waiting).to.equal(0)
        expect(await freeSlots(throttler)).to.equal(limit)
      })
      await fc.assert(property, { seed: seedOfRun(), numRuns: 8 })
    })
  }
})

function asks({ weight, priority, aborts, deadline }: Visit, clock: VirtualClock) {
  const gone = new AbortController()
  if (aborts !== null) void clock.waitUntil(aborts).then(() => gone.abort())
  return [{ weight, priority, ...(deadline !== null && { deadline }) }, gone.signal] as const
}

/** How many get in who wait for nobody. */
async function freeSlots(throttler: Throttler): Promise<number> {
  let admitted = 0
  const gone = new AbortController()
  const all = Array.from({ length: limit + 2 }, async () => {
    if ((await throttler.acquire({}, gone.signal)).admitted) admitted++
  })
  await settled()
  gone.abort()
  await Promise.all(all)
  return admitted
}
