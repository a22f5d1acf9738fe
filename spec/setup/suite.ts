// Every run of the specs is in another order and says the seed that repeats it: SPEC_SEED=… npm test

import type { Suite } from 'mocha'
import { randomFrom, shuffled } from './random.ts'

const seed = Number(process.env.SPEC_SEED ?? Math.floor(Math.random() * 2 ** 31))

export const mochaHooks = {
  beforeAll(this: Mocha.Context) {
    console.log(`  order: SPEC_SEED=${seed}`)
    const root = this.test?.parent
    if (root !== undefined) shuffle(root, randomFrom(seed))
  },
}

function shuffle(suite: Suite, random: () => number): void {
  suite.suites = shuffled(suite.suites, random)
  suite.tests = shuffled(suite.tests, random)
  for (const inner of suite.suites) shuffle(inner, random)
}
