// Rates held against other algorithms: the token bucket of the package `limiter`, the arrival curve, and each other.

import { expect } from 'chai'
import fc from 'fast-check'
import { TokenBucket } from 'limiter'
import sinon from 'sinon'
import { Bucket, CellRate, Timed } from '../../src/throttle/rate.ts'
import type { Admission, Throttler } from '../../src/throttle/throttle.ts'
import { seedOfRun } from '../setup/random.ts'
import { VirtualClock } from './virtual-clock.ts'

/** Milliseconds after the step before, units, and whether the call is cancelled so many steps later. */
const step = fc.record({
  after: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 40 })),
  weight: fc.integer({ min: 1, max: 4 }),
  cancelled: fc.option(fc.integer({ min: 0, max: 3 }), { freq: 3 }),
})
const steps = fc.array(step, { minLength: 1, maxLength: 40 })
const burst = fc.integer({ min: 1, max: 6 })
const runs = () => ({ seed: seedOfRun(), numRuns: 60 })

/** 64 ms hold a whole number of units without a fraction: the sums of either side are exact. */
const dyadic = fc.constantFrom(1, 2, 4, 8, 16)

interface Asked {
  readonly time: number
  readonly weight: number
  readonly admission: Admission
}

async function asked(throttler: Throttler, clock: VirtualClock, row: readonly { after: number; weight: number }[]) {
  const told: Asked[] = []
  for (const { after, weight } of row) {
    await runTo(clock, clock.now() + after)
    told.push({ time: clock.now(), weight, admission: await throttler.acquire({ weight }) })
  }
  return told
}

/** Nobody waits: there is nothing to let happen on the way. */
async function runTo(clock: VirtualClock, time: number): Promise<void> {
  if (time > clock.now()) await clock.runTo(time)
}

function plain({ admission }: Asked): number | true {
  return admission.admitted || Math.round(admission.retryAfterMs * 1e6) / 1e6
}

describe('Rates', () => {
  afterEach(() => sinon.restore())

  it(`CellRate admits what the token bucket of limiter does, and says as well when it will`, async () => {
    const property = fc.asyncProperty(steps, dyadic, burst, async (row, rate, size) => {
      const clock = new VirtualClock()
      sinon.restore()
      sinon.stub(performance, 'now').callsFake(() => clock.now())
      const oracle = new TokenBucket({ bucketSize: size, tokensPerInterval: rate, interval: 64 })
      oracle.content = size
      const cellRate = new CellRate({ clock, rate, perMs: 64, burst: size })
      for (const { after, weight } of row) {
        await runTo(clock, clock.now() + after)
        const admission = await cellRate.acquire({ weight })
        const wait = weight > size ? Infinity : oracle.getWaitTime(weight)
        expect(admission.admitted).to.equal(oracle.tryRemoveTokens(weight))
        if (!admission.admitted) expect(Math.ceil(admission.retryAfterMs)).to.equal(wait)
      }
    })
    await fc.assert(property, runs())
  })

  it(`the leaky bucket and the virtual schedule are the same algorithm, as I.371 says`, async () => {
    const property = fc.asyncProperty(steps, fc.integer({ min: 1, max: 9 }), burst, async (row, rate, size) => {
      const [one, other] = [new VirtualClock(), new VirtualClock()]
      const cells = await asked(new CellRate({ clock: one, rate, perMs: 50, burst: size }), one, row)
      const drops = await asked(new Bucket({ clock: other, leak: rate, perMs: 50, capacity: size }), other, row)
      expect(cells.map(plain)).to.deep.equal(drops.map(plain))
    })
    await fc.assert(property, runs())
  })

  it(`Timed is a count that is raised at the end of each interval`, async () => {
    const property = fc.asyncProperty(steps, burst, fc.integer({ min: 1, max: 6 }), async (row, limit, refill) => {
      const clock = new VirtualClock()
      const throttler = new Timed({ clock, limit, intervalMs: 25, refill })
      let [left, filled] = [limit, 0]
      for (const { time, weight, admission } of await asked(throttler, clock, row)) {
        for (; filled + 25 <= time; filled += 25) left = Math.min(limit, left + refill)
        expect(admission.admitted).to.equal(weight <= left)
        if (admission.admitted) left -= weight
      }
    })
    await fc.assert(property, runs())
  })

  const makers = {
    CellRate: (clock: VirtualClock, rate: number, size: number) =>
      new CellRate({ clock, rate, perMs: 50, burst: size }),
    Bucket: (clock: VirtualClock, rate: number, size: number) =>
      new Bucket({ clock, leak: rate, perMs: 50, capacity: size }),
  }

  for (const [name, make] of Object.entries(makers)) {
    it(`${name} never admits more than burst and rate allow, whatever is cancelled and when`, async () => {
      const property = fc.asyncProperty(steps, fc.integer({ min: 1, max: 9 }), burst, async (row, rate, size) => {
        const clock = new VirtualClock()
        const ran = await notCancelled(make(clock, rate, size), clock, row)
        for (const [from, { time: start }] of ran.entries()) {
          let units = 0
          for (const { time, weight } of ran.slice(from)) {
            units += weight
            expect(units).to.be.at.most(size + ((time - start) * rate) / 50 + 1e-3)
          }
        }
      })
      await fc.assert(property, runs())
    })

    it(`${name}: who comes back when told is admitted, and a moment earlier is not`, async () => {
      const property = fc.asyncProperty(steps, fc.integer({ min: 1, max: 9 }), burst, async (row, rate, size) => {
        const early = new VirtualClock()
        const late = new VirtualClock()
        await asked(make(early, rate, size), early, row)
        const [one, other] = [make(early, rate, size), make(late, rate, size)]
        await one.acquire({ weight: size })
        await other.acquire({ weight: size })
        const refusal = await other.acquire({})
        await one.acquire({})
        const after = refusal.admitted ? 0 : refusal.retryAfterMs
        await early.runTo(early.now() + after - 1e-3)
        await late.runTo(late.now() + after)
        expect((await one.acquire({})).admitted).to.equal(false)
        expect((await other.acquire({})).admitted).to.equal(true)
      })
      await fc.assert(property, { ...runs(), numRuns: 20 })
    })
  }
})

/** What was admitted and not cancelled. */
async function notCancelled(
  throttler: Throttler,
  clock: VirtualClock,
  row: readonly { after: number; weight: number; cancelled: number | null }[],
): Promise<Asked[]> {
  const ran: Asked[] = []
  const cancels: (() => void)[][] = row.map(() => [])
  for (const [index, one] of row.entries()) {
    const [call] = await asked(throttler, clock, [one])
    if (call?.admission.admitted && one.cancelled === null) ran.push(call)
    if (call?.admission.admitted && one.cancelled !== null) cancels[index + one.cancelled]?.push(call.admission.cancel)
    for (const cancel of cancels[index] ?? []) cancel()
  }
  return ran
}
