// npm run stress:commands: random commands over HTTP, each answer held against a second, simpler ledger; and the server is killed.

import { spawnSync } from 'node:child_process'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { Findings } from './checks/findings.ts'
import { Group } from './commands/group.ts'
import { Place } from './commands/place.ts'
import { runCommand } from './harness/command.ts'
import { text, toggle, type Values, whole } from './harness/flags.ts'
import { Progress } from './harness/progress.ts'
import { randomFrom, wholeNumber } from './harness/random.ts'
import { launcher, temporaryFolder } from './harness/server-process.ts'

const usage = `npm run stress:commands -- [flags]

Random transfers, holds, posts, voids, reversals, settings, batches and retries over HTTP, one after another in each of
some groups of accounts. Every answer, at the end every balance, and every balance again after the archive was rebuilt
from the journal, must be what a second ledger says that was written from the contract alone. The server is killed at
random moments: what was not answered by then is asked again under its key. At the end "verify" must find no fault.
Exit 0: all equal; 1: something was not.`

const flags = {
  count: whole('N', 10_000, 'commands'),
  seed: whole('N', Math.floor(Math.random() * 2 ** 31), 'of the commands; another one each time', 0),
  kills: whole('N', 0, 'kills, at random moments', 0),
  groups: whole('N', 32, 'of accounts; each has one command in flight'),
  server: text('FILE', launcher, 'the launcher of the server'),
  json: toggle('the summary as JSON'),
}

type Settings = Values<typeof flags>

async function commands(values: Settings): Promise<boolean> {
  const findings = new Findings()
  const folder = await temporaryFolder('commands', { keep: () => findings.count > 0 })
  const places = ['--data', path.join(folder, 'data'), '--mirror', path.join(folder, 'mirror')]
  const place = new Place(values.server, ['--port', '0', '--host', '127.0.0.1', ...places])
  const started = performance.now()
  let done = 0
  try {
    const groups = Array.from({ length: values.groups }, (_, number) => new Group(number, values.seed, place, findings))
    done = await play(groups, place, values, findings)
    await inspect(groups)
    await place.stopAndStart(() => rm(path.join(folder, 'data', 'archive'), { recursive: true }))
    await inspect(groups)
    await place.stop()
    verify(values.server, places, findings)
  } catch (error) {
    findings.add(error instanceof Error ? (error.stack ?? error.message) : `${error}`)
  }
  const seconds = Math.round((performance.now() - started) / 1_000)
  const { count, seed, kills } = values
  const held = Math.max(0, done - findings.count)
  const summary = { held, of: count, seed, kills, in_doubt: place.inDoubt, seconds, findings: findings.told() }
  console.log(values.json ? JSON.stringify(summary) : summaryText(summary, folder))
  return findings.count === 0
}

/** Each group takes its share one after another; the one that reaches a moment of a kill kills. */
async function play(groups: readonly Group[], place: Place, values: Settings, findings: Findings): Promise<number> {
  const { count, seed, kills } = values
  const random = randomFrom(seed)
  const moments = Array.from({ length: kills }, () => wholeNumber(random, 1, count)).sort((one, other) => one - other)
  const progress = new Progress(`commands (seed ${seed})`, count)
  let begun = 0
  let outage = Promise.resolve()
  const shares = groups.map(async (group, number) => {
    const share = Math.floor(count / groups.length) + (number < count % groups.length ? 1 : 0)
    for (let done = 0; done < share && findings.count === 0; done++) {
      begun++
      while (moments[0] !== undefined && moments[0] <= begun) {
        moments.shift()
        outage = outage.then(() => place.killAndStart())
      }
      await group.step()
      progress.step()
    }
  })
  await Promise.all(shares)
  await outage
  progress.finish()
  return begun
}

async function inspect(groups: readonly Group[]): Promise<void> {
  await Promise.all(groups.map((group) => group.inspect()))
}

function verify(server: string, places: readonly string[], findings: Findings): void {
  const { status, stdout, stderr } = spawnSync(process.execPath, [server, 'verify', ...places], { encoding: 'utf8' })
  findings.demand(status === 0, () => `verify: exit ${status}\n${stdout}${stderr}`)
}

interface Summary extends Pick<Settings, 'seed' | 'kills'> {
  readonly held: number
  readonly of: number
  readonly in_doubt: number
  readonly seconds: number
  readonly findings: readonly string[]
}

function summaryText({ of, seed, kills, in_doubt, seconds, findings }: Summary, folder: string): string {
  const held = findings.length === 0
  return [
    `${of} commands in ${seconds} s, ${kills} kills, ${in_doubt} answers lost in them (seed ${seed})`,
    ...(held
      ? ['every answer and every balance is as the second ledger says, also from a rebuilt archive; verify: ok']
      : []),
    ...findings.map((finding) => `WRONG: ${finding}`),
    ...(held ? [] : [`FAILED (seed ${seed}); the data stays in ${folder}`]),
  ].join('\n')
}

await runCommand(usage, flags, commands)
