// What holds for the whole library: senseless options are refused, the real clock waits, and the guide tells every throttler.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import sinon from 'sinon'
import * as library from '../../src/throttle/throttle.ts'
import { tables } from './cases.ts'
import { VirtualClock } from './virtual-clock.ts'

const root = join(import.meta.dirname, '../..')
const clock = library.systemClock
const random = () => 0
const echo = new library.Echo()
const latency = { clock, slowMs: 1, retentionMs: 1 }
const percentile = { ...latency, percentile: 0.5, capacity: 1 }
const adaptive = { clock, slowMs: 1, floor: 1, ceiling: 2 }
const square = { clock, firstMs: 1, longestMs: 2 }
const timed = { clock, limit: 1, intervalMs: 1 }
const priority = { clock, limit: 1, places: 1, shares: [1] }

describe('The library of throttlers', () => {
  const none = Number.NaN
  const senseless: Readonly<Record<string, readonly (() => unknown)[]>> = {
    probability: [-0.1, 1.1, none].map((probability) => () => new library.Chance({ probability, random })),
    calls: [-1, 0.5, none, Infinity].flatMap((calls) => [
      () => new library.Each(calls),
      () => new library.Before(calls),
      () => new library.After(calls),
    ]),
    waitMs: [-1, none, Infinity].map((waitMs) => () => new library.Wait({ clock, waitMs })),
    firstMs: [0, -1, none].map((firstMs) => () => new library.Square({ ...square, firstMs })),
    longestMs: [0.9, none, Infinity].map((longestMs) => () => new library.Jitter({ ...square, longestMs, random })),
    limit: [-1, 0.5, none, Infinity].flatMap((limit) => [
      () => new library.Running(limit),
      () => new library.Buffered({ clock, limit, places: 1 }),
      () => new library.Priority({ ...priority, limit }),
      () => new library.Timed({ ...timed, limit, refill: 1 }),
    ]),
    capacity: [-1, 0.5, none, Infinity].flatMap((capacity) => [
      () => new library.Semaphore({ clock, capacity, places: 1 }),
      () => new library.Bucket({ clock, capacity, leak: 1, perMs: 1 }),
      () => new library.Percentile({ ...percentile, capacity }),
      () => new library.Percentile({ ...percentile, capacity: 0 }),
      () => new library.Generator({ make: () => echo, capacity }),
      () => new library.Generator({ make: () => echo, capacity: 0 }),
    ]),
    burst: [-1, none].map((burst) => () => new library.CellRate({ clock, rate: 1, perMs: 1, burst })),
    places: [-1, 0.5, none, Infinity].flatMap((places) => [
      () => new library.Buffered({ clock, limit: 1, places }),
      () => new library.Semaphore({ clock, capacity: 1, places }),
      () => new library.Priority({ ...priority, places }),
    ]),
    share: [0, -1, none].map((share) => () => new library.Priority({ ...priority, shares: [1, share] })),
    'number of levels': [() => new library.Priority({ ...priority, shares: [] })],
    intervalMs: [0, -1, none, Infinity].map((intervalMs) => () => new library.Timed({ ...timed, intervalMs })),
    perMs: [0, -1, none, Infinity].flatMap((perMs) => [
      () => new library.CellRate({ clock, rate: 1, perMs }),
      () => new library.Bucket({ clock, capacity: 1, leak: 1, perMs }),
    ]),
    refill: [-1, 0.5, none].map((refill) => () => new library.Timed({ ...timed, refill })),
    rate: [-1, 0.5, none].map((rate) => () => new library.CellRate({ clock, rate, perMs: 1 })),
    leak: [-1, 0.5, none].map((leak) => () => new library.Bucket({ clock, capacity: 1, leak, perMs: 1 })),
    slowMs: [-1, none].flatMap((slowMs) => [
      () => new library.Latency({ ...latency, slowMs }),
      () => new library.Percentile({ ...percentile, slowMs }),
      () => new library.Adaptive({ ...adaptive, slowMs }),
    ]),
    retentionMs: [-1, none].flatMap((retentionMs) => [
      () => new library.Latency({ ...latency, retentionMs }),
      () => new library.Percentile({ ...percentile, retentionMs }),
    ]),
    percentile: [0, 1.1, none].map((bad) => () => new library.Percentile({ ...percentile, percentile: bad })),
    floor: [0, none].map((floor) => () => new library.Adaptive({ ...adaptive, floor })),
    ceiling: [0, 1.5, none].map((ceiling) => () => new library.Adaptive({ ...adaptive, ceiling })),
    start: [0, 3, none].map((start) => () => new library.Adaptive({ ...adaptive, start })),
    decrease: [0, 1, none].map((decrease) => () => new library.Adaptive({ ...adaptive, decrease })),
    tries: [0, none].map((tries) => () => new library.Retry({ clock, throttler: echo, tries, pauseMs: 0 })),
    pauseMs: [-1, none].map((pauseMs) => () => new library.Retry({ clock, throttler: echo, tries: 1, pauseMs })),
    'number of throttlers': [() => new library.Any([]), () => new library.All([]), () => new library.Ring([])],
    keepMs: [-1, none].map((keepMs) => () => new library.Cache({ clock, throttler: echo, keepMs })),
  }
  for (const [name, makers] of Object.entries(senseless)) {
    it(`refuses a senseless ${name}`, () => {
      const words = new RegExp(`^${name} must be a .*number from .*, not `)
      for (const make of makers) expect(make, String(make)).to.throw(RangeError, words)
    })
  }

  it('says what was wrong with a weight, and that Panic is not to be asked', async () => {
    const told = await Promise.allSettled([
      new library.Bucket({ clock, capacity: 1, leak: 1, perMs: 1 }).acquire({ weight: 0 }),
      new library.Panic().acquire(),
    ])
    expect(told.map((one) => String(one.status === 'rejected' && one.reason))).to.deep.equal([
      'RangeError: weight must be a whole number from 1, not 0',
      'ThrottlerPanic: a throttler that nobody may ask was asked',
    ])
  })

  it('leaves no timer behind when who had a deadline got in before it', async () => {
    const virtual = new VirtualClock()
    const one = new library.Buffered({ clock: virtual, limit: 1, places: 1 })
    const first = await one.acquire({})
    const second = one.acquire({ deadline: 1_000 })
    await virtual.runTo(5)
    expect(virtual.waiting).to.equal(1)
    if (first.admitted) first.release()
    expect((await second).admitted).to.equal(true)
    expect(virtual.waiting).to.equal(0)
  })

  const waits: Readonly<Record<string, (signal: AbortSignal, abort: () => void) => Promise<unknown>>> = {
    'a line': async (signal) => {
      const one = new library.Buffered({ clock, limit: 1, places: 1 })
      const first = await one.acquire({})
      const second = one.acquire({}, signal)
      if (first.admitted) first.release()
      await second
    },
    'a publisher': (signal) => new library.Enqueue({ publish: async () => {} }).acquire({}, signal),
    'the real clock': async (signal, abort) => {
      const waited = clock.waitUntil(Infinity, signal)
      abort()
      await waited
    },
  }
  for (const [what, wait] of Object.entries(waits)) {
    it(`leaves nothing at the signal of who waited for ${what}`, async () => {
      const gone = new AbortController()
      const { signal } = gone
      const [added, removed] = [sinon.spy(signal, 'addEventListener'), sinon.spy(signal, 'removeEventListener')]
      await wait(signal, () => gone.abort())
      expect(added.callCount).to.equal(1)
      expect(removed.args.map(([type, listener]) => [type, listener])).to.deep.equal(
        added.args.map(([type, listener]) => [type, listener]),
      )
    })
  }

  it('counts the shared limit of Adaptive for whoever asks', () => {
    expect(new library.Adaptive({ ...adaptive, start: 1.5 }).limit).to.equal(1.5)
  })

  it('remembers no more keys than Generator may', async () => {
    const generator = new library.Generator({ make: () => echo, capacity: 3 })
    for (let key = 0; key < 99; key++) (await generator.acquire({ key: String(key) })) satisfies library.Admission
    expect(generator.size).to.equal(3)
  })

  it('is told in the guide, each throttler in one line', () => {
    const guide = readFileSync(join(root, 'docs/guides/throttling.md'), 'utf8')
    const told = [...guide.matchAll(/^\| `([A-Z]\w+)`/gm)].map(([, name]) => name)
    const made = Object.entries(library).filter(([, value]) => 'acquire' in (Object(value).prototype ?? {}))
    expect(told).to.have.members(made.map(([name]) => name))
    expect(told).to.have.length(34)
  })

  it('has at least 120 cases, and less than one line of helper for seven of theirs', () => {
    const lines = (paths: readonly string[]) =>
      paths.flatMap((path) =>
        readFileSync(join(import.meta.dirname, path), 'utf8')
          .split('\n')
          .filter(isCode),
      ).length
    const cases = Object.values(tables).flatMap((table) => Object.keys(table))
    const files = 'adaptive buckets cache composition concurrency keyed load pauses priority rate values'.split(' ')
    expect(cases.length).to.be.at.least(120)
    expect(new Set(cases).size).to.equal(cases.length)
    const helpers = lines(['harness.ts', 'virtual-clock.ts', 'cases.ts'])
    expect(helpers * 7).to.be.below(lines(files.map((file) => `cases/${file}.ts`)))
  })

  describe('with the real clock', () => {
    let timers: sinon.SinonFakeTimers
    const start = 100

    beforeEach(() => {
      timers = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
      timers.tick(start)
    })

    afterEach(() => timers.restore())

    it('asks no timer for more than it takes', async () => {
      // Not of the global one: whoever calls sinon.restore() later would put it back.
      const asked = sinon.spy(timers, 'setTimeout')
      const waited = clock.waitUntil(start + 2 ** 31 + 5)
      await timers.tickAsync(2 ** 31 + 6)
      await waited
      expect(Math.max(...asked.args.map(([, milliseconds = 0]) => milliseconds))).to.equal(2 ** 31 - 1)
    })

    //  waits until  aborts at  ends at
    const rows = [
      [10, undefined, 10],
      [9.5, undefined, 10],
      [0, undefined, 0],
      [-5, undefined, 0],
      [10, 4, 4],
      [10, 0, 0],
      [2 ** 31 + 5, undefined, 2 ** 31 + 5],
    ] as const
    for (const [until, aborts, ends] of rows) {
      it(`waits until ${until}${aborts === undefined ? '' : `, aborted at ${aborts}`}: ends at ${ends}`, async () => {
        const gone = new AbortController()
        let ended: number | undefined
        const wait = () =>
          clock
            .waitUntil(start + until, aborts === undefined ? undefined : gone.signal)
            .then(() => (ended = clock.now() - start))
        if (aborts === 0) gone.abort()
        const waited = wait()
        if (aborts !== undefined && aborts > 0) setTimeout(() => gone.abort(), aborts)
        await timers.tickAsync(Math.max(0, ends - 1))
        if (ends > 1) expect(ended).to.equal(undefined)
        await timers.tickAsync(1)
        await waited
        expect(ended).to.be.within(ends, ends + 1)
        expect(timers.countTimers()).to.equal(0)
      })
    }
  })
})

function isCode(line: string): boolean {
  return line.trim() !== '' && !/^\s*(\/\/|\/?\*)/.test(line)
}
