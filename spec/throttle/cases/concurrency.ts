// Who may run at the same time, who waits for whom, and that every slot comes back.

import { Buffered, Running, Semaphore } from '../../../src/throttle/concurrency.ts'
import { admitted, type Cases, refused, stillWaiting, threw } from '../harness.ts'

export const concurrency: Cases = {
  'Running 0 rejects all': {
    of: () => new Running(0),
    calls: [{ gets: refused('capacity', 0, Infinity) }, { calls: 9, gets: refused('capacity', 9, Infinity) }],
  },
  'Running 2 admits two of three at once': {
    of: () => new Running(2),
    calls: [{ gets: admitted() }, { gets: refused('running') }, { gets: admitted() }],
  },
  'Running: a slot is free at the moment of release': {
    of: () => new Running(1),
    calls: [
      { holds: 10, gets: admitted() },
      { calls: 9, gets: refused('running', 9) },
      { calls: 10, holds: 1, gets: admitted(10) },
      { calls: 11, holds: 1, gets: admitted(11) },
    ],
  },
  'Running: a lease released many times frees one slot': {
    of: () => new Running(2),
    calls: [
      { holds: 5, gets: admitted() },
      { gets: admitted() },
      { calls: 5, gets: admitted(5) },
      { calls: 5, gets: refused('running', 5) },
    ],
  },
  'Running: rejected calls do not run': {
    of: () => new Running(1),
    calls: [
      { holds: 5, gets: admitted() },
      { calls: 1, gets: refused('running', 1) },
      { calls: 1, gets: refused('running', 1) },
      { calls: 5, holds: 1, gets: admitted(5) },
      { calls: 6, gets: admitted(6) },
      { calls: 6, gets: refused('running', 6) },
    ],
  },
  'Running: a cancelled call frees its slot': {
    of: () => new Running(1),
    calls: [
      { cancels: true, gets: admitted() },
      { calls: 1, gets: admitted(1) },
      { calls: 2, gets: refused('running', 2) },
    ],
  },
  'Buffered 0 rejects all, and nobody waits for a slot that is not there': {
    of: ({ clock }) => new Buffered({ clock, limit: 0, places: 9 }),
    calls: [{ gets: refused('capacity', 0, Infinity) }, { gets: refused('capacity', 0, Infinity) }],
  },
  'Buffered: each waits until the one before it has released': {
    of: ({ clock }) => new Buffered({ clock, limit: 1, places: 9 }),
    calls: [
      { holds: 10, gets: admitted() },
      { holds: 10, gets: admitted(10) },
      { holds: 10, gets: admitted(20) },
      { calls: 29, holds: 10, gets: admitted(30) },
      { calls: 50, holds: 10, gets: admitted(50) },
    ],
  },
  'Buffered 2: two at a time': {
    of: ({ clock }) => new Buffered({ clock, limit: 2, places: 9 }),
    calls: [
      { holds: 10, gets: admitted() },
      { holds: 10, gets: admitted() },
      { holds: 10, gets: admitted(10) },
      { holds: 10, gets: admitted(10) },
      { holds: 10, gets: admitted(20) },
    ],
  },
  'Buffered: first come, first served': {
    of: ({ clock }) => new Buffered({ clock, limit: 1, places: 9 }),
    strict: true,
    calls: [
      { holds: 3, gets: admitted() },
      { holds: 7, gets: admitted(3) },
      { holds: 1, gets: admitted(10) },
      { calls: 5, holds: 1, gets: admitted(11) },
    ],
  },
  'Buffered: whoever finds no place is told so': {
    of: ({ clock }) => new Buffered({ clock, limit: 1, places: 1 }),
    calls: [
      { holds: 10, gets: admitted() },
      { holds: 10, gets: admitted(10) },
      { holds: 10, gets: refused('line_full') },
      { calls: 10, holds: 1, gets: admitted(20) },
      { calls: 11, gets: refused('line_full', 11) },
    ],
  },
  'Buffered without places rejects instead of waiting': {
    of: ({ clock }) => new Buffered({ clock, limit: 1, places: 0 }),
    calls: [
      { holds: 10, gets: admitted() },
      { holds: 10, gets: refused('line_full') },
      { calls: 10, gets: admitted(10) },
    ],
  },
  'Buffered: who gives up leaves the line at once, and the place is free': {
    of: ({ clock }) => new Buffered({ clock, limit: 1, places: 1 }),
    strict: true,
    calls: [
      { holds: 10, gets: admitted() },
      { aborts: 4, gets: refused('aborted', 4) },
      { calls: 3, gets: refused('line_full', 3) },
      { calls: 4, holds: 1, gets: admitted(10) },
    ],
  },
  'Buffered: who has given up takes no place': {
    of: ({ clock }) => new Buffered({ clock, limit: 1, places: 1 }),
    strict: true,
    calls: [
      { holds: 10, gets: admitted() },
      { calls: 2, aborts: 2, gets: refused('aborted', 2) },
      { calls: 3, holds: 1, gets: admitted(10) },
    ],
  },
  'Buffered: who gives up after being admitted holds on': {
    of: ({ clock }) => new Buffered({ clock, limit: 1, places: 2 }),
    strict: true,
    calls: [
      { holds: 10, gets: admitted() },
      { aborts: 12, holds: 10, gets: admitted(10) },
      { holds: 1, gets: admitted(20) },
    ],
  },
  'Buffered: nobody waits past the deadline, nor after it': {
    of: ({ clock }) => new Buffered({ clock, limit: 1, places: 1 }),
    strict: true,
    calls: [
      { holds: 20, gets: admitted() },
      { deadline: 7, gets: refused('deadline', 7) },
      { calls: 8, deadline: 8, gets: refused('deadline', 8) },
      { calls: 9, deadline: 21, holds: 1, gets: admitted(20) },
      { calls: 30, deadline: 29, gets: admitted(30) },
    ],
  },
  'Buffered: who comes too late takes no place from who comes with it': {
    of: ({ clock }) => new Buffered({ clock, limit: 1, places: 1 }),
    calls: [
      { holds: 20, gets: admitted() },
      { calls: 8, deadline: 8, gets: refused('deadline', 8) },
      { calls: 8, gets: admitted(20) },
    ],
  },
  'Buffered: a lease released many times lets in one': {
    of: ({ clock }) => new Buffered({ clock, limit: 1, places: 9 }),
    strict: true,
    calls: [{ holds: 10, gets: admitted() }, { gets: admitted(10) }, { gets: stillWaiting }],
  },
  'Buffered: a cancelled call lets in the next': {
    of: ({ clock }) => new Buffered({ clock, limit: 1, places: 9 }),
    strict: true,
    calls: [{ holds: 5, cancels: true, gets: admitted() }, { gets: admitted(5) }],
  },
  'Buffered counts calls, whatever they weigh': {
    of: ({ clock }) => new Buffered({ clock, limit: 2, places: 9 }),
    calls: [
      { weight: 5, holds: 3, gets: admitted() },
      { weight: 5, holds: 3, gets: admitted() },
      { weight: 5, holds: 3, gets: admitted(3) },
    ],
  },
  'Semaphore admits as much as it holds': {
    of: ({ clock }) => new Semaphore({ clock, capacity: 5, places: 9 }),
    strict: true,
    calls: [
      { weight: 3, holds: 10, gets: admitted() },
      { weight: 2, holds: 20, gets: admitted() },
      { weight: 1, holds: 30, gets: admitted(10) },
      { calls: 11, weight: 2, holds: 30, gets: admitted(11) },
      { calls: 12, weight: 3, gets: admitted(40) },
    ],
  },
  'Semaphore: a heavy call is not passed by light ones': {
    of: ({ clock }) => new Semaphore({ clock, capacity: 3, places: 9 }),
    strict: true,
    calls: [
      { weight: 2, holds: 10, gets: admitted() },
      { weight: 3, holds: 10, gets: admitted(10) },
      { weight: 1, holds: 10, gets: admitted(20) },
      { weight: 2, holds: 10, gets: admitted(20) },
    ],
  },
  'Semaphore: when the heavy one gives up, those behind it go on at once': {
    of: ({ clock }) => new Semaphore({ clock, capacity: 3, places: 9 }),
    strict: true,
    calls: [
      { weight: 2, holds: 50, gets: admitted() },
      { weight: 3, aborts: 4, gets: refused('aborted', 4) },
      { weight: 1, holds: 1, gets: admitted(4) },
      { weight: 1, holds: 1, gets: admitted(5) },
    ],
  },
}

