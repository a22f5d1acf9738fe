// One throttler by key, tries that are repeated, and answers that are remembered.

import { Retry } from '../../../src/throttle/composition.ts'
import { Running } from '../../../src/throttle/concurrency.ts'
import { Generator, Pattern } from '../../../src/throttle/keyed.ts'
import { Wait } from '../../../src/throttle/pauses.ts'
import { Timed } from '../../../src/throttle/rate.ts'
import { rejected } from '../../../src/throttle/throttler.ts'
import { After, Before, Echo, Panic } from '../../../src/throttle/values.ts'
import { admitted, type Cases, refused, threw } from '../harness.ts'

export const keyed: Cases = {
  'Pattern asks the first whose pattern the key fits': {
    of: () =>
      new Pattern([
        { pattern: /^\/bulk/, throttler: new Echo(rejected('heap', 7)) },
        { pattern: /^\//, throttler: new Running(1) },
      ]),
    strict: true,
    calls: [
      { key: '/bulk/1', gets: refused('heap', 0, 7) },
      { key: '/one', holds: 1, gets: admitted() },
      { key: '/two', gets: refused('running') },
      { calls: 1, key: '/two', gets: admitted(1) },
      { calls: 1, key: 'other', gets: admitted(1) },
      { calls: 1, gets: admitted(1) },
    ],
  },
  'Pattern: a pattern with the flag g fits every time': {
    of: () => new Pattern([{ pattern: /a/g, throttler: new Echo(rejected('heap')) }]),
    strict: true,
    calls: [
      { key: 'a', gets: refused('heap') },
      { key: 'a', gets: refused('heap') },
      { key: 'b', gets: admitted() },
    ],
  },
  'Pattern: no key is the empty key': {
    of: () => new Pattern([{ pattern: /^$/, throttler: new Echo(rejected('heap')) }]),
    calls: [{ gets: refused('heap') }, { calls: 1, key: 'x', gets: admitted(1) }],
  },
  'Generator: a quota for each key': {
    of: () => new Generator({ make: () => new Running(1), capacity: 9 }),
    calls: [
      { key: 'a', holds: 5, gets: admitted() },
      { calls: 1, key: 'a', gets: refused('running', 1) },
      { calls: 1, key: 'b', gets: admitted(1) },
      { calls: 5, key: 'a', gets: admitted(5) },
      { calls: 5, gets: admitted(5) },
    ],
  },
  'Generator: first calls of one key at once share one quota': {
    of: () => new Generator({ make: () => new Running(1), capacity: 9 }),
    calls: [
      { key: 'a', holds: 1, gets: refused('running') },
      { key: 'a', holds: 1, gets: admitted() },
      { key: 'a', holds: 1, gets: refused('running') },
      { key: 'a', holds: 1, gets: refused('running') },
    ],
  },
  'Generator makes each by its key': {
    of: () => new Generator({ make: (key) => new Running(Number(key)), capacity: 9 }),
    calls: [
      { key: '0', gets: refused('capacity', 0, Infinity) },
      { calls: 1, key: '1', gets: admitted(1) },
    ],
  },
  'Generator: no key is the empty key': {
    of: () => new Generator({ make: (key) => new Running(key.length), capacity: 9 }),
    calls: [{ gets: refused('capacity', 0, Infinity) }, { calls: 1, key: 'x', gets: admitted(1) }],
  },
  'Generator forgets the key that was used least recently': {
    of: () => new Generator({ make: () => new After(1), capacity: 2 }),
    strict: true,
    calls: [
      { key: 'a', holds: 0, gets: admitted() },
      { key: 'b', holds: 0, gets: admitted() },
      { calls: 1, key: 'a', gets: refused('after', 1, Infinity) },
      { calls: 1, key: 'c', holds: 0, gets: admitted(1) },
      { calls: 2, key: 'a', gets: refused('after', 2, Infinity) },
      { calls: 2, key: 'b', holds: 0, gets: admitted(2) },
      { calls: 3, key: 'c', holds: 0, gets: admitted(3) },
    ],
  },
  'Generator never forgets a key that somebody holds a lease of': {
    of: () => new Generator({ make: () => new Running(1), capacity: 1 }),
    strict: true,
    calls: [
      { key: 'a', holds: 5, gets: admitted() },
      { key: 'b', gets: refused('too_many_keys') },
      { key: 'a', gets: refused('running') },
      { calls: 5, key: 'b', holds: 1, gets: admitted(5) },
      { calls: 6, key: 'a', gets: admitted(6) },
    ],
  },
  'Generator never forgets a key that somebody waits for': {
    of: ({ clock }) => new Generator({ make: () => new Wait({ clock, waitMs: 5 }), capacity: 1 }),
    strict: true,
    calls: [
      { key: 'a', aborts: 3, gets: refused('aborted', 3) },
      { calls: 2, key: 'b', gets: refused('too_many_keys', 2) },
      { calls: 3, key: 'b', gets: admitted(8) },
    ],
  },
  'Generator: a key is in use until its last lease has ended': {
    of: () => new Generator({ make: () => new Running(2), capacity: 1 }),
    strict: true,
    calls: [
      { key: 'a', holds: 5, gets: admitted() },
      { key: 'a', holds: 9, cancels: true, gets: admitted() },
      { calls: 5, key: 'b', gets: refused('too_many_keys', 5) },
      { calls: 9, key: 'b', gets: admitted(9) },
    ],
  },
  'Generator: a throttler that throws leaves its key as unused as before': {
    of: () => new Generator({ make: (key) => (key === 'a' ? new Panic() : new Running(1)), capacity: 1 }),
    strict: true,
    calls: [
      { key: 'a', gets: threw('ThrottlerPanic') },
      { key: 'b', gets: admitted() },
      { key: 'a', gets: refused('too_many_keys') },
    ],
  },
}

export const repeated: Cases = {
  'Retry tries at once before it sleeps': {
    of: ({ clock }) => new Retry({ clock, throttler: new Running(1), tries: 3, pauseMs: 10 }),
    calls: [
      { holds: 1, gets: admitted() },
      { calls: 1, holds: 1, gets: admitted(1) },
    ],
  },
  'Retry tries so often, and says the last rejection': {
    of: ({ clock }) => ({
      three: new Retry({ clock, throttler: new Before(3), tries: 3, pauseMs: 10 }),
      four: new Retry({ clock, throttler: new Before(3), tries: 4, pauseMs: 10 }),
      one: new Retry({ clock, throttler: new Before(1), tries: 1, pauseMs: 10 }),
    }),
    strict: true,
    calls: [
      { on: 'three', gets: refused('before', 20) },
      { on: 'four', gets: admitted(30) },
      { on: 'one', gets: refused('before') },
      { calls: 50, on: 'one', gets: admitted(50) },
    ],
  },
  'Retry waits as long as the rejection says, if that is longer': {
    of: ({ clock }) => {
      const timed = (pauseMs: number) => new Timed({ clock, limit: 1, intervalMs: 10 + pauseMs })
      return {
        short: new Retry({ clock, throttler: timed(0), tries: 2, pauseMs: 4 }),
        long: new Retry({ clock, throttler: timed(0), tries: 2, pauseMs: 14 }),
      }
    },
    strict: true,
    calls: [
      { on: 'short', gets: admitted() },
      { on: 'short', gets: admitted(10) },
      { on: 'long', gets: admitted() },
      { on: 'long', gets: admitted(14) },
    ],
  },
  'Retry does not repeat what is in vain': {
    of: ({ clock }) => new Retry({ clock, throttler: new Running(0), tries: 9, pauseMs: 10 }),
    calls: [{ gets: refused('capacity', 0, Infinity) }],
  },
  'Retry lets go of who gives up, and never sleeps past the deadline': {
    of: ({ clock }) => new Retry({ clock, throttler: new Echo(rejected('heap')), tries: 9, pauseMs: 10 }),
    calls: [
      { aborts: 14, gets: refused('aborted', 14) },
      { calls: 20, deadline: 35, gets: refused('deadline', 30) },
      { calls: 40, deadline: 120, gets: refused('heap', 120) },
    ],
  },
  'Retry asks no second time for who gave up in the other': {
    of: ({ clock }) => new Retry({ clock, throttler: new Wait({ clock, waitMs: 5 }), tries: 3, pauseMs: 0 }),
    calls: [
      { deadline: 4, gets: refused('deadline') },
      { calls: 1, aborts: 2, gets: refused('aborted', 2) },
    ],
  },
}
