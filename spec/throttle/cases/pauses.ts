// How long throttlers that only wait hold whom, and how they let go of who gives up.

import { Jitter, Square, Wait } from '../../../src/throttle/pauses.ts'
import { admitted, type Cases, refused } from '../harness.ts'

export const pauses: Cases = {
  'Wait holds each call for its time, all at the same time': {
    of: ({ clock }) => new Wait({ clock, waitMs: 10 }),
    calls: [{ gets: admitted(10) }, { gets: admitted(10) }, { calls: 3, gets: admitted(13) }],
  },
  'Wait 0 holds nobody': {
    of: ({ clock }) => new Wait({ clock, waitMs: 0 }),
    calls: [{ gets: admitted() }, { calls: 5, gets: admitted(5) }],
  },
  'Wait lets go of who gives up meanwhile, at once': {
    of: ({ clock }) => new Wait({ clock, waitMs: 10 }),
    calls: [{ aborts: 4, gets: refused('aborted', 4) }, { gets: admitted(10) }, { aborts: 11, gets: admitted(10) }],
  },
  'Wait does not begin for who has given up': {
    of: ({ clock }) => new Wait({ clock, waitMs: 10 }),
    calls: [{ calls: 5, aborts: 5, gets: refused('aborted', 5) }],
  },
  'Wait does not begin what would end after the deadline': {
    of: ({ clock }) => new Wait({ clock, waitMs: 10 }),
    calls: [
      { deadline: 9, gets: refused('deadline') },
      { calls: 5, deadline: 15, gets: admitted(15) },
      { calls: 6, deadline: 15, gets: refused('deadline', 6) },
    ],
  },
  'Square waits 1, 4, 9, 16 times as long, up to the longest': {
    of: ({ clock }) => new Square({ clock, firstMs: 2, longestMs: 30 }),
    strict: true,
    calls: [
      { gets: admitted(2) },
      { gets: admitted(8) },
      { gets: admitted(18) },
      { gets: admitted(30) },
      { gets: admitted(30) },
    ],
  },
  'Square begins anew after the longest, if it is told to': {
    of: ({ clock }) => new Square({ clock, firstMs: 1, longestMs: 4, reset: true }),
    strict: true,
    calls: [
      { gets: admitted(1) },
      { gets: admitted(4) },
      { gets: admitted(1) },
      { gets: admitted(4) },
      { gets: admitted(1) },
    ],
  },
  'Square whose longest is the first never grows': {
    of: ({ clock }) => new Square({ clock, firstMs: 3, longestMs: 3 }),
    calls: [{ gets: admitted(3) }, { gets: admitted(3) }, { calls: 1, gets: admitted(4) }],
  },
  'Square at once: each waits another time, whoever it is': {
    of: ({ clock }) => new Square({ clock, firstMs: 1, longestMs: 100 }),
    calls: [{ gets: admitted(4) }, { gets: admitted(1) }, { gets: admitted(9) }],
  },
  'Square lets go of who gives up, and refuses a wait past the deadline': {
    of: ({ clock }) => new Square({ clock, firstMs: 10, longestMs: 1000 }),
    strict: true,
    calls: [
      { aborts: 3, gets: refused('aborted', 3) },
      { deadline: 39, gets: refused('deadline') },
      { deadline: 90, gets: admitted(90) },
    ],
  },
  'Jitter waits some of the time that Square would': {
    of: ({ clock, random }) => new Jitter({ clock, random, firstMs: 2, longestMs: 30 }),
    strict: true,
    calls: [
      { gets: admitted(0, 2) },
      { gets: admitted(0, 8) },
      { gets: admitted(0, 18) },
      { gets: admitted(0, 30) },
      { gets: admitted(0, 30) },
    ],
  },
  'Jitter waits exactly the part that chance says': {
    of: ({ clock }) => new Jitter({ clock, random: () => 0.5, firstMs: 2, longestMs: 8, reset: true }),
    strict: true,
    calls: [{ gets: admitted(1) }, { gets: admitted(4) }, { gets: admitted(1) }],
  },
  'Jitter may wait for nothing': {
    of: ({ clock }) => new Jitter({ clock, random: () => 0, firstMs: 2, longestMs: 8 }),
    calls: [{ gets: admitted() }, { deadline: 0, gets: admitted() }],
  },
  'Jitter lets go of who gives up, and refuses a wait past the deadline': {
    of: ({ clock }) => new Jitter({ clock, random: () => 0.5, firstMs: 20, longestMs: 80 }),
    strict: true,
    calls: [
      { aborts: 3, gets: refused('aborted', 3) },
      { deadline: 39, gets: refused('deadline') },
      { deadline: 40, gets: admitted(40) },
    ],
  },
}