export const weights: Cases = {
  'Semaphore: the same at a deadline': {
    of: ({ clock }) => new Semaphore({ clock, capacity: 3, places: 9 }),
    strict: true,
    calls: [
      { weight: 2, holds: 50, gets: admitted() },
      { weight: 3, deadline: 6, gets: refused('deadline', 6) },
      { weight: 1, holds: 1, gets: admitted(6) },
    ],
  },
  'Semaphore rejects what can never fit, and waits for what just fits': {
    of: ({ clock }) => new Semaphore({ clock, capacity: 3, places: 9 }),
    strict: true,
    calls: [
      { weight: 4, gets: refused('capacity', 0, Infinity) },
      { weight: 3, holds: 2, gets: admitted() },
      { holds: 1, gets: admitted(2) },
    ],
  },
  'Semaphore 0 rejects all': {
    of: ({ clock }) => new Semaphore({ clock, capacity: 0, places: 9 }),
    calls: [{ gets: refused('capacity', 0, Infinity) }, { weight: 2, gets: refused('capacity', 0, Infinity) }],
  },
  'Semaphore: a weight that is none is a mistake, and takes nothing': {
    of: ({ clock }) => new Semaphore({ clock, capacity: 1, places: 9 }),
    strict: true,
    calls: [
      { weight: 0, gets: threw('RangeError') },
      { weight: -1, gets: threw('RangeError') },
      { weight: 0.5, gets: threw('RangeError') },
      { weight: Number.NaN, gets: threw('RangeError') },
      { gets: admitted() },
    ],
  },
  'Semaphore: a call released many times gives back its own weight': {
    of: ({ clock }) => new Semaphore({ clock, capacity: 4, places: 9 }),
    strict: true,
    calls: [
      { weight: 2, holds: 5, gets: admitted() },
      { weight: 2, gets: admitted() },
      { weight: 2, gets: admitted(5) },
      { weight: 1, gets: stillWaiting },
    ],
  },
}
