// npm run stress:soak: the operations of a day in a short time; what the server takes stays flat, and so does its recovery.

import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { Findings } from '../checks/findings.ts'
import { Client } from '../harness/client.ts'
import { runCommand } from '../harness/command.ts'
import { share, text, toggle, type Values, whole } from '../harness/flags.ts'
import { Progress } from '../harness/progress.ts'
import { launcher, type ServerProcess, startServer, temporaryFolder } from '../harness/server-process.ts'
import { work } from '../soak/day.ts'
import { handlesOf, type JournalLength, lagOf, lengthOf, type Vitals } from '../soak/vitals.ts'

const usage = `npm run stress:soak -- [flags]

Transfers, batches of 50, holds, retries and reads on a fixed number of accounts, in some lives of the server, each ended
by kill -9. A life has some stretches; after each: memory, open files, and how far the history is behind. The later half
of a life must not be much above the earlier one: memory by half, handles by two, the history by 5 s. A restart reads the
whole journal: compared with the first one after a life it may take a second more, and for as much journal half as long
again; the table at the end tells both. At the end "verify" must find no fault, and all balances must add up to nothing.
A day is 864,000 operations, ten a second; an item of a batch is one, and so is a hold with its end, or a transfer that
is sent twice. Needs /proc (Linux). Exit 0: all flat; 1: not.`

const flags = {
  operations: whole('N', 20_000, 'in all; --long: 864,000, those of a day'),
  batched: share(0.75, 'operations that come in batches'),
  lives: whole('N', 3, 'of the server; --long: 4'),
  stretches: whole('N', 2, 'that a life has; --long: 5', 2),
  accounts: whole('N', 1_000, 'that they go between', 2),
  connections: whole('N', 32, 'that ask at once'),
  seed: whole('N', Math.floor(Math.random() * 2 ** 31), 'of the operations; another one each time', 0),
  long: toggle("a day's operations"),
  server: text('FILE', launcher, 'the launcher of the server'),
  json: toggle('the summary as JSON'),
}

const aDay = { operations: 864_000, lives: 4, stretches: 5 }

interface Measured extends Vitals {
  readonly operations: number
}

interface Life {
  readonly stretches: readonly Measured[]
  /** After it, by kill -9, with a journal of that length. */
  readonly restart_ms: number
  readonly journal: JournalLength
}

async function soak(given: Values<typeof flags>): Promise<boolean> {
  const values = given.long ? { ...given, ...aDay } : given
  const findings = new Findings()
  const folder = await temporaryFolder('soak', { keep: () => findings.count > 0 })
  const places = ['--data', path.join(folder, 'data'), '--mirror', path.join(folder, 'mirror')]
  const start = () => startServer(values.server, ['--port', '0', '--host', '127.0.0.1', ...places])
  const started = performance.now()
  const lived: Life[] = []
  try {
    await play(start, path.join(folder, 'data', 'journal'), values, lived)
    judge(lived, findings)
    const { status, stdout } = spawnSync(process.execPath, [values.server, 'verify', ...places], { encoding: 'utf8' })
    findings.demand(status === 0, () => `verify: exit ${status}\n${stdout}`)
  } catch (error) {
    findings.add(error instanceof Error ? (error.stack ?? error.message) : `${error}`)
  }
  const of = checksOf(values)
  const seconds = Math.round((performance.now() - started) / 1_000)
  const score = { line: 'soak', held: Math.max(0, of - findings.count), of, seed: values.seed, seconds }
  const summary = { ...score, operations: values.operations, lived, findings: findings.told() }
  console.log(values.json ? JSON.stringify(summary) : summaryText(summary))
  return findings.count === 0
}

async function play(
  start: () => ServerProcess,
  folder: string,
  values: Values<typeof flags>,
  lived: Life[],
): Promise<void> {
  const progress = new Progress(`operations (seed ${values.seed})`, values.operations)
  let server = start()
  await server.ready
  for (let life = 0; life < values.lives; life++) {
    const stretches = await live(server, life, values, progress)
    const journal = await lengthOf(await server.ready, folder)
    await server.kill() // without a clean stop: the restart has to look at the end of the journal
    const stopped = performance.now()
    server = start()
    await server.ready
    lived.push({ stretches, restart_ms: performance.now() - stopped, journal })
  }
  await balanced(await server.ready)
  await server.stop()
  progress.finish()
}

