// Throttlers made of others: who decides, and that nobody keeps what the whole did not get.

import { All, Any, Not, Ring, Suppress } from '../../../src/throttle/composition.ts'
import { Buffered, Running } from '../../../src/throttle/concurrency.ts'
import { Wait } from '../../../src/throttle/pauses.ts'
import { CellRate } from '../../../src/throttle/rate.ts'
import { rejected } from '../../../src/throttle/throttler.ts'
import { After, Echo, Panic } from '../../../src/throttle/values.ts'
import { admitted, type Cases, refused, threw } from '../harness.ts'

const no = new Echo(rejected('heap', 7))
const later = new Echo(rejected('cpu', 9))

export const composites: Cases = {
  'Any admits if all admit, and takes of each': {
    of: () => {
      const [one, other] = [new Running(2), new Running(1)]
      return { both: new Any([one, other]), one, other }
    },
    strict: true,
    calls: [
      { holds: 5, gets: admitted() },
      { on: 'other', gets: refused('running') },
      { on: 'one', gets: admitted() },
      { on: 'one', gets: refused('running') },
      { calls: 5, on: 'other', gets: admitted(5) },
      { calls: 5, on: 'one', gets: admitted(5) },
    ],
  },
  'Any: when the second rejects, the first gets back what it gave': {
    of: () => {
      const one = new Running(1)
      return { both: new Any([one, no]), one }
    },
    strict: true,
    calls: [
      { gets: refused('heap', 0, 7) },
      { gets: refused('heap', 0, 7) },
      { on: 'one', gets: admitted() },
      { gets: refused('running') },
    ],
  },
  'Any: when the second throws, the first gets back what it gave': {
    of: () => {
      const one = new Running(1)
      return { both: new Any([one, new Panic()]), one }
    },
    strict: true,
    calls: [{ gets: threw('ThrottlerPanic') }, { on: 'one', gets: admitted() }],
  },
  'Any: a rate gets its unit back when the second rejects': {
    of: ({ clock }) => {
      const rate = new CellRate({ clock, rate: 1, perMs: 10, burst: 3 })
      return { both: new Any([rate, no]), rate }
    },
    calls: [
      { gets: refused('heap', 0, 7) },
      { gets: refused('heap', 0, 7) },
      { gets: refused('heap', 0, 7) },
      { calls: 1, on: 'rate', weight: 3, gets: admitted(1) },
    ],
  },
  'Any: when somebody gives up in the second, the first gets back what it gave, at once': {
    of: ({ clock }) => {
      const one = new Running(1)
      return { both: new Any([one, new Wait({ clock, waitMs: 10 })]), one }
    },
    calls: [
      { aborts: 4, gets: refused('aborted', 4) },
      { calls: 3, on: 'one', gets: refused('running', 3) },
      { calls: 4, on: 'one', gets: admitted(4) },
    ],
  },
  'Any does not ask those after the one that rejects': {
    of: () => new Any([no, new Panic()]),
    calls: [{ gets: refused('heap', 0, 7) }, { gets: refused('heap', 0, 7) }],
  },
  'Any: a cancelled call is cancelled in each': {
    of: ({ clock }) => {
      const rate = new CellRate({ clock, rate: 1, perMs: 10 })
      return { both: new Any([rate, new Running(1)]) }
    },
    strict: true,
    calls: [{ cancels: true, gets: admitted() }, { holds: 0, gets: admitted() }, { gets: refused('rate', 0, 10) }],
  },
  'Any: a released call has used up its unit': {
    of: ({ clock }) => new Any([new CellRate({ clock, rate: 1, perMs: 10 }), new Running(1)]),
    calls: [
      { holds: 1, gets: admitted() },
      { calls: 2, gets: refused('rate', 2, 8) },
      { calls: 10, gets: admitted(10) },
    ],
  },
  'Any lets those who overlap in only as far as each goes': {
    of: ({ clock }) => new Any([new Buffered({ clock, limit: 2, places: 9 }), new Running(1)]),
    calls: [
      { holds: 5, gets: admitted() },
      { holds: 5, gets: refused('running') },
      { holds: 5, gets: refused('running') },
      { calls: 5, holds: 5, gets: admitted(5) },
    ],
  },
  'All rejects if all reject, for the one that is ready first': {
    of: () => ({ all: new All([later, no]), other: new All([no, later]) }),
    calls: [{ gets: refused('heap', 0, 7) }, { calls: 1, on: 'other', gets: refused('heap', 1, 7) }],
  },
  'All: of two that are ready at the same time, it says the last': {
    of: () => new All([later, no, new Echo(rejected('metric', 7)), later]),
    calls: [{ gets: refused('metric', 0, 7) }],
  },
  'All: what is in vain for all is in vain': {
    of: () => new All([new After(0), new Running(0)]),
    calls: [{ gets: refused('capacity', 0, Infinity) }],
  },
  'All admits by the first that admits, and asks no other': {
    of: () => {
      const other = new After(1)
      return { all: new All([no, new Running(1), other]), other }
    },
    strict: true,
    calls: [
      { holds: 1, gets: admitted() },
      { on: 'other', gets: admitted() },
    ],
  },
  'All: the second gets back what it gave': {
    of: () => {
      const [one, other] = [new Running(1), new Running(1)]
      return { all: new All([one, other]), one, other }
    },
    strict: true,
    calls: [
      { holds: 20, gets: admitted() },
      { holds: 10, gets: admitted() },
      { gets: refused('running') },
      { calls: 10, on: 'one', gets: refused('running', 10) },
      { calls: 10, on: 'other', gets: admitted(10) },
      { calls: 20, on: 'one', gets: admitted(20) },
    ],
  },
  'All asks nobody else for a caller who gave up': {
    of: ({ clock }) => new All([new Wait({ clock, waitMs: 10 }), new Panic()]),
    calls: [{ aborts: 4, gets: refused('aborted', 4) }, { gets: admitted(10) }],
  },
  'All: one without a wait takes who has no time for the other': {
    of: ({ clock }) => new All([new Wait({ clock, waitMs: 10 }), new Running(1)]),
    calls: [
      { deadline: 5, gets: admitted() },
      { calls: 1, deadline: 12, gets: admitted(11) },
    ],
  },
  'Not turns it round': {
    of: () => ({ admits: new Not(no), rejects: new Not(new Echo()) }),
    calls: [
      { on: 'admits', holds: 1, gets: admitted() },
      { calls: 1, on: 'rejects', gets: refused('not', 1) },
    ],
  },
  'Not keeps nothing of what it did not want': {
    of: ({ clock }) => {
      const [one, rate] = [new Running(1), new CellRate({ clock, rate: 1, perMs: 10 })]
      return { not: new Not(new Any([one, rate])), one, rate }
    },
    strict: true,
    calls: [
      { gets: refused('not') },
      { gets: refused('not') },
      { on: 'rate', gets: admitted() },
      { on: 'one', gets: admitted() },
      { gets: admitted() },
    ],
  },
  'Not: to have given up is no answer to turn round': {
    of: ({ clock }) => new Not(new Wait({ clock, waitMs: 10 })),
    calls: [
      { aborts: 4, gets: refused('aborted', 4) },
      { deadline: 9, gets: refused('deadline') },
    ],
  },
  'Suppress admits what the other rejects, and holds its lease otherwise': {
    of: () => {
      const one = new Running(1)
      return { suppress: new Suppress(one), one }
    },
    strict: true,
    calls: [
      { holds: 5, gets: admitted() },
      { holds: 1, gets: admitted() },
      { calls: 4, on: 'one', gets: refused('running', 4) },
      { calls: 5, on: 'one', gets: admitted(5) },
    ],
  },
  'Suppress: to have given up stays a rejection, a throw a throw': {
    of: ({ clock }) => ({ wait: new Suppress(new Wait({ clock, waitMs: 10 })), panic: new Suppress(new Panic()) }),
    strict: true,
    calls: [
      { on: 'wait', aborts: 4, gets: refused('aborted', 4) },
      { on: 'wait', deadline: 9, gets: refused('deadline') },
      { on: 'panic', gets: threw('ThrottlerPanic') },
    ],
  },
  'Ring asks one after another, and again from the first': {
    of: () => new Ring([no, new Echo(), later]),
    strict: true,
    calls: [
      { gets: refused('heap', 0, 7) },
      { gets: admitted() },
      { gets: refused('cpu', 0, 9) },
      { gets: refused('heap', 0, 7) },
      { gets: admitted() },
    ],
  },
  'Ring: a release goes to the one that gave the lease': {
    of: () => {
      const [one, other] = [new Running(1), new Running(1)]
      return { ring: new Ring([one, other]), one, other }
    },
    strict: true,
    calls: [
      { holds: 5, gets: admitted() },
      { holds: 9, gets: admitted() },
      { calls: 5, on: 'one', gets: admitted(5) },
      { calls: 5, on: 'other', gets: refused('running', 5) },
      { calls: 9, on: 'other', gets: admitted(9) },
    ],
  },
}
