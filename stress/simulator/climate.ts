// What a seed makes of a world: its sizes, its pace, and how often which evil comes.

import { type Random, randomFrom, wholeNumber } from '../harness/random.ts'

export const evils = [
  'kill',
  'power',
  'recovery',
  'drain',
  'eio',
  'broken',
  'enospc',
  'full',
  'slow',
  'lost',
  'misdirected',
  'rot',
  'archive',
] as const
export type Evil = (typeof evils)[number]

export interface Climate {
  readonly seed: number
  readonly minutes: number
  readonly clients: number
  /** Milliseconds between an answer and the client's next command, on average. */
  readonly pause: number
  /** Seconds between two evils, on average. */
  readonly calm: number
  readonly evils: readonly Evil[]
  /** The only copy whose disk lies: what it has lost must be repaired from the other. */
  readonly suspect: 0 | 1
  readonly segmentBytes: number
  readonly preallocateBytes: number
  readonly checkpointEvery: number
  readonly archiveLag: number
  readonly queuedRequests: number
  readonly batchRequests: number
  /** Commands after which the clients draw no more. */
  readonly commands: number
}

/** What a person, or the shrinking of a failure, takes away from a seed's climate. */
export interface Limits {
  readonly minutes: number
  readonly without: readonly Evil[]
  readonly clients: number
  readonly commands: number
}

export function climateOf(seed: number, limits: Limits): Climate {
  const random = randomFrom(seed)
  const drawn = {
    clients: wholeNumber(random, 1, 6),
    calm: wholeNumber(random, 15, 45),
    suspect: random() < 0.5 ? 0 : 1,
    segmentBytes: pick(random, [4_096, 16_384, 65_536]),
    preallocateBytes: pick(random, [2_048, 8_192, 16_384]),
    checkpointEvery: pick(random, [20, 60, 200]),
    archiveLag: pick(random, [2, 20, 1_000]),
    queuedRequests: pick(random, [4, 30, 1_000]),
    batchRequests: pick(random, [1, 3, 1_000]),
  } as const
  // Each world has its own mix; some have no evil of a kind, a few none at all.
  const share = random() < 0.03 ? 0 : 0.4 + 0.6 * random()
  const own = evils.filter(() => random() < share).filter((evil) => !limits.without.includes(evil))
  const clients = Math.min(drawn.clients, limits.clients)
  const pause = (clients * 1_000) / (1.2 + 0.4 * random())
  return { ...drawn, seed, clients, pause, evils: own, minutes: limits.minutes, commands: limits.commands }
}

export function pick<Item>(random: Random, items: readonly [Item, ...Item[]]): Item {
  return items[Math.floor(random() * items.length)] ?? items[0]
}

/** Waiting times between things that have nothing to do with each other. */
export function exponential(random: Random, mean: number): number {
  return -mean * Math.log(1 - random())
}
