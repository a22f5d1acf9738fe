// How much gets through in a time, to the millisecond; and that quota comes back though nobody is there.

import { CellRate, Timed } from '../../../src/throttle/rate.ts'
import { admitted, type Cases, refused, threw } from '../harness.ts'

export const timed: Cases = {
  'Timed 2 admits two of three at once': {
    of: ({ clock }) => new Timed({ clock, limit: 2, intervalMs: 10 }),
    calls: [{ gets: admitted() }, { gets: refused('rate', 0, 10) }, { gets: admitted() }],
  },
  'Timed fills up at the end of each interval, long after the first call is gone': {
    of: ({ clock }) => new Timed({ clock, limit: 1, intervalMs: 10 }),
    strict: true,
    calls: [
      { aborts: 1, holds: 1, gets: admitted() },
      { calls: 9, gets: refused('rate', 9, 1) },
      { calls: 10, gets: admitted(10) },
      { calls: 19, gets: refused('rate', 19, 1) },
      { calls: 20, gets: admitted(20) },
      { calls: 995, gets: admitted(995) },
      { calls: 999, gets: refused('rate', 999, 1) },
      { calls: 1000, gets: admitted(1000) },
    ],
  },
  'Timed: a rest fills it no further than its limit': {
    of: ({ clock }) => new Timed({ clock, limit: 2, intervalMs: 10 }),
    calls: [
      { gets: admitted() },
      { calls: 95, gets: admitted(95) },
      { calls: 95, gets: admitted(95) },
      { calls: 95, gets: refused('rate', 95, 5) },
    ],
  },
  'Timed with a smaller refill': {
    of: ({ clock }) => new Timed({ clock, limit: 3, intervalMs: 10, refill: 1 }),
    strict: true,
    calls: [
      { weight: 3, gets: admitted() },
      { weight: 3, gets: refused('rate', 0, 30) },
      { weight: 2, gets: refused('rate', 0, 20) },
      { calls: 10, gets: admitted(10) },
      { calls: 25, weight: 2, gets: refused('rate', 25, 5) },
      { calls: 30, weight: 2, gets: admitted(30) },
      { calls: 30, gets: refused('rate', 30, 10) },
    ],
  },
  'Timed with refill 0 is used up once': {
    of: ({ clock }) => new Timed({ clock, limit: 1, intervalMs: 10, refill: 0 }),
    calls: [
      { gets: admitted() },
      { calls: 1, gets: refused('rate', 1, Infinity) },
      { calls: 100, gets: refused('rate', 100, Infinity) },
    ],
  },
  'Timed 0 rejects all': {
    of: ({ clock }) => new Timed({ clock, limit: 0, intervalMs: 10 }),
    calls: [{ gets: refused('capacity', 0, Infinity) }, { calls: 50, gets: refused('capacity', 50, Infinity) }],
  },
  'Timed: what weighs more than the limit never gets in; what weighs as much does': {
    of: ({ clock }) => new Timed({ clock, limit: 2, intervalMs: 10 }),
    strict: true,
    calls: [
      { weight: 3, gets: refused('capacity', 0, Infinity) },
      { weight: 0, gets: threw('RangeError') },
      { weight: 2, gets: admitted() },
      { gets: refused('rate', 0, 10) },
    ],
  },
  'Timed: a release gives nothing back': {
    of: ({ clock }) => new Timed({ clock, limit: 1, intervalMs: 10 }),
    calls: [
      { holds: 0, gets: admitted() },
      { calls: 5, gets: refused('rate', 5, 5) },
    ],
  },
  'Timed: a cancelled call has taken nothing': {
    of: ({ clock }) => new Timed({ clock, limit: 3, intervalMs: 10 }),
    strict: true,
    calls: [
      { weight: 2, cancels: true, gets: admitted() },
      { weight: 3, gets: admitted() },
      { gets: refused('rate', 0, 10) },
    ],
  },
  'Timed: what is cancelled after a filling is not given back twice': {
    of: ({ clock }) => new Timed({ clock, limit: 1, intervalMs: 10 }),
    calls: [
      { holds: 12, cancels: true, gets: admitted() },
      { calls: 11, gets: admitted(11) },
      { calls: 13, gets: refused('rate', 13, 7) },
    ],
  },
}

