// npm run stress:crash: kills the server at random moments under load; what was acknowledged must be there once.

import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { Findings } from '../checks/findings.ts'
import { runCommand } from '../harness/command.ts'
import { text, toggle, type Values, whole } from '../harness/flags.ts'
import { Progress } from '../harness/progress.ts'
import { launcher, startServer, temporaryFolder } from '../harness/server-process.ts'
import { Kills } from '../outage/kills.ts'
import { Outages } from '../outage/outages.ts'

const usage = `npm run stress:crash -- [flags]

Rounds of: transfers under load, SIGKILL, restart and an inquest. The kill comes at a random moment or while the journal
begins a new segment; after it a recovery is killed, too, or the archive is taken away and its rebuild killed. Every
acknowledged transfer must be there once and read byte for byte as it was told, every other one wholly or not at all,
what was refused never; every seq must be somebody's, and sending again what may be sent again must replay. A long run is
played on several ledgers, one after the other: series N of seed S is the first one of seed S + N.
Exit 0: all held; 1: one did not.
SIGKILL does not take back what the operating system holds: a lost fdatasync is not found here.`

const flags = {
  rounds: whole('N', 20, 'outages'),
  seed: whole('N', Math.floor(Math.random() * 2 ** 31), 'of the moments; another one each time', 0),
  'per-ledger': whole('N', 50, 'of them on one ledger: it grows, and each start reads all of it'),
  users: whole('N', 50, 'accounts that they go between', 2),
  concurrency: whole('N', 64, 'transfers in flight'),
  load: whole('MS', 1_000, 'the longest time until a kill'),
  server: text('FILE', launcher, 'the launcher of the server'),
  long: toggle('1,000 rounds'),
  json: toggle('the summary as JSON'),
}

const longRounds = 1_000

async function crash(values: Values<typeof flags>): Promise<boolean> {
  const findings = new Findings()
  const folder = await temporaryFolder('crash', { keep: () => findings.count > 0 })
  const rounds = values.long ? longRounds : values.rounds
  const progress = new Progress(`outages (seed ${values.seed})`, rounds)
  const started = performance.now()
  const series: Series[] = []
  for (let left = rounds; left > 0 && findings.count === 0; left -= values['per-ledger']) {
    const place = path.join(folder, `ledger-${series.length}`)
    await mkdir(place)
    const seed = values.seed + series.length
    const options = { ...values, seed, rounds: Math.min(left, values['per-ledger']) }
    series.push(await playSeries(place, options, findings, progress))
    if (findings.count === 0) await rm(place, { recursive: true })
  }
  progress.finish()
  const seconds = Math.round((performance.now() - started) / 1_000)
  const { held, rounds: played, ...counts } = added(series.map(({ counts }) => counts))
  const kills = added(series.map(({ kills }) => kills))
  const score = { line: 'crash', held, of: rounds, seed: values.seed, ledgers: series.length, seconds, played }
  const summary = { ...score, ...counts, kills, findings: findings.told() }
  console.log(values.json ? JSON.stringify(summary) : summaryText(summary, folder))
  return findings.count === 0
}

interface Series {
  readonly counts: Outages['counts'] & { held: number }
  readonly kills: Kills['counts']
}

/** On one ledger. The first round that does not hold is the last one, so that the folder shows how it was left. */
async function playSeries(
  folder: string,
  values: Values<typeof flags>,
  findings: Findings,
  progress: Progress,
): Promise<Series> {
  const places = ['--data', path.join(folder, 'data'), '--mirror', path.join(folder, 'mirror')]
  const address = ['--port', '0', '--host', '127.0.0.1']
  const start = () => startServer(values.server, [...address, ...places, '--engine', 'file'])
  const outages = new Outages(start, values, findings)
  const kills = new Kills(outages, folder, values.seed)
  let held = 0
  try {
    for (; held < values.rounds; held++) {
      await outages.round(kills.next())
      if (findings.count > 0) break
      progress.step()
    }
    if (findings.count === 0) await outages.finish()
  } catch (error) {
    findings.add(error instanceof Error ? (error.stack ?? error.message) : `${error}`)
  }
  return { counts: { ...outages.counts, held }, kills: kills.counts }
}

/** All series have the same counts. */
function added<Counts extends Record<keyof Counts, number>>(all: readonly Counts[]): Counts {
  return all.reduce((sum, one) => {
    const pairs = Object.entries<number>(one).map(([name, count]) => [name, sum[name as keyof Counts] + count])
    return Object.fromEntries(pairs) as Counts
  })
}

interface Summary extends Omit<Outages['counts'], 'rounds'> {
  readonly held: number
  readonly of: number
  readonly seed: number
  readonly ledgers: number
  readonly seconds: number
  readonly kills: Kills['counts']
  readonly findings: readonly string[]
}

function summaryText(summary: Summary, folder: string): string {
  const { held, of, seed, ledgers, seconds, acknowledged, unknown, happened, refused, kills, checked, findings } =
    summary
  return [
    `${held} of ${of} outages held, on ${ledgers} ledgers (seed ${seed}, ${seconds} s)`,
    `killed: ${Object.entries(kills)
      .map(([when, count]) => `${when} ${count}`)
      .join(', ')}`,
    `${acknowledged} transfers acknowledged${findings.length === 0 ? ': each is there once' : ''}`,
    `${unknown} without an answer: ${happened} had happened, ${unknown - happened} had not`,
    `${refused} refused: none is there`,
    ...(findings.length === 0 ? [`${checked} operations strictly serializable`] : []),
    ...findings.map((finding) => `WRONG: ${finding}`),
    ...(findings.length === 0 ? [] : [`FAILED (seed ${seed}); the data stays in ${folder}`]),
  ].join('\n')
}

await runCommand(usage, flags, crash)
