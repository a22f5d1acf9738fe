// Levels: who is let in first, and that nobody starves.

import { Priority } from '../../../src/throttle/concurrency.ts'
import { admitted, type Cases, refused, stillWaiting } from '../harness.ts'

export const priority: Cases = {
  'Priority: the first level goes before the second, though it came later': {
    of: ({ clock }) => new Priority({ clock, limit: 1, places: 9, shares: [1, 1] }),
    strict: true,
    calls: [
      { holds: 10, gets: admitted() },
      { priority: 1, holds: 10, gets: admitted(20) },
      { priority: 0, holds: 10, gets: admitted(10) },
    ],
  },
  'Priority: every level takes a free slot, the last one too': {
    of: ({ clock }) => new Priority({ clock, limit: 3, places: 0, shares: [8, 4, 1] }),
    calls: [
      { priority: 2, holds: 5, gets: admitted() },
      { priority: 2, holds: 5, gets: admitted() },
      { priority: 2, holds: 5, gets: admitted() },
      { calls: 1, priority: 0, gets: refused('line_full', 1) },
      { calls: 5, priority: 0, gets: admitted(5) },
    ],
  },
  'Priority: more levels than slots, and none waits for ever': {
    of: ({ clock }) => new Priority({ clock, limit: 1, places: 9, shares: [1, 1, 1, 1] }),
    strict: true,
    calls: [
      { holds: 1, gets: admitted() },
      { priority: 3, holds: 1, gets: admitted(4) },
      { priority: 2, holds: 1, gets: admitted(3) },
      { priority: 1, holds: 1, gets: admitted(2) },
      { priority: 0, holds: 1, gets: admitted(1) },
      { priority: 0, holds: 1, gets: admitted(5) },
    ],
  },
  'Priority: shares of 2 to 1': {
    of: ({ clock }) => new Priority({ clock, limit: 1, places: 9, shares: [2, 1] }),
    strict: true,
    calls: [
      { priority: 0, holds: 1, gets: admitted() },
      { priority: 0, holds: 1, gets: admitted(1) },
      { priority: 0, holds: 1, gets: admitted(3) },
      { priority: 0, holds: 1, gets: admitted(4) },
      { priority: 0, holds: 1, gets: admitted(6) },
      { priority: 1, holds: 1, gets: admitted(2) },
      { priority: 1, holds: 1, gets: admitted(5) },
      { priority: 1, holds: 1, gets: admitted(7) },
    ],
  },
  'Priority: a level that was empty has saved up no turns': {
    of: ({ clock }) => new Priority({ clock, limit: 1, places: 9, shares: [1, 1] }),
    strict: true,
    calls: [
      ...[0, 10, 20, 30, 50, 70].map((from) => ({ priority: 0, holds: 10, gets: admitted(from) })),
      ...[40, 60, 80].map((from) => ({ calls: 31, priority: 1, holds: 10, gets: admitted(from) })),
    ],
  },
  'Priority: a level that was empty for a moment has lost no turn, and won none': {
    of: ({ clock }) => new Priority({ clock, limit: 1, places: 9, shares: [1, 1] }),
    strict: true,
    calls: [
      ...[0, 10, 20, 30].map((from) => ({ priority: 0, holds: 10, gets: admitted(from) })),
      { calls: 31, priority: 0, holds: 10, gets: admitted(50) },
      { calls: 32, priority: 1, holds: 10, gets: admitted(40) },
      { calls: 45, priority: 1, holds: 10, gets: admitted(60) },
      { calls: 46, priority: 0, holds: 10, gets: admitted(70) },
    ],
  },
  'Priority: a call that names no level, or one too low, is of the last; one too high of the first': {
    of: ({ clock }) => new Priority({ clock, limit: 1, places: 1, shares: [1, 1] }),
    strict: true,
    calls: [
      { holds: 10, gets: admitted() },
      { holds: 1, gets: admitted(11) },
      { priority: 7, gets: refused('line_full') },
      { priority: -3, holds: 1, gets: admitted(10) },
      { priority: 0.9, gets: refused('line_full') },
      { priority: 1, gets: refused('line_full') },
    ],
  },
  'Priority: the line of one level takes no place in another': {
    of: ({ clock }) => new Priority({ clock, limit: 1, places: 1, shares: [1, 1] }),
    strict: true,
    calls: [
      { holds: 10, gets: admitted() },
      { priority: 1, holds: 10, gets: admitted(20) },
      { priority: 1, gets: refused('line_full') },
      { priority: 0, holds: 10, gets: admitted(10) },
    ],
  },
  'Priority: who gives up leaves its line, and the turn goes to the next': {
    of: ({ clock }) => new Priority({ clock, limit: 1, places: 9, shares: [5, 1] }),
    strict: true,
    calls: [
      { holds: 10, gets: admitted() },
      { priority: 0, aborts: 3, gets: refused('aborted', 3) },
      { priority: 0, deadline: 4, gets: refused('deadline', 4) },
      { priority: 1, holds: 1, gets: admitted(10) },
    ],
  },
  'Priority: keys that wait at one level take turns, whoever has more of them': {
    of: ({ clock }) => new Priority({ clock, limit: 1, places: 9, shares: [1] }),
    strict: true,
    calls: [
      { key: 'noisy', holds: 1, gets: admitted() },
      ...[1, 3, 5].map((from) => ({ key: 'noisy', holds: 1, gets: admitted(from) })),
      ...[2, 4].map((from) => ({ key: 'quiet', holds: 1, gets: admitted(from) })),
    ],
  },
  'Priority: who gives up loses its key no turn, and the last one of a key takes it out of the round': {
    of: ({ clock }) => new Priority({ clock, limit: 1, places: 9, shares: [1] }),
    strict: true,
    calls: [
      { key: 'a', holds: 10, gets: admitted() },
      { key: 'a', holds: 10, aborts: 5, gets: refused('aborted', 5) },
      { key: 'b', holds: 10, aborts: 5, gets: refused('aborted', 5) },
      { key: 'c', holds: 10, gets: admitted(20) },
      { key: 'a', holds: 10, gets: admitted(10) },
    ],
  },
  'Priority 0 rejects all, at every level': {
    of: ({ clock }) => new Priority({ clock, limit: 0, places: 9, shares: [1, 1] }),
    calls: [
      { priority: 0, gets: refused('capacity', 0, Infinity) },
      { priority: 1, gets: refused('capacity', 0, Infinity) },
    ],
  },
  'Priority: a level that is no number is none': {
    of: ({ clock }) => new Priority({ clock, limit: 1, places: 9, shares: [1, 1] }),
    calls: [{ priority: Number.NaN, gets: refused('capacity', 0, Infinity) }],
  },
  'Priority: a lease released many times lets in one': {
    of: ({ clock }) => new Priority({ clock, limit: 2, places: 9, shares: [1] }),
    calls: [
      { calls: 0, holds: 5, gets: admitted() },
      { calls: 1, gets: admitted(1) },
      { calls: 2, gets: admitted(5) },
      { calls: 3, gets: stillWaiting },
    ],
  },
  'Priority: two slots free at once let in two': {
    of: ({ clock }) => new Priority({ clock, limit: 2, places: 9, shares: [1] }),
    calls: [
      { holds: 5, gets: admitted() },
      { holds: 5, gets: admitted() },
      { calls: 1, holds: 5, gets: admitted(5) },
      { calls: 1, holds: 5, gets: admitted(5) },
      { calls: 2, holds: 5, gets: admitted(10) },
    ],
  },
}
