// Who is shed when calls are slow, or the process has too much to do, or somebody says so.

import { Enqueue, Latency, Metric, Monitor, Percentile } from '../../../src/throttle/load.ts'
import { admitted, type Cases, refused } from '../harness.ts'

const calm = { eventLoopDelayMs: 1, heapBytes: 100, cpuShare: 0.5 }
const most = { eventLoopDelayMs: 10, heapBytes: 1000, cpuShare: 0.9 }

export const latencies: Cases = {
  'Latency rejects after a slow call, until it is forgotten': {
    of: ({ clock }) => new Latency({ clock, slowMs: 5, retentionMs: 20 }),
    calls: [
      { holds: 6, gets: admitted() },
      { calls: 5, gets: admitted(5) },
      { calls: 6, gets: refused('latency', 6, 20) },
      { calls: 25, gets: refused('latency', 25, 1) },
      { calls: 26, holds: 5, gets: admitted(26) },
      { calls: 32, gets: admitted(32) },
    ],
  },
  'Latency: each slow call prolongs it, a fast one does not end it': {
    of: ({ clock }) => new Latency({ clock, slowMs: 5, retentionMs: 20 }),
    calls: [
      { holds: 6, gets: admitted() },
      { holds: 10, gets: admitted() },
      { calls: 5, holds: 5, gets: admitted(5) },
      { calls: 26, gets: refused('latency', 26, 4) },
      { calls: 30, gets: admitted(30) },
    ],
  },
  'Latency: a cancelled call took no time': {
    of: ({ clock }) => new Latency({ clock, slowMs: 5, retentionMs: 20 }),
    calls: [
      { holds: 6, cancels: true, gets: admitted() },
      { calls: 7, gets: admitted(7) },
    ],
  },
  'Latency 0: every call that takes time is slow': {
    of: ({ clock }) => new Latency({ clock, slowMs: 0, retentionMs: 2 }),
    calls: [
      { holds: 0, gets: admitted() },
      { calls: 1, holds: 1, gets: admitted(1) },
      { calls: 2, gets: refused('latency', 2, 2) },
      { calls: 4, gets: admitted(4) },
    ],
  },
  'Percentile rejects while too many of the last calls were slow': {
    of: ({ clock }) => new Percentile({ clock, slowMs: 5, retentionMs: 100, percentile: 0.5, capacity: 9 }),
    calls: [
      { holds: 1, gets: admitted() },
      { holds: 2, gets: admitted() },
      { holds: 6, gets: admitted() },
      { holds: 7, gets: admitted() },
      { holds: 8, gets: admitted() },
      { calls: 7, gets: admitted(7) },
      { calls: 8, gets: refused('percentile', 8, 98) },
      { calls: 100, gets: refused('percentile', 100, 6) },
      { calls: 101, gets: refused('percentile', 101, 5) },
      { calls: 108, gets: admitted(108) },
    ],
  },
  'Percentile: one slow call of one is enough': {
    of: ({ clock }) => new Percentile({ clock, slowMs: 5, retentionMs: 100, percentile: 0.5, capacity: 9 }),
    calls: [
      { holds: 6, gets: admitted() },
      { calls: 7, gets: refused('percentile', 7, 99) },
    ],
  },
  'Percentile: a call of exactly the limit is not slow': {
    of: ({ clock }) => new Percentile({ clock, slowMs: 5, retentionMs: 100, percentile: 1, capacity: 9 }),
    calls: [
      { holds: 5, gets: admitted() },
      { calls: 6, holds: 6, gets: admitted(6) },
      { calls: 12, gets: refused('percentile', 12, 100) },
    ],
  },
  'Percentile looks at no more than its capacity': {
    of: ({ clock }) => new Percentile({ clock, slowMs: 5, retentionMs: 100, percentile: 1, capacity: 2 }),
    calls: [
      { holds: 6, gets: admitted() },
      { holds: 7, gets: admitted() },
      { calls: 5, holds: 3, gets: admitted(5) },
      { calls: 5, holds: 4, gets: admitted(5) },
      { calls: 7, gets: refused('percentile', 7, 99) },
      { calls: 8, gets: refused('percentile', 8, 99) },
      { calls: 9, gets: admitted(9) },
    ],
  },
  'Percentile opens again though nobody got in': {
    of: ({ clock }) => new Percentile({ clock, slowMs: 0, retentionMs: 10, percentile: 0.99, capacity: 5 }),
    calls: [
      { holds: 1, gets: admitted() },
      { calls: 1, gets: refused('percentile', 1, 10) },
      { calls: 10, gets: refused('percentile', 10, 1) },
      { calls: 11, gets: admitted(11) },
    ],
  },
  'Percentile: a cancelled call took no time': {
    of: ({ clock }) => new Percentile({ clock, slowMs: 0, retentionMs: 10, percentile: 1, capacity: 5 }),
    calls: [
      { holds: 3, cancels: true, gets: admitted() },
      { calls: 4, gets: admitted(4) },
    ],
  },
}

