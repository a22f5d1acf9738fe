// Every run of the specs is in another order and says the seed that repeats it: SPEC_SEED=… npm test

import { enableCompileCache } from 'node:module'
import type { Suite } from 'mocha'
import { randomFrom, shuffled } from './random.ts'

// Half a second less a run; but a function out of the cache is counted less precisely.
if (process.env.NODE_V8_COVERAGE === undefined) enableCompileCache()

/** Once a run, before its worker processes are started: they inherit the seed. */
export function mochaGlobalSetup(): void {
  process.env.SPEC_SEED ??= String(Math.floor(Math.random() * 2 ** 31))
  console.log(`  order: SPEC_SEED=${process.env.SPEC_SEED}`)
}

const { setTimeout } = globalThis

export const mochaHooks = {
  beforeAll(this: Mocha.Context) {
    const root = this.test?.parent
    if (root !== undefined) shuffle(root, randomFrom(Number(process.env.SPEC_SEED)))
  },
  /** A clock that was left behind would let the specs of others wait for ever. */
  afterEach() {
    if (globalThis.setTimeout === setTimeout) return
    globalThis.setTimeout = setTimeout
    throw new Error('a spec before has left another setTimeout behind')
  },
}

function shuffle(suite: Suite, random: () => number): void {
  suite.suites = shuffled(suite.suites, random)
  suite.tests = shuffled(suite.tests, random)
  for (const inner of suite.suites) shuffle(inner, random)
}
