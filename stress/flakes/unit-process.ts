// One process that loads specs once and runs them round after round; each round is told to who started it.

import { enableCompileCache } from 'node:module'
import path from 'node:path'
import Mocha from 'mocha'
import sinon from 'sinon'
import { randomFrom } from '../harness/random.ts'
import { orders, shuffled } from './order.ts'
import { type Failure, type Round, seedOf } from './round.ts'
import { root, unitSpecs } from './suites.ts'
import { watchOutside } from './watch.ts'

const longest_ms = 300_000 // for a spec, as in npm test: not for what it may take, but for what never ends

class Silent {}

const [suite = '', seedText = '', roundsText = ''] = process.argv.slice(2)
const series = Number(seedText)

enableCompileCache()
process.chdir(root)
process.env.SPEC_SEED = `${series}`
const mocha = new Mocha({ timeout: longest_ms, reporter: Silent as never, forbidOnly: true, forbidPending: true })
for (const file of shuffled(unitSpecs(suite), randomFrom(series))) mocha.addFile(path.resolve(file))
mocha.cleanReferencesAfterRun(false)
await mocha.loadFilesAsync()
const reorder = orders(mocha.suite)
const trespasses: Failure[] = []
let running: Mocha.Runnable | undefined
watchOutside((what) => trespasses.push(failure(running, `${what}, and is not among those of stress/flakes/suites.ts`)))
for (let number = 0; number < Number(roundsText); number++) {
  const round = await play(number)
  await new Promise((resolve) => process.send?.(round, resolve))
}
process.exit(0) // whatever specs may have left open

async function play(number: number): Promise<Round> {
  const seed = seedOf(series, number)
  const replay = `npm run stress:flakes -- --suite ${suite} --seed ${series} --rounds ${number + 1}`
  const begun = performance.now()
  process.env.SPEC_SEED = `${seed}`
  reorder(seed)
  sinon.restore() // it keeps all that was ever spied on, and what that holds, until it is told
  const failures: Failure[] = []
  const runner = await new Promise<Mocha.Runner>((resolve) => {
    const started = mocha.run(() => resolve(started))
    started.on('test', (test) => {
      running = test
    })
    started.on('fail', (test, error: unknown) => failures.push(failure(test, wordsOf(error))))
  })
  const seconds = Math.round((performance.now() - begun) / 10) / 100
  return { seed, specs: runner.stats?.tests ?? 0, seconds, failures: [...failures, ...trespasses.splice(0)], replay }
}

function failure(test: Mocha.Runnable | undefined, message: string): Failure {
  return { file: path.relative(root, test?.file ?? ''), title: test?.fullTitle() ?? '', message }
}

function wordsOf(error: unknown): string {
  const words = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return words.slice(0, 4_000)
}