export const readings: Cases = {
  'Monitor admits at the bounds': {
    of: () => new Monitor({ most, read: () => most }),
    calls: [{ gets: admitted() }, { calls: 5, gets: admitted(5) }],
  },
  'Monitor rejects above a bound, for which it says': {
    of: ({ clock }) => {
      const high = [calm, { ...calm, eventLoopDelayMs: 11 }, { ...calm, heapBytes: 1001 }, { ...calm, cpuShare: 0.91 }]
      return new Monitor({ most, retryAfterMs: 50, read: () => high[clock.now()] ?? calm })
    },
    calls: [
      { gets: admitted() },
      { calls: 1, gets: refused('event_loop_delay', 1, 50) },
      { calls: 2, gets: refused('heap', 2, 50) },
      { calls: 3, gets: refused('cpu', 3, 50) },
      { calls: 4, gets: admitted(4) },
    ],
  },
  'Monitor says the first of several': {
    of: () => new Monitor({ most, read: () => ({ eventLoopDelayMs: 99, heapBytes: 9999, cpuShare: 9 }) }),
    calls: [{ gets: refused('event_loop_delay') }],
  },
  'Monitor: what has no bound is not looked at, what is no number rejects nobody': {
    of: () => ({
      unbound: new Monitor({ most: {}, read: () => ({ eventLoopDelayMs: 99, heapBytes: 9999, cpuShare: 9 }) }),
      nothing: new Monitor({ most, read: () => ({ ...calm, eventLoopDelayMs: Number.NaN }) }),
    }),
    calls: [
      { on: 'unbound', gets: admitted() },
      { calls: 1, on: 'nothing', gets: admitted(1) },
    ],
  },
  'Metric rejects while it is reached': {
    of: ({ clock }) => new Metric({ reached: () => clock.now() >= 5 && clock.now() < 10 }),
    calls: [
      { calls: 4, gets: admitted(4) },
      { calls: 5, gets: refused('metric', 5) },
      { calls: 10, gets: admitted(10) },
    ],
  },
  'Enqueue lets through what is published, when it is': {
    of: ({ clock }) => new Enqueue({ publish: () => clock.waitUntil(clock.now() + 5) }),
    calls: [{ gets: admitted(5) }, { gets: admitted(5) }, { calls: 3, gets: admitted(8) }],
  },
  'Enqueue publishes the call itself, and rejects what cannot be published': {
    of: () => ({
      late: new Enqueue({ publish: async ({ key }) => expectKey(key) }),
      early: new Enqueue({ publish: ({ key }) => Promise.resolve(expectKey(key)) }),
    }),
    calls: [
      { on: 'late', key: 'good', gets: admitted() },
      { calls: 1, on: 'late', key: 'bad', gets: refused('publish_failed', 1) },
      { calls: 2, on: 'early', key: 'bad', gets: refused('publish_failed', 2) },
    ],
  },
  'Enqueue: a publisher that never ends keeps nobody who gives up': {
    of: () => new Enqueue({ publish: () => new Promise(() => {}) }),
    calls: [
      { aborts: 4, gets: refused('aborted', 4) },
      { calls: 9, aborts: 2, gets: refused('aborted', 9) },
    ],
  },
  'Enqueue: who has given up is not published': {
    of: ({ clock }) => new Enqueue({ publish: () => clock.waitUntil(-1).then(() => Promise.reject()) }),
    calls: [{ calls: 5, aborts: 5, gets: refused('aborted', 5) }],
  },
}

function expectKey(key: string | undefined): void {
  if (key !== 'good') throw new Error('no such queue')
}
