// npm run stress:crash: kills the server at random moments under load; what was acknowledged must be there once.

import path from 'node:path'
import { Findings } from './checks/findings.ts'
import { runCommand } from './harness/command.ts'
import { text, toggle, type Values, whole } from './harness/flags.ts'
import { Progress } from './harness/progress.ts'
import { launcher, startServer, temporaryFolder } from './harness/server-process.ts'
import { Outages } from './outage/outages.ts'

const usage = `npm run stress:crash -- [flags]

Rounds of: transfers under load, SIGKILL at a random moment, restart (killed in turn, at times), and an inquest. Every
acknowledged transfer must be there once and read byte for byte as it was told, every other one wholly or not at all,
every seq must be somebody's, and sending again what may be sent again must replay. Exit 0: all held; 1: one did not.
SIGKILL does not take back what the operating system holds: a lost fdatasync is not found here.`

const flags = {
  rounds: whole('N', 20, 'outages'),
  seed: whole('N', Math.floor(Math.random() * 2 ** 31), 'of the moments; another one each time', 0),
  users: whole('N', 50, 'accounts that they go between', 2),
  concurrency: whole('N', 64, 'transfers in flight'),
  load: whole('MS', 1_000, 'the longest time until a kill'),
  server: text('FILE', launcher, 'the launcher of the server'),
  json: toggle('the summary as JSON'),
}

async function crash(values: Values<typeof flags>): Promise<boolean> {
  const findings = new Findings()
  const folder = await temporaryFolder('crash', { keep: () => findings.count > 0 })
  const places = ['--data', path.join(folder, 'data'), '--mirror', path.join(folder, 'mirror')]
  const address = ['--port', '0', '--host', '127.0.0.1']
  const start = () => startServer(values.server, [...address, ...places, '--engine', 'file'])
  const outages = new Outages(start, values, findings)
  const passed = await playRounds(outages, values, findings)
  const { rounds: played, ...counts } = outages.counts
  const summary = { held: passed, of: values.rounds, played, seed: values.seed, ...counts, findings: findings.told() }
  console.log(values.json ? JSON.stringify(summary) : summaryText(summary, folder))
  return findings.count === 0
}

/** How many rounds held; the first one that does not is the last one, so that the folder shows how it was left. */
async function playRounds(
  outages: Outages,
  { rounds, seed }: Values<typeof flags>,
  findings: Findings,
): Promise<number> {
  const progress = new Progress(`outages (seed ${seed})`, rounds)
  let passed = 0
  try {
    for (; passed < rounds; passed++) {
      await outages.round()
      if (findings.count > 0) break
      progress.step()
    }
    if (findings.count === 0) await outages.finish()
  } catch (error) {
    findings.add(error instanceof Error ? (error.stack ?? error.message) : `${error}`)
  }
  progress.finish()
  return passed
}

interface Summary extends Omit<Outages['counts'], 'rounds'> {
  readonly held: number
  readonly of: number
  readonly seed: number
  readonly findings: readonly string[]
}

function summaryText(summary: Summary, folder: string): string {
  const { held, of, seed, acknowledged, unknown, happened, recoveries_killed, checked, findings } = summary
  return [
    `${held} of ${of} outages held (seed ${seed}, ${recoveries_killed} recoveries killed, too)`,
    `${acknowledged} transfers acknowledged${findings.length === 0 ? ': each is there once' : ''}`,
    `${unknown} without an answer: ${happened} had happened, ${unknown - happened} had not`,
    ...(findings.length === 0 ? [`${checked} operations strictly serializable`] : []),
    ...findings.map((finding) => `WRONG: ${finding}`),
    ...(findings.length === 0 ? [] : [`FAILED (seed ${seed}); the data stays in ${folder}`]),
  ].join('\n')
}

await runCommand(usage, flags, crash)