async function live(
  server: ServerProcess,
  life: number,
  values: Values<typeof flags>,
  progress: Progress,
): Promise<readonly Measured[]> {
  const { accounts, connections, batched } = values
  const operations = Math.floor(values.operations / values.stretches / values.lives)
  const [url, pid] = [await server.ready, server.pid]
  const step = (count: number) => progress.step(count)
  const measured: Measured[] = []
  for (let stretch = 0; stretch < values.stretches; stretch++) {
    const number = life * values.stretches + stretch
    const seed = values.seed + number
    const memory_mib = await work({ url, pid, operations, batched, accounts, connections, seed, step })
    const vitals = { memory_mib, lag_ms: await lagOf(url), handles: await handlesOf(pid) }
    measured.push({ ...vitals, operations: (number + 1) * operations })
  }
  return measured
}

/** The sums are made from all that has happened, when they are asked for the first time: that takes a while. */
async function balanced(url: string): Promise<void> {
  const client = new Client(url, 1)
  let answer = await client.get('/v1/balances:sum')
  for (let times = 0; times < 60 && answer.status === 503; times++) answer = await client.get('/v1/balances:sum')
  await client.destroy()
  const sums = (JSON.parse(answer.text) as { data?: readonly { posted: string }[] }).data
  if (answer.status === 200 && sums?.every(({ posted }) => posted === '0')) return
  throw new Error(`the sums are ${answer.status} ${answer.text}`)
}

/** Three of each stretch of the later half of a life, and one of each restart but the first. */
function checksOf({ lives, stretches }: Values<typeof flags>): number {
  return lives * 3 * Math.ceil(stretches / 2) + lives - 1
}

function judge(lived: readonly Life[], findings: Findings): void {
  for (const { stretches } of lived) {
    const half = Math.floor(stretches.length / 2)
    const most = (member: keyof Measured) => Math.max(...stretches.slice(0, half).map((one) => one[member]))
    for (const later of stretches.slice(half)) {
      const demand = (member: keyof Measured, limit: number) =>
        findings.demand(later[member] <= limit, () => {
          return `after ${later.operations} operations ${member} is ${later[member].toFixed(1)}, above ${limit.toFixed(1)}`
        })
      demand('memory_mib', 1.5 * most('memory_mib'))
      demand('handles', most('handles') + 2)
      demand('lag_ms', most('lag_ms') + 5_000)
    }
  }
  const [first, ...others] = lived
  if (first === undefined) return
  for (const { restart_ms, journal } of others) {
    const limit = 1.5 * first.restart_ms * (journal.seq / first.journal.seq) + 1_000
    const why = () => `a restart with ${journal.seq} seqs took ${restart_ms} ms, above ${limit}`
    findings.demand(restart_ms <= limit, why)
  }
}

interface Summary {
  readonly held: number
  readonly of: number
  readonly seed: number
  readonly seconds: number
  readonly lived: readonly Life[]
  readonly findings: readonly string[]
}

function summaryText({ held, of, seed, seconds, lived, findings }: Summary): string {
  const row = (values: readonly number[]) =>
    values.map((value, index) => `${Math.round(value)}`.padStart([10, 12, 9, 8][index] ?? 0)).join('')
  return [
    'operations  memory MiB  handles  lag ms',
    ...lived.flatMap(({ stretches }) =>
      stretches.map(({ operations, memory_mib, handles, lag_ms }) => row([operations, memory_mib, handles, lag_ms])),
    ),
    'after kill -9:',
    '       seq journal MiB ready ms',
    ...lived.map(({ journal, restart_ms }) => row([journal.seq, journal.journal_mib, restart_ms])),
    `${held} of ${of} checks held in ${seconds} s (seed ${seed})`,
    ...findings.map((finding) => `WRONG: ${finding}`),
  ].join('\n')
}

await runCommand(usage, flags, soak)
