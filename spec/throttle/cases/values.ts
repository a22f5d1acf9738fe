// What throttlers that hold nothing say: by number, time, caller and chance.

import { rejected } from '../../../src/throttle/throttler.ts'
import { After, Before, Chance, Context, Each, Echo, Future, Panic, Past } from '../../../src/throttle/values.ts'
import { admitted, type Cases, refused, threw } from '../harness.ts'

export const values: Cases = {
  'Echo without a rejection admits all': {
    of: () => new Echo(),
    calls: [{ holds: 0, gets: admitted() }, { gets: admitted() }, { calls: 5, cancels: true, gets: admitted(5) }],
  },
  'Echo says what it was given': {
    of: () => new Echo(rejected('heap', 17)),
    calls: [{ gets: refused('heap', 0, 17) }, { calls: 5, gets: refused('heap', 5, 17) }],
  },
  'Panic throws at every call': {
    of: () => new Panic(),
    calls: [{ gets: threw('ThrottlerPanic') }, { calls: 5, gets: threw('ThrottlerPanic', 5) }],
  },
  'Context admits whom nothing stops': {
    of: ({ clock }) => new Context({ clock }),
    calls: [
      { gets: admitted() },
      { calls: 4, deadline: 5, gets: admitted(4) },
      { calls: 4, aborts: 5, gets: admitted(4) },
    ],
  },
  'Context rejects a caller who is gone': {
    of: ({ clock }) => new Context({ clock }),
    calls: [
      { aborts: 6, gets: admitted() },
      { calls: 5, aborts: 5, gets: refused('aborted', 5, Infinity) },
    ],
  },
  'Context rejects at the deadline and after it': {
    of: ({ clock }) => new Context({ clock }),
    calls: [
      { calls: 4, deadline: 5, gets: admitted(4) },
      { calls: 5, deadline: 5, gets: refused('deadline', 5, Infinity) },
      { calls: 6, deadline: 5, gets: refused('deadline', 6, Infinity) },
    ],
  },
  'Past rejects until its time has come': {
    of: ({ clock }) => new Past({ clock, time: 10 }),
    calls: [
      { gets: refused('past', 0, 10) },
      { calls: 9, gets: refused('past', 9, 1) },
      { calls: 10, gets: admitted(10) },
      { calls: 11, gets: admitted(11) },
    ],
  },
  'Past goes by the time that the call is about': {
    of: ({ clock }) => new Past({ clock, time: 10 }),
    calls: [
      { at: 10, gets: admitted() },
      { calls: 20, at: 9, gets: refused('past', 20, Infinity) },
      { calls: 21, at: 11, gets: admitted(21) },
    ],
  },
  'Future admits up to its time': {
    of: ({ clock }) => new Future({ clock, time: 10 }),
    calls: [
      { gets: admitted() },
      { calls: 10, gets: admitted(10) },
      { calls: 11, gets: refused('future', 11, Infinity) },
    ],
  },
  'Future goes by the time that the call is about': {
    of: ({ clock }) => new Future({ clock, time: 10 }),
    calls: [
      { at: 11, gets: refused('future', 0, Infinity) },
      { calls: 20, at: 10, gets: admitted(20) },
    ],
  },
  'Chance 0 rejects nobody, even when chance is 0': {
    of: () => new Chance({ probability: 0, random: () => 0 }),
    calls: [{ gets: admitted() }, { gets: admitted() }],
  },
  'Chance 1 rejects all, even when chance is nearly 1': {
    of: () => new Chance({ probability: 1, random: () => 1 - Number.EPSILON }),
    calls: [{ gets: refused('chance') }, { gets: refused('chance') }],
  },
  'Chance rejects whom chance is below': {
    of: () => {
      const drawn = [0.29, 0.3, 0.31]
      return new Chance({ probability: 0.3, random: () => drawn.shift() ?? 1 })
    },
    strict: true,
    calls: [{ gets: refused('chance') }, { gets: admitted() }, { gets: admitted() }],
  },
  'Each 0 rejects nobody': {
    of: () => new Each(0),
    calls: [{ gets: admitted() }, { gets: admitted() }, { gets: admitted() }],
  },
  'Each 1 rejects all': {
    of: () => new Each(1),
    calls: [{ gets: refused('each') }, { gets: refused('each') }],
  },
  'Each 3 rejects every third': {
    of: () => new Each(3),
    strict: true,
    calls: [
      { gets: admitted() },
      { gets: admitted() },
      { gets: refused('each') },
      { gets: admitted() },
      { gets: admitted() },
      { gets: refused('each') },
    ],
  },
  'Each 3 rejects one of three at once, whichever': {
    of: () => new Each(3),
    calls: [{ gets: admitted() }, { gets: refused('each') }, { gets: admitted() }],
  },
  'Before 0 rejects nobody': {
    of: () => new Before(0),
    calls: [{ gets: admitted() }, { gets: admitted() }],
  },
  'Before 2 rejects the first two': {
    of: () => new Before(2),
    strict: true,
    calls: [
      { gets: refused('before') },
      { gets: refused('before') },
      { gets: admitted() },
      { calls: 5, gets: admitted(5) },
    ],
  },
  'After 0 rejects all': {
    of: () => new After(0),
    calls: [{ gets: refused('after', 0, Infinity) }, { gets: refused('after', 0, Infinity) }],
  },
  'After 2 rejects all but the first two, though they are released': {
    of: () => new After(2),
    strict: true,
    calls: [
      { holds: 0, gets: admitted() },
      { holds: 0, gets: admitted() },
      { gets: refused('after', 0, Infinity) },
      { calls: 5, gets: refused('after', 5, Infinity) },
    ],
  },
  'After 1 admits one of three at once': {
    of: () => new After(1),
    calls: [{ gets: refused('after', 0, Infinity) }, { gets: admitted() }, { gets: refused('after', 0, Infinity) }],
  },
}
