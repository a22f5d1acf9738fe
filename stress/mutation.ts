// npm run mutation: the code is broken on purpose by machine, piece by piece; a spec must turn red, or the piece is argued.

import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { runCommand } from './harness/command.ts'
import { BadFlag, toggle, type Values, whole } from './harness/flags.ts'
import { type Argued, arguedIn, lineToArgue } from './mutation/argued.ts'
import { configuration, incrementalPath, reportPath, sandboxPath, workFolder } from './mutation/configuration.ts'
import { forgetful, mutantsIn, type Report } from './mutation/report.ts'
import { type MutatedRoom, rooms } from './mutation/rooms.ts'
import { type Verdict, verdictOn } from './mutation/verdict.ts'

const page = 'docs/reference/mutation.md'

const usage = `npm run mutation -- [ROOM|all] [flags]

StrykerJS breaks the code of a room, one piece at a time, and runs the specs that reach the piece. What survives must be
argued in ${page}, in a line of its own, and what is argued there must survive. Minutes a room.
Exit 0: it is so, and the room's share is reached; 1: not.

${rooms.map(({ name, code, least }) => `  ${name.padEnd(14)}${String(least).padStart(3)} %  ${code.filter((glob) => !glob.startsWith('!')).join(' ')}`).join('\n')}`

const flags = {
  changed: toggle('only what has changed since the last run; does not see changes in what the specs import'),
  concurrency: whole('N', Math.max(1, os.availableParallelism() - 1), 'processes that run specs'),
  seed: whole('N', 1, 'of the order of the specs', 0),
  told: toggle('run nothing: judge the last reports again, by the page as it is now'),
  json: toggle('one JSON object a room'),
}

type Options = Values<typeof flags>

async function mutation(name: string, options: Options): Promise<boolean> {
  const chosen = name === 'all' ? rooms : rooms.filter((room) => room.name === name)
  if (chosen.length === 0) throw new BadFlag(`there is no room ${name}: ${rooms.map((room) => room.name).join(', ')}`)
  await mkdir(workFolder, { recursive: true })
  let passed = 0
  for (const room of chosen) {
    const started = performance.now()
    if (!options.told) await broken(room, options)
    const verdict = await judged(room)
    const seconds = Math.round((performance.now() - started) / 1_000)
    console.log(options.json ? JSON.stringify({ ...verdict, seconds }) : `${verdictText(verdict)}, ${seconds} s`)
    if (verdict.passed) passed += 1
  }
  if (!options.json) console.log(`${passed} of ${chosen.length} rooms withstood`)
  return passed === chosen.length
}

async function broken(room: MutatedRoom, options: Options): Promise<void> {
  for (const path of [reportPath(room), sandboxPath(room)]) await rm(path, { recursive: true, force: true })
  if (options.changed && existsSync(incrementalPath(room))) {
    const known = JSON.parse(await readFile(incrementalPath(room), 'utf8')) as Report
    await writeFile(incrementalPath(room), JSON.stringify(forgetful(known)))
  }
  const config = path.join(workFolder, `${room.name}.config.json`)
  await writeFile(config, JSON.stringify(configuration(room, options)))
  const child = spawn(process.execPath, ['node_modules/@stryker-mutator/core/bin/stryker.js', 'run', config], {
    stdio: ['ignore', 2, 2], // its progress is no part of the summary
    env: { ...process.env, SPEC_SEED: `${options.seed}` },
    detached: true, // a group of its own: one of its processes may be in a loop that does not end
  })
  const end = () => {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  }
  process.once('exit', end)
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
  process.off('exit', end)
  if (code !== 0) throw new Error(`StrykerJS came to no end with ${room.name}: exit ${code}`)
}

async function judged(room: MutatedRoom): Promise<Verdict> {
  if (!existsSync(reportPath(room))) {
    throw new BadFlag(`there is no report of ${room.name} yet: run it once without --told`)
  }
  const mutants = mutantsIn(JSON.parse(await readFile(reportPath(room), 'utf8')) as Report)
  const argued: readonly Argued[] = arguedIn(await readFile(page, 'utf8'))
  const files = new Set(mutants.map(({ file }) => file))
  return verdictOn(
    room,
    mutants,
    argued.filter(({ file }) => files.has(file)),
  )
}

function verdictText(verdict: Verdict): string {
  const { room, killed, timeouts, survived, equivalent, accepted, score, least, unargued, outdated, passed } = verdict
  const lines = [
    ...unargued.map((mutant) => `SURVIVED ${mutant.file}:${mutant.line}\n${lineToArgue(mutant)}`),
    ...outdated.map((mutant) => `ARGUED, but does not survive any more: ${mutant.file}\n${lineToArgue(mutant)}`),
    `${passed ? 'passed' : 'FAILED'} ${room}: ${killed} of ${killed + survived} killed (${timeouts} by a timeout), ` +
      `${equivalent} equivalent, ${accepted} accepted, ${unargued.length} not argued: ` +
      `${Math.floor(100 * score) / 100} % of at least ${least} %`,
  ]
  return lines.join('\n')
}

const [first = '', ...others] = process.argv.slice(2)
const isNamed = first !== '' && !first.startsWith('-')
await runCommand(
  usage,
  flags,
  (options) => mutation(isNamed ? first : 'all', options),
  isNamed ? others : process.argv.slice(2),
)
