// npm run stress:serializability: many connections with every kind of command and read, and whether it all could have happened in one order.

import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { Findings } from '../checks/findings.ts'
import { runCommand } from '../harness/command.ts'
import { share, text, toggle, type Values, whole } from '../harness/flags.ts'
import { Progress } from '../harness/progress.ts'
import { launcher, temporaryFolder } from '../harness/server-process.ts'
import { ServerHouse } from '../serializability/run/server-house.ts'
import { Session } from '../serializability/run/session.ts'

const usage = `npm run stress:serializability -- [flags]

Many connections ask at once for transfers, holds, posts, voids, reversals, settings, batches and retries on a few
accounts, and read balances, settings and transfers. All is recorded with its times, and checked: the answers must be
those of a ledger that does one after another in the order of the seqs, and that order must agree with the clock. The
server is killed at random moments: what was not answered is asked again under its key. Exit 0: all of it could have
happened so; 1: it could not.`

const flags = {
  operations: whole('N', 20_000, 'calls'),
  connections: whole('N', 64, 'that ask at once'),
  accounts: whole('N', 30, 'that they all use; the fewer, the more they meet', 2),
  reads: share(0.35, 'reads among all calls'),
  kills: whole('K', 0, 'kills, at random moments', 0),
  seed: whole('N', Math.floor(Math.random() * 2 ** 31), 'of the calls; another one each time', 0),
  server: text('FILE', launcher, 'the launcher of the server'),
  json: toggle('the summary as JSON'),
}

type Settings = Values<typeof flags>

async function serializability(values: Settings): Promise<boolean> {
  const findings = new Findings()
  const folder = await temporaryFolder('serializability', { keep: () => findings.count > 0 })
  const places = ['--data', path.join(folder, 'data'), '--mirror', path.join(folder, 'mirror')]
  const house = new ServerHouse(values.server, ['--port', '0', '--host', '127.0.0.1', ...places], values.connections)
  const progress = new Progress(`calls (seed ${values.seed})`, values.operations)
  const session = new Session(house, values, findings, progress)
  try {
    await session.play()
    await house.stop()
    verify(values.server, places, findings)
  } catch (error) {
    findings.add(error instanceof Error ? (error.stack ?? error.message) : `${error}`)
  }
  const summary = summaryOf(session, house.kills, values, findings)
  console.log(values.json ? JSON.stringify(summary) : summaryText(summary, folder))
  return findings.count === 0
}

function verify(server: string, places: readonly string[], findings: Findings): void {
  const { status, stdout, stderr } = spawnSync(process.execPath, [server, 'verify', ...places], { encoding: 'utf8' })
  findings.demand(status === 0, () => `verify: exit ${status}\n${stdout}${stderr}`)
}

type Summary = ReturnType<typeof summaryOf>

function summaryOf({ counts }: Session, kills: number, { seed }: Settings, findings: Findings) {
  const { operations, checking_ms, asking_ms, ...others } = counts
  return {
    line: 'serializability',
    held: Math.max(0, operations - findings.count),
    of: operations,
    seed,
    kills,
    operations,
    ...others,
    seconds: Number((asking_ms / 1_000).toFixed(1)),
    asked_per_second: Math.round((operations / asking_ms) * 1_000),
    checked_per_second: Math.round((operations / checking_ms) * 1_000),
    findings: findings.told(),
  }
}

function summaryText(summary: Summary, folder: string): string {
  const { operations, seconds, kills, seed, findings } = summary
  const { read, refused, replayed, lost, asked_per_second, checked_per_second } = summary
  return [
    `${operations} calls in ${seconds} s (seed ${seed}, ${kills} kills): ${read} read, ${refused} refused, ${replayed} replayed, ${lost} lost`,
    `${asked_per_second} asked/s, ${checked_per_second} checked/s`,
    ...findings.map((finding) => `WRONG: ${finding}`),
    findings.length === 0
      ? `${operations} operations strictly serializable; verify: ok`
      : `FAILED (seed ${seed}); the data stays in ${folder}`,
  ].join('\n')
}

await runCommand(usage, flags, serializability)
