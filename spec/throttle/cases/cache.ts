// Answers that are remembered, and the leases that several calls share.

import { Buffered, Running } from '../../../src/throttle/concurrency.ts'
import { Cache } from '../../../src/throttle/keyed.ts'
import { CellRate } from '../../../src/throttle/rate.ts'
import { Before } from '../../../src/throttle/values.ts'
import { admitted, type Cases, refused } from '../harness.ts'

export const cached: Cases = {
  'Cache remembers a rejection for its time': {
    of: ({ clock }) => new Cache({ clock, throttler: new Before(1), keepMs: 10 }),
    calls: [
      { gets: refused('before', 0, 10) },
      { calls: 9, gets: refused('before', 9, 1) },
      { calls: 10, gets: admitted(10) },
    ],
  },
  'Cache says the longer of what it keeps and what was said': {
    of: ({ clock }) => new Cache({ clock, throttler: new CellRate({ clock, rate: 1, perMs: 30 }), keepMs: 10 }),
    strict: true,
    calls: [
      { holds: 0, gets: admitted() },
      { calls: 1, gets: refused('rate', 1, 29) },
      { calls: 5, gets: refused('rate', 5, 25) },
      { calls: 11, gets: refused('rate', 11, 19) },
      { calls: 30, gets: admitted(30) },
    ],
  },
  'Cache: calls share one lease for its time': {
    of: ({ clock }) => {
      const one = new Running(2)
      return { cache: new Cache({ clock, throttler: one, keepMs: 10 }), one }
    },
    strict: true,
    calls: [
      { holds: 20, gets: admitted() },
      { calls: 9, holds: 1, gets: admitted(9) },
      { calls: 9, on: 'one', gets: admitted(9) },
      { calls: 9, on: 'one', gets: refused('running', 9) },
      { calls: 10, gets: refused('running', 10, 10) },
    ],
  },
  'Cache: the lease ends with the last who shares it, not the first': {
    of: ({ clock }) => {
      const one = new Running(1)
      return { cache: new Cache({ clock, throttler: one, keepMs: 10 }), one }
    },
    strict: true,
    calls: [
      { holds: 3, gets: admitted() },
      { holds: 5, gets: admitted() },
      { calls: 4, on: 'one', gets: refused('running', 4) },
      { calls: 4, holds: 3, gets: admitted(4) },
      { calls: 6, on: 'one', gets: refused('running', 6) },
      { calls: 7, on: 'one', gets: admitted(7) },
      { calls: 7, gets: refused('running', 7, 10) },
    ],
  },
  'Cache: a lease is shared no longer than its time, though it is held': {
    of: ({ clock }) => {
      const one = new Running(2)
      return { cache: new Cache({ clock, throttler: one, keepMs: 10 }), one }
    },
    strict: true,
    calls: [
      { holds: 12, gets: admitted() },
      { calls: 10, holds: 5, gets: admitted(10) },
      { calls: 11, on: 'one', gets: refused('running', 11) },
      { calls: 12, on: 'one', holds: 1, gets: admitted(12) },
      { calls: 14, holds: 6, gets: admitted(14) },
      { calls: 14, on: 'one', holds: 1, gets: admitted(14) },
      { calls: 16, on: 'one', gets: admitted(16) },
      { calls: 16, on: 'one', gets: refused('running', 16) },
      { calls: 20, on: 'one', gets: admitted(20) },
    ],
  },
  'Cache: if none of those who share it ran, the other has counted nothing': {
    of: ({ clock }) => {
      const rate = new CellRate({ clock, rate: 1, perMs: 30 })
      return { cache: new Cache({ clock, throttler: rate, keepMs: 10 }), rate }
    },
    strict: true,
    calls: [
      { cancels: true, gets: admitted() },
      { on: 'rate', cancels: true, gets: admitted() },
      { cancels: true, holds: 3, gets: admitted() },
      { holds: 2, gets: admitted() },
      { calls: 4, on: 'rate', gets: refused('rate', 4, 26) },
    ],
  },
  'Cache does not remember who gave up': {
    of: ({ clock }) => new Cache({ clock, throttler: new Buffered({ clock, limit: 1, places: 9 }), keepMs: 1 }),
    strict: true,
    calls: [
      { holds: 10, gets: admitted() },
      { calls: 2, aborts: 3, gets: refused('aborted', 3) },
      { calls: 3, deadline: 4, gets: refused('deadline', 4) },
      { calls: 4, holds: 1, gets: admitted(10) },
    ],
  },
  'Cache 0 remembers nothing': {
    of: ({ clock }) => new Cache({ clock, throttler: new Running(1), keepMs: 0 }),
    strict: true,
    calls: [{ holds: 5, gets: admitted() }, { gets: refused('running') }, { calls: 5, holds: 0, gets: admitted(5) }],
  },
}
