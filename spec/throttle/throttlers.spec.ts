// What holds for the whole library: senseless options are refused, the real clock waits, and the guide tells every throttler.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import sinon from 'sinon'
import { Any, Retry } from '../../src/throttle/composition.ts'
import * as library from '../../src/throttle/throttle.ts'
import { tables } from './cases.ts'

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
    chance: [-0.1, 1.1, none].map((probability) => () => new library.Chance({ probability, random })),
    'number of calls': [-1, 0.5, none, Infinity].flatMap((calls) => [
      () => new library.Each(calls),
      () => new library.Before(calls),
      () => new library.After(calls),
    ]),
    wait: [-1, none, Infinity].map((waitMs) => () => new library.Wait({ clock, waitMs })),
    'first wait': [0, -1, none].map((firstMs) => () => new library.Square({ ...square, firstMs })),
    'longest wait': [0.9, none, Infinity].map(
      (longestMs) => () => new library.Jitter({ ...square, longestMs, random }),
    ),
    limit: [-1, 0.5, none, Infinity].flatMap((limit) => [
      () => new library.Running(limit),
      () => new library.Buffered({ clock, limit, places: 1 }),
      () => new library.Priority({ ...priority, limit }),
      () => new library.Timed({ ...timed, limit }),
      () => new library.Semaphore({ clock, capacity: limit, places: 1 }),
      () => new library.Bucket({ clock, capacity: limit, leak: 1, perMs: 1 }),
      () => new library.CellRate({ clock, rate: 1, perMs: 1, burst: limit }),
    ]),
    places: [-1, 0.5, none, Infinity].flatMap((places) => [
      () => new library.Buffered({ clock, limit: 1, places }),
      () => new library.Semaphore({ clock, capacity: 1, places }),
      () => new library.Priority({ ...priority, places }),
    ]),
    shares: [[], [0], [1, -1], [none]].map((shares) => () => new library.Priority({ ...priority, shares })),
    interval: [0, -1, none, Infinity].flatMap((perMs) => [
      () => new library.Timed({ ...timed, intervalMs: perMs }),
      () => new library.CellRate({ clock, rate: 1, perMs }),
      () => new library.Bucket({ clock, capacity: 1, leak: 1, perMs }),
    ]),
    refill: [-1, 0.5, none].flatMap((refill) => [
      () => new library.Timed({ ...timed, refill }),
      () => new library.CellRate({ clock, rate: refill, perMs: 1 }),
      () => new library.Bucket({ clock, capacity: 1, leak: refill, perMs: 1 }),
    ]),
    latency: [-1, none].flatMap((bad) => [
      () => new library.Latency({ ...latency, slowMs: bad }),
      () => new library.Latency({ ...latency, retentionMs: bad }),
      () => new library.Percentile({ ...percentile, slowMs: bad }),
      () => new library.Percentile({ ...percentile, retentionMs: bad }),
      () => new library.Adaptive({ ...adaptive, slowMs: bad }),
    ]),
    percentile: [0, 1.1, none].map((bad) => () => new library.Percentile({ ...percentile, percentile: bad })),
    'number of samples': [0, none].map((capacity) => () => new library.Percentile({ ...percentile, capacity })),
    'floor and ceiling': [
      () => new library.Adaptive({ ...adaptive, floor: 0 }),
      () => new library.Adaptive({ ...adaptive, floor: 3 }),
      () => new library.Adaptive({ ...adaptive, start: 0 }),
      () => new library.Adaptive({ ...adaptive, start: 3 }),
      () => new library.Adaptive({ ...adaptive, decrease: 0 }),
      () => new library.Adaptive({ ...adaptive, decrease: 1 }),
    ],
    tries: [0, none].map((tries) => () => new Retry({ clock, throttler: echo, tries, pauseMs: 0 })),
    pause: [-1, none].map((pauseMs) => () => new Retry({ clock, throttler: echo, tries: 1, pauseMs })),
    'no throttlers': [() => new Any([]), () => new library.All([]), () => new library.Ring([])],
    keys: [0, none].map((capacity) => () => new library.Generator({ make: () => echo, capacity })),
    'time to keep': [-1, none].map((keepMs) => () => new library.Cache({ clock, throttler: echo, keepMs })),
  }
  for (const [what, makers] of Object.entries(senseless)) {
    it(`refuses a senseless ${what}`, () => {
      for (const make of makers) expect(make, String(make)).to.throw(RangeError, /must be a .*number from .*, not/)
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

    beforeEach(() => {
      timers = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    })

    afterEach(() => timers.restore())

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
        const wait = () => clock.waitUntil(until, gone.signal).then(() => (ended = clock.now()))
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
