// A limit that follows the latencies: how it rises and falls, and between which bounds.

import { Adaptive } from '../../../src/throttle/load.ts'
import { admitted, type Cases, refused } from '../harness.ts'

export const adaptive: Cases = {
  'Adaptive begins at its floor': {
    of: ({ clock }) => new Adaptive({ clock, slowMs: 5, floor: 2, ceiling: 9 }),
    calls: [{ gets: admitted() }, { gets: refused('adaptive') }, { gets: admitted() }],
  },
  'Adaptive begins where it is told to': {
    of: ({ clock }) => new Adaptive({ clock, slowMs: 5, floor: 1, ceiling: 9, start: 3 }),
    calls: [{ gets: admitted() }, { gets: admitted() }, { gets: admitted() }, { gets: refused('adaptive') }],
  },
  'Adaptive: a lease released many times frees one slot': {
    of: ({ clock }) => new Adaptive({ clock, slowMs: 0, floor: 2, ceiling: 2 }),
    calls: [
      { holds: 5, gets: admitted() },
      { gets: admitted() },
      { calls: 5, gets: admitted(5) },
      { calls: 5, gets: refused('adaptive', 5) },
    ],
  },
  'Adaptive rises by one a round of fast calls': {
    of: ({ clock }) => new Adaptive({ clock, slowMs: 5, floor: 1, ceiling: 9 }),
    calls: [
      { holds: 5, gets: admitted() },
      { calls: 5, holds: 5, gets: admitted(5) },
      { calls: 5, holds: 5, gets: admitted(5) },
      { calls: 5, holds: 5, gets: refused('adaptive', 5) },
      { calls: 10, gets: admitted(10) },
      { calls: 10, gets: admitted(10) },
      { calls: 10, gets: refused('adaptive', 10) },
    ],
  },
  'Adaptive: each step up is one by the limit; of two that end at once only the first found it used': {
    of: ({ clock }) => new Adaptive({ clock, slowMs: 5, floor: 2, ceiling: 9 }),
    calls: [
      ...[0, 0, 1, 1].map((calls) => ({ calls, holds: 1, gets: admitted(calls) })),
      { calls: 2, holds: 1, gets: admitted(2) },
      { calls: 2, holds: 1, gets: admitted(2) },
      { calls: 2, holds: 1, gets: refused('adaptive', 2) },
      { calls: 3, gets: admitted(3) },
      { calls: 3, gets: admitted(3) },
      { calls: 3, gets: admitted(3) },
      { calls: 3, gets: refused('adaptive', 3) },
    ],
  },
  'Adaptive never rises above its ceiling, however many fast calls fill it': {
    of: ({ clock }) => new Adaptive({ clock, slowMs: 5, floor: 2, ceiling: 3 }),
    calls: [
      ...Array.from({ length: 20 }, (_, round) => [round, round])
        .flat()
        .map((calls) => ({ calls, holds: 1, gets: admitted(calls) })),
      ...Array.from({ length: 60 }, (_, call) => 20 + Math.floor(call / 3)).map((calls) => ({
        calls,
        holds: 1,
        gets: admitted(calls),
      })),
      ...[50, 50, 50].map((calls) => ({ calls, gets: admitted(calls) })),
      { calls: 50, gets: refused('adaptive', 50) },
    ],
  },
  'Adaptive does not rise while half of it is unused': {
    of: ({ clock }) => new Adaptive({ clock, slowMs: 5, floor: 1, ceiling: 9, start: 3 }),
    calls: [
      ...Array.from({ length: 20 }, (_, round) => ({ calls: round, holds: 1, gets: admitted(round) })),
      { calls: 50, gets: admitted(50) },
      { calls: 50, gets: admitted(50) },
      { calls: 50, gets: admitted(50) },
      { calls: 50, gets: refused('adaptive', 50) },
    ],
  },
  'Adaptive rises when just half of it is used': {
    of: ({ clock }) => new Adaptive({ clock, slowMs: 5, floor: 1, ceiling: 9, start: 2 }),
    calls: [
      ...[0, 1, 1, 2, 2].map((calls) => ({ calls, holds: 1, gets: admitted(calls) })),
      ...[3, 3, 3].map((calls) => ({ calls, gets: admitted(calls) })),
      { calls: 3, gets: refused('adaptive', 3) },
    ],
  },
  'Adaptive falls at a slow call': {
    of: ({ clock }) => new Adaptive({ clock, slowMs: 5, floor: 1, ceiling: 9, start: 4, decrease: 0.5 }),
    calls: [
      { holds: 6, gets: admitted() },
      { calls: 5, gets: admitted(5) },
      { calls: 6, gets: admitted(6) },
      { calls: 6, gets: refused('adaptive', 6) },
    ],
  },
  'Adaptive falls by a tenth if it is not told how far': {
    of: ({ clock }) => new Adaptive({ clock, slowMs: 5, floor: 1, ceiling: 99, start: 10 }),
    calls: [
      { holds: 6, gets: admitted() },
      ...Array.from({ length: 9 }, () => ({ calls: 7, gets: admitted(7) })),
      { calls: 7, gets: refused('adaptive', 7) },
    ],
  },
  'Adaptive falls once a round: calls from before the fall tell nothing new': {
    of: ({ clock }) => new Adaptive({ clock, slowMs: 5, floor: 1, ceiling: 9, start: 4, decrease: 0.5 }),
    calls: [
      { holds: 6, gets: admitted() },
      { holds: 7, gets: admitted() },
      { calls: 5, holds: 6, gets: admitted(5) },
      { calls: 11, gets: admitted(11) },
      { calls: 11, gets: admitted(11) },
      { calls: 11, gets: refused('adaptive', 11) },
    ],
  },
  'Adaptive falls again at a call that began when it had fallen': {
    of: ({ clock }) => new Adaptive({ clock, slowMs: 5, floor: 1, ceiling: 9, start: 4, decrease: 0.5 }),
    calls: [
      { holds: 6, gets: admitted() },
      { calls: 6, holds: 6, gets: admitted(6) },
      { calls: 12, gets: admitted(12) },
      { calls: 12, gets: refused('adaptive', 12) },
    ],
  },
  'Adaptive never falls below its floor': {
    of: ({ clock }) => new Adaptive({ clock, slowMs: 0, floor: 2, ceiling: 9, start: 3, decrease: 0.1 }),
    calls: [
      ...Array.from({ length: 9 }, (_, round) => ({ calls: round, holds: 1, gets: admitted(round) })),
      { calls: 20, gets: admitted(20) },
      { calls: 20, gets: admitted(20) },
      { calls: 20, gets: refused('adaptive', 20) },
    ],
  },
  'Adaptive: a cancelled call tells nothing, and leaves': {
    of: ({ clock }) => new Adaptive({ clock, slowMs: 5, floor: 1, ceiling: 9, start: 2, decrease: 0.5 }),
    calls: [
      { holds: 9, cancels: true, gets: admitted() },
      { calls: 1, holds: 2, cancels: true, gets: admitted(1) },
      { calls: 9, gets: admitted(9) },
      { calls: 9, gets: admitted(9) },
      { calls: 9, gets: refused('adaptive', 9) },
    ],
  },
}
