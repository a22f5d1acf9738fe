// Every run of the specs is in another order and says the seed that repeats it: SPEC_SEED=… npm test

import { enableCompileCache } from 'node:module'
import path from 'node:path'
import type { Suite } from 'mocha'
import { isUnit, root } from '../../stress/flakes/suites.ts'
import { watchOutside } from '../../stress/flakes/watch.ts'
import { randomFrom, shuffled } from './random.ts'

// Half a second less a run; but a function out of the cache is counted less precisely.
if (process.env.NODE_V8_COVERAGE === undefined) enableCompileCache()

/** Once a run, before its worker processes are started: they inherit the seed. */
export function mochaGlobalSetup(): void {
  process.env.SPEC_SEED ??= String(Math.floor(Math.random() * 2 ** 31))
  console.log(`  order: SPEC_SEED=${process.env.SPEC_SEED}`)
}

const { setTimeout } = globalThis

const trespasses: string[] = []
watchOutside((what) => trespasses.push(what))

export const mochaHooks = {
  beforeAll(this: Mocha.Context) {
    const root = this.test?.parent
    if (root !== undefined) shuffle(root, randomFrom(Number(process.env.SPEC_SEED)))
  },
  afterEach(this: Mocha.Context) {
    noClockIsLeft()
    noUnitSpecGoesOutside(this.currentTest?.file ?? '')
  },
}

/** A clock that was left behind would let the specs of others wait for ever. */
function noClockIsLeft(): void {
  if (globalThis.setTimeout === setTimeout) return
  globalThis.setTimeout = setTimeout
  throw new Error('a spec before has left another setTimeout behind')
}

/** The search for flaky specs runs those of the unit suite by the thousand, many rounds in one process. */
function noUnitSpecGoesOutside(file: string): void {
  const [what] = trespasses.splice(0)
  if (what === undefined || !isUnit(path.relative(root, file).replaceAll('\\', '/'))) return
  throw new Error(`this spec ${what}: it belongs in stress/flakes/suites.ts, among those outside of the unit suite`)
}

function shuffle(suite: Suite, random: () => number): void {
  suite.suites = shuffled(suite.suites, random)
  suite.tests = shuffled(suite.tests, random)
  for (const inner of suite.suites) shuffle(inner, random)
}
