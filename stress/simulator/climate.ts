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
  'cut',
  'twice',
  'unheard',
  'client',
  'clock',
] as const
export type Evil = (typeof evils)[number]

export interface Climate {
  readonly seed: number
  readonly minutes: number
  readonly clients: number
  /** Milliseconds between an answer and the next thing that a client does, on average. */
  readonly pause: number
  /** How much of what clients do is many commands in one message, and how many at most. */
  readonly bulks: number
  readonly bulk: number
  /** How many transfers of a bulk are one command that does all of them or none, at most; 1: each is its own. */
  readonly batch: number
  /** How much of the rest is many messages at once, and how many at most. */
  readonly crowds: number
  readonly crowd: number
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
  /** Small ones hold one large request at a time, and no two ends of large holds. */
  readonly batchBytes: number
  /** How much of what is drawn are large holds that end at the same second. */
  readonly swarms: number
  /** Bits of the hash of names: few make different names meet, which the facts then tell apart. */
  readonly hashBits: number
  /** Whether what only looks at the disk takes its time, too; without it a world is cheaper. */
  readonly slowReads: boolean
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

/** Limits that let much happen at once. */
const roomy = {
  queuedRequests: 1_000,
  batchRequests: 1_000,
  batchBytes: 100_000,
  segmentBytes: 262_144,
  preallocateBytes: 65_536,
}

/**
 * How clients come: one by one all the time; or in crowds, and then nobody; or with much in one message, and then nobody,
 * each by itself or in batches.
 */
const moods: readonly Mood[] = [
  { every: 30, bulks: 0.01, bulk: 30, batch: 1, crowds: 0.04, crowd: 12 },
  { every: 200, bulks: 0.03, bulk: 30, batch: 5, crowds: 0.7, crowd: 30 },
  { every: 150, bulks: 0.7, bulk: 120, batch: 1, crowds: 0.5, crowd: 20, ...roomy },
  { every: 57, bulks: 0.8, bulk: 640, batch: 150, crowds: 0.2, crowd: 20, ...roomy },
]

interface Mood extends Pick<Climate, 'bulks' | 'bulk' | 'batch' | 'crowds' | 'crowd'>, Partial<typeof roomy> {
  /** Seconds. */
  readonly every: number
}

export function climateOf(seed: number, limits: Limits): Climate {
  const random = randomFrom(seed)
  const drawn = {
    clients: wholeNumber(random, 1, 6),
    calm: wholeNumber(random, 20, 60),
    suspect: random() < 0.5 ? 0 : 1,
    segmentBytes: pick(random, [8_192, 32_768, 65_536]),
    preallocateBytes: pick(random, [2_048, 8_192, 16_384]),
    checkpointEvery: pick(random, [3, 20, 60, 200]),
    archiveLag: pick(random, [1, 2, 20, 1_000]),
    queuedRequests: pick(random, [4, 30, 1_000]),
    batchRequests: pick(random, [1, 3, 1_000]),
    batchBytes: pick(random, [3_000, 20_000, 100_000]),
    swarms: pick(random, [0, 0.01, 0.04]),
    hashBits: pick(random, [10, 64, 64, 64]),
    slowReads: random() < 0.25,
  } as const
  // Each world has its own mix; some have no evil of a kind, a few none at all.
  const share = random() < 0.03 ? 0 : 0.4 + 0.6 * random()
  const own = evils.filter(() => random() < share).filter((evil) => !limits.without.includes(evil))
  const clients = Math.min(drawn.clients, limits.clients)
  // Dealt in turn: any hundred worlds hold the same share of each.
  const { every, ...mood } = moods[seed % moods.length] as Mood
  const pause = 1_000 * clients * every * (0.7 + 0.6 * random())
  const world = { ...drawn, ...mood, seed, clients, pause, evils: own }
  return {
    ...world,
    bulk: Math.min(mood.bulk, world.queuedRequests),
    minutes: limits.minutes,
    commands: limits.commands,
  }
}

export function pick<Item>(random: Random, items: readonly [Item, ...Item[]]): Item {
  return items[Math.floor(random() * items.length)] ?? items[0]
}

/** Waiting times between things that have nothing to do with each other. */
export function exponential(random: Random, mean: number): number {
  return -mean * Math.log(1 - random())
}
