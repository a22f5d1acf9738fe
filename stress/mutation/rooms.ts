// The rooms whose code is broken on purpose, a piece at a time, to see whether a spec turns red; each with its threshold.

export interface MutatedRoom {
  readonly name: string
  /** Globs of the code that is broken; one with `!` leaves out. No file is in two rooms. */
  readonly code: readonly string[]
  /** Globs of the specs that must see it: only the quick ones that are about this code. */
  readonly specs: readonly string[]
  /** The share that must be killed, in percent; mutants that mean the same as the code are not counted. */
  readonly least: number
}

const ofIdempotency = [
  'actors/virtual-machine/idempotency.ts',
  'actors/virtual-machine/names.ts',
  'actors/state-storage/id-index.ts',
  'actors/state-storage/fact-finder.ts',
  'actors/state-storage/recent-facts.ts',
]

const ofRecovery = ['actors/state-storage/recovery.ts', 'actors/state-storage/checkpoint.ts', 'src/journal/file/*.ts']

const ofActors = ['spec/virtual-machine/**/*.spec.ts', 'spec/state-storage/**/*.spec.ts', 'spec/node/**/*.spec.ts']

export const rooms: readonly MutatedRoom[] = [
  { name: 'rules', code: ['actors/contracts/**/*.ts'], specs: ['spec/contracts/**/*.spec.ts'], least: 100 },
  {
    name: 'recovery',
    code: ofRecovery,
    specs: ['spec/state-storage/**/*.spec.ts', 'spec/journal/**/*.spec.ts'],
    least: 100,
  },
  {
    name: 'idempotency',
    code: [...ofIdempotency, 'src/public-api/request/idempotency.ts'],
    specs: [...ofActors, 'spec/public-api/request/idempotency.spec.ts'],
    least: 100,
  },
  {
    name: 'actors',
    code: ['actors/**/*.ts', ...left(['actors/contracts/**/*.ts', ...ofIdempotency, ...ofRecovery])],
    specs: ofActors,
    least: 90,
  },
  {
    name: 'journal',
    code: ['src/journal/*.ts'],
    specs: ['spec/journal/**/*.spec.ts'],
    least: 90,
  },
  { name: 'throttle', code: ['src/throttle/*.ts'], specs: ['spec/throttle/**/*.spec.ts'], least: 95 },
]

function left(globs: readonly string[]): string[] {
  return globs.filter((glob) => glob.startsWith('actors/')).map((glob) => `!${glob}`)
}
