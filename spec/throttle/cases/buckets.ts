// The leaky bucket: what it holds, and how it empties.

import { Bucket } from '../../../src/throttle/rate.ts'
import { admitted, type Cases, refused } from '../harness.ts'

export const buckets: Cases = {
  'Bucket holds what its capacity says, and leaks evenly': {
    of: ({ clock }) => new Bucket({ clock, capacity: 2, leak: 1, perMs: 10 }),
    strict: true,
    calls: [
      { gets: admitted() },
      { gets: admitted() },
      { gets: refused('rate', 0, 10) },
      { calls: 4, gets: refused('rate', 4, 6) },
      { calls: 10, gets: admitted(10) },
      { calls: 10, gets: refused('rate', 10, 10) },
    ],
  },
  'Bucket: one of three at once': {
    of: ({ clock }) => new Bucket({ clock, capacity: 1, leak: 2, perMs: 10 }),
    calls: [{ gets: refused('rate', 0, 5) }, { gets: admitted() }, { gets: refused('rate', 0, 5) }],
  },
  'Bucket never leaks empty below nothing': {
    of: ({ clock }) => new Bucket({ clock, capacity: 2, leak: 1, perMs: 10 }),
    calls: [
      { gets: admitted() },
      { calls: 700, gets: admitted(700) },
      { calls: 700, gets: admitted(700) },
      { calls: 700, gets: refused('rate', 700, 10) },
    ],
  },
  'Bucket goes by weight': {
    of: ({ clock }) => new Bucket({ clock, capacity: 4, leak: 2, perMs: 10 }),
    strict: true,
    calls: [
      { weight: 5, gets: refused('capacity', 0, Infinity) },
      { weight: 3, gets: admitted() },
      { weight: 2, gets: refused('rate', 0, 5) },
      { calls: 5, weight: 2, gets: admitted(5) },
      { calls: 6, weight: 4, gets: refused('rate', 6, 19) },
      { calls: 25, weight: 4, gets: admitted(25) },
    ],
  },
  'Bucket without a leak fills once': {
    of: ({ clock }) => new Bucket({ clock, capacity: 1, leak: 0, perMs: 10 }),
    calls: [
      { gets: admitted() },
      { calls: 1, gets: refused('rate', 1, Infinity) },
      { calls: 999, gets: refused('rate', 999, Infinity) },
    ],
  },
  'Bucket 0 rejects all': {
    of: ({ clock }) => new Bucket({ clock, capacity: 0, leak: 5, perMs: 10 }),
    calls: [{ gets: refused('capacity', 0, Infinity) }, { calls: 9, gets: refused('capacity', 9, Infinity) }],
  },
  'Bucket: a release gives nothing back, a cancel does': {
    of: ({ clock }) => new Bucket({ clock, capacity: 1, leak: 1, perMs: 10 }),
    strict: true,
    calls: [
      { holds: 0, gets: admitted() },
      { gets: refused('rate', 0, 10) },
      { calls: 10, cancels: true, gets: admitted(10) },
      { calls: 10, gets: admitted(10) },
      { calls: 10, gets: refused('rate', 10, 10) },
    ],
  },
  'Bucket: what came before a cancelled call stays counted': {
    of: ({ clock }) => new Bucket({ clock, capacity: 3, leak: 1, perMs: 10 }),
    strict: true,
    calls: [
      { weight: 2, gets: admitted() },
      { cancels: true, gets: admitted() },
      { gets: admitted() },
      { gets: refused('rate', 0, 10) },
    ],
  },
  'Bucket: what is cancelled late has made no room for more than came since': {
    of: ({ clock }) => new Bucket({ clock, capacity: 2, leak: 1, perMs: 10 }),
    strict: true,
    calls: [
      { holds: 15, cancels: true, gets: admitted() },
      { calls: 5, gets: admitted(5) },
      { calls: 15, gets: admitted(15) },
      { calls: 15, gets: refused('rate', 15, 5) },
    ],
  },
  'Bucket: what is cancelled soon has made room, though others came in between': {
    of: ({ clock }) => new Bucket({ clock, capacity: 2, leak: 1, perMs: 10 }),
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
