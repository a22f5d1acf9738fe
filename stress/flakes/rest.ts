// Rounds of all other specs: mocha as in npm test and in npm run spec:all, in new processes every time.

import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { type Failure, type Round, seedOf } from './round.ts'
import { root, unitSpecs } from './suites.ts'

/** A run that takes longer hangs. */
const longest_ms = 3_600_000
const mocha = 'node_modules/mocha/bin/mocha.js'

interface Report {
  readonly stats: { readonly tests: number }
  readonly failures: readonly {
    readonly file: string
    readonly fullTitle: string
    readonly err: { readonly stack?: string }
  }[]
}

/** Calls `tell` after each round. */
export async function playRest(seed: number, rounds: number, tell: (round: Round) => void): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'surety-flakes-'))
  try {
    for (let number = 0; number < rounds; number++) tell(await play(seedOf(seed, number), folder))
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function play(seed: number, folder: string): Promise<Round> {
  const begun = performance.now()
  const ignored = unitSpecs('unit').flatMap((file) => ['--ignore', file])
  const near = await runMocha(ignored, seed, folder)
  const far = await runMocha(['--config', 'spec/all/.mocharc.json'], seed, folder)
  const seconds = Math.round((performance.now() - begun) / 10) / 100
  const replay = `npm run stress:flakes -- --suite rest --seed ${seed} --rounds 1`
  return { seed, specs: near.specs + far.specs, seconds, failures: [...near.failures, ...far.failures], replay }
}

async function runMocha(args: readonly string[], seed: number, folder: string) {
  const output = path.join(folder, 'report.json')
  const reporter = ['--reporter', 'json', '--reporter-option', `output=${output}`]
  const env = { ...process.env, SPEC_SEED: `${seed}` }
  const child = spawn(process.execPath, [mocha, ...args, ...reporter], {
    cwd: root,
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let words = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-4_000)
  })
  const end = () => void child.kill('SIGKILL')
  const patience = setTimeout(end, longest_ms)
  process.once('exit', end)
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  clearTimeout(patience)
  process.off('exit', end)
  return judged(await reportIn(output), code, words)
}

/** Each report is read once: that of the run before is none of this one. */
async function reportIn(file: string): Promise<Report | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8'))
  } catch {
    return undefined // Mocha did not come that far; what it said is told instead.
  } finally {
    await rm(file, { force: true })
  }
}

function judged(report: Report | undefined, code: number | null, words: string) {
  const failures: Failure[] = (report?.failures ?? []).map(({ file, fullTitle, err }) => ({
    file: path.relative(root, file),
    title: fullTitle,
    message: (err.stack ?? '').slice(0, 4_000),
  }))
  const unexplained = code !== 0 && failures.length === 0
  if (unexplained) failures.push({ file: mocha, title: 'the run', message: `ended with ${code}: ${words}` })
  return { specs: report?.stats.tests ?? 0, failures }
}
