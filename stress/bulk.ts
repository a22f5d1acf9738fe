// npm run bench:bulk: batches of thousands of transfers, in bursts, and what a transfer of them costs at which stage.

import os from 'node:os'
import path from 'node:path'
import { rotated } from './bench/cells.ts'
import { settle } from './bench/measure.ts'
import { type BulkMode, bodiesOf, modes, type Workload } from './bulk/bodies.ts'
import { type Burst, burst } from './bulk/burst.ts'
import { Stages } from './bulk/stages.ts'
import { bulkTables, medianOf, notMeasured } from './bulk/tables.ts'
import { runCommand } from './harness/command.ts'
import { BadFlag, text, toggle, type Values, whole } from './harness/flags.ts'
import { Progress } from './harness/progress.ts'
import { launcher, startServer, temporaryFolder } from './harness/server-process.ts'

const usage = `npm run bench:bulk -- [flags]

Bursts of POST /v1/batches (atomic, independent, NDJSON; Prefer: return=minimal) to a server of its own with a file journal
in two copies, and the CPU time of each stage, measured apart.`

const flags = {
  rounds: whole('N', 5, 'bursts of each mode'),
  bodies: whole('N', 8, 'in a burst'),
  'in-flight': whole('N', 3, 'bodies sent at once'),
  size: whole('N', 8_192, 'transfers in a body'),
  accounts: whole('N', 10_000, 'that the transfers go between', 2),
  ids: toggle("each transfer has an id of the client's own"),
  seed: whole('N', 42, 'of the transfers', 0),
  only: text('MODE', undefined, `one of ${modes.join(', ')}`),
  data: text('FOLDER', os.tmpdir(), 'below which the ledger is kept while it is measured'),
  json: toggle('the rows as JSON'),
}

type Options = Values<typeof flags>

async function bench(options: Options): Promise<boolean> {
  const chosen = modes.filter((mode) => options.only === undefined || mode === options.only)
  if (chosen.length === 0) throw new BadFlag(`--only ${options.only} leaves nothing to measure`)
  const bursts = await measured(chosen, options)
  const rows = []
  for (const mode of chosen) {
    rows.push({ mode, burst: medianOf(bursts.get(mode) ?? []), stages: await stagesOf(mode, options) })
  }
  const [cpu] = os.cpus()
  const machine = `${os.cpus().length} × ${cpu?.model ?? 'unknown CPU'}, Node ${process.version}, data below ${options.data}`
  console.log(options.json ? JSON.stringify({ machine, rows }) : bulkTables(rows))
  if (!options.json) console.log(`\n${machine}\n${notMeasured}`)
  return true
}

async function measured(
  chosen: readonly BulkMode[],
  { data, rounds, bodies, 'in-flight': inFlight, ...workload }: Options,
): Promise<ReadonlyMap<BulkMode, readonly Burst[]>> {
  const folder = await temporaryFolder('bulk', { below: data })
  const places = ['--data', path.join(folder, 'data'), '--mirror', path.join(folder, 'mirror')]
  const server = startServer(launcher, ['--port', '0', '--host', '127.0.0.1', ...places, '--engine', 'file'])
  const running = { url: await server.ready, pid: server.pid }
  const body = bodiesOf(workload)
  const results = new Map<BulkMode, Burst[]>(chosen.map((mode) => [mode, []]))
  const progress = new Progress('bursts', chosen.length * (rounds + 1))
  // Round 0 only warms up.
  for (let round = 0; round <= rounds; round++) {
    for (const mode of rotated(chosen, round)) {
      const made = Array.from({ length: bodies }, () => body(mode))
      const result = await burst(running, mode, made, workload.size, inFlight)
      if (round > 0) results.get(mode)?.push(result)
      await settle(running.pid)
      progress.step()
    }
  }
  progress.finish()
  await server.stop()
  return results
}

const warmUp = 4
const repeats = 16

async function stagesOf(mode: BulkMode, { data, ...options }: Options) {
  const workload: Workload = options
  const stages = await Stages.in(await temporaryFolder('stages', { below: data }))
  const body = bodiesOf(workload)
  for (let count = 0; count < warmUp; count++) await stages.take(body(mode), mode)
  stages.begin()
  for (let count = 0; count < repeats; count++) await stages.take(body(mode), mode)
  await stages.close()
  return stages.medians(workload.size)
}

await runCommand(usage, flags, bench)