export const cells: Cases = {
  'CellRate admits evenly': {
    of: ({ clock }) => new CellRate({ clock, rate: 4, perMs: 20 }),
    strict: true,
    calls: [
      { gets: admitted() },
      { gets: refused('rate', 0, 5) },
      { calls: 4, gets: refused('rate', 4, 1) },
      { calls: 5, gets: admitted(5) },
      { calls: 10, gets: admitted(10) },
      { calls: 14, gets: refused('rate', 14, 1) },
    ],
  },
  'CellRate: one of three at once': {
    of: ({ clock }) => new CellRate({ clock, rate: 1, perMs: 20 }),
    calls: [{ gets: refused('rate', 0, 20) }, { gets: admitted() }, { gets: refused('rate', 0, 20) }],
  },
  'CellRate: a burst, then evenly': {
    of: ({ clock }) => new CellRate({ clock, rate: 2, perMs: 20, burst: 3 }),
    strict: true,
    calls: [
      { gets: admitted() },
      { gets: admitted() },
      { gets: admitted() },
      { gets: refused('rate', 0, 10) },
      { calls: 10, gets: admitted(10) },
      { calls: 10, gets: refused('rate', 10, 10) },
    ],
  },
  'CellRate: a long rest saves up one burst': {
    of: ({ clock }) => new CellRate({ clock, rate: 1, perMs: 10, burst: 2 }),
    calls: [
      { gets: admitted() },
      { calls: 900, gets: admitted(900) },
      { calls: 900, gets: admitted(900) },
      { calls: 900, gets: refused('rate', 900, 10) },
    ],
  },
  'CellRate goes by weight': {
    of: ({ clock }) => new CellRate({ clock, rate: 1, perMs: 10, burst: 4 }),
    strict: true,
    calls: [
      { weight: 5, gets: refused('capacity', 0, Infinity) },
      { weight: 3, gets: admitted() },
      { weight: 2, gets: refused('rate', 0, 10) },
      { weight: 1, gets: admitted() },
      { calls: 10, weight: 2, gets: refused('rate', 10, 10) },
      { calls: 20, weight: 2, gets: admitted(20) },
    ],
  },
  'CellRate whose unit is no whole millisecond admits who waited as long as told': {
    of: ({ clock }) => new CellRate({ clock, rate: 3, perMs: 1 }),
    strict: true,
    calls: [
      { gets: admitted() },
      { gets: refused('rate', 0, 1 / 3) },
      { calls: 1 / 3, gets: admitted(1 / 3) },
      { calls: 2 / 3, gets: admitted(2 / 3) },
      { calls: 1, gets: admitted(1) },
      { calls: 1, gets: refused('rate', 1, 1 / 3) },
    ],
  },
  'CellRate 0 rejects all, and so does burst 0': {
    of: ({ clock }) => ({
      rate: new CellRate({ clock, rate: 0, perMs: 10, burst: 5 }),
      burst: new CellRate({ clock, rate: 5, perMs: 10, burst: 0 }),
    }),
    calls: [
      { on: 'rate', gets: refused('capacity', 0, Infinity) },
      { calls: 99, on: 'rate', gets: refused('capacity', 99, Infinity) },
      { calls: 100, on: 'burst', gets: refused('capacity', 100, Infinity) },
    ],
  },
  'CellRate: a release gives nothing back, a cancel does': {
    of: ({ clock }) => new CellRate({ clock, rate: 1, perMs: 10 }),
    strict: true,
    calls: [
      { holds: 0, gets: admitted() },
      { gets: refused('rate', 0, 10) },
      { calls: 10, cancels: true, gets: admitted(10) },
      { calls: 10, gets: admitted(10) },
      { calls: 10, gets: refused('rate', 10, 10) },
    ],
  },
  'CellRate: what came before a cancelled call stays counted': {
    of: ({ clock }) => new CellRate({ clock, rate: 1, perMs: 10, burst: 3 }),
    strict: true,
    calls: [
      { weight: 2, gets: admitted() },
      { cancels: true, gets: admitted() },
      { gets: admitted() },
      { gets: refused('rate', 0, 10) },
    ],
  },
  'CellRate: what is cancelled late has made no room for more than came since': {
    of: ({ clock }) => new CellRate({ clock, rate: 1, perMs: 10, burst: 2 }),
    strict: true,
    calls: [
      { holds: 15, cancels: true, gets: admitted() },
      { calls: 5, gets: admitted(5) },
      { calls: 15, gets: admitted(15) },
      { calls: 15, gets: refused('rate', 15, 5) },
    ],
  },
  'CellRate: what is cancelled soon has made room, though others came in between': {
    of: ({ clock }) => new CellRate({ clock, rate: 1, perMs: 10, burst: 2 }),
    strict: true,
    calls: [
      { holds: 1, cancels: true, gets: admitted() },
      { gets: admitted() },
      { gets: refused('rate', 0, 10) },
      { calls: 1, gets: admitted(1) },
      { calls: 1, gets: refused('rate', 1, 10) },
    ],
  },
}
