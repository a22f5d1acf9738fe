// npm run bench: Surety's durable transfers beside servers that do less, measured in turns in one run.

import { statfs } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { type Cell, cellsOf, rotated, type ServerName, type Spread, skews } from './bench/cells.ts'
import { type Measured, measure, settle } from './bench/measure.ts'
import { notMeasured, rowsOf, tableOf } from './bench/report.ts'
import { requestsFor } from './bench/requests.ts'
import { runCommand } from './harness/command.ts'
import { BadFlag, measure as number, text, toggle, type Values, whole } from './harness/flags.ts'
import { Progress } from './harness/progress.ts'
import { launcher, type ServerProcess, startServer, temporaryFolder } from './harness/server-process.ts'

const usage = `npm run bench -- [flags]

Durable single transfers (file engine, mirror on) against bare node:http and against a Hono echo of the same route, with
and without the same validation; each server in a process of its own, all driven by the same closed loops.`

const flags = {
  seconds: number('S', 2, 'of each measurement'),
  rounds: whole('N', 5, 'measurements of each'),
  connections: text('N,N', '64,256', 'numbers of connections'),
  accounts: whole('N', 10_000, 'that the transfers go between', 2),
  seed: whole('N', 42, 'of the transfers', 0),
  only: text(
    'NAME',
    undefined,
    'servers with this in their name: node:http, echo, unvalidated echo, surety, surety unadmitted',
  ),
  data: text('FOLDER', os.tmpdir(), 'below which the ledger is kept while it is measured'),
  json: toggle('the rows as JSON'),
}

type Options = Values<typeof flags>

interface Running {
  readonly url: string
  readonly process: ServerProcess
}

async function bench(options: Options): Promise<boolean> {
  const cells = cellsOf(countsIn(options.connections), options.only)
  if (cells.length === 0) throw new BadFlag(`--only ${options.only} leaves nothing to measure`)
  const servers = new Map<ServerName, Running>()
  const names = new Set(cells.map(({ server }) => server))
  for (const name of names) servers.set(name, await started(name, options))
  const requests = requestsOf(options)
  const rounds = await measureAll(cells, options, async ({ server, connections, spread }) => {
    const running = servers.get(server)
    if (running === undefined) throw new Error(`${server} is not running`)
    const measured = await measure(
      { url: running.url, pid: running.process.pid },
      connections,
      options.seconds,
      requests[spread],
    )
    await settle(running.process.pid)
    return measured
  })
  await Promise.all([...servers.values()].map((running) => running.process.stop()))
  const rows = rowsOf(rounds)
  console.log(options.json ? JSON.stringify({ machine: await machine(options.data), rows }) : tableOf(rows))
  if (!options.json) console.log(`\n${await machine(options.data)}\n${notMeasured}`)
  return true
}

async function measureAll(
  cells: readonly Cell[],
  { rounds }: Options,
  measured: (cell: Cell) => Promise<Measured>,
): Promise<ReadonlyMap<Cell, readonly Measured[]>> {
  const progress = new Progress('measurements', cells.length * (rounds + 1))
  const results = new Map<Cell, Measured[]>(cells.map((cell) => [cell, []]))
  // Round 0 only warms up: its measurements are thrown away.
  for (let round = 0; round <= rounds; round++) {
    for (const cell of rotated(cells, round)) {
      const result = await measured(cell)
      if (round > 0) results.get(cell)?.push(result)
      progress.step()
    }
  }
  progress.finish()
  return results
}

async function started(name: ServerName, { data }: Options): Promise<Running> {
  const [script, given] = await commandOf(name, data)
  const server = startServer(script, given)
  return { url: await server.ready, process: server }
}

async function commandOf(name: ServerName, data: string): Promise<readonly [string, readonly string[]]> {
  const echo = path.join(import.meta.dirname, 'bench/echo-server.ts')
  if (name === 'node:http') return [path.join(import.meta.dirname, 'bench/bare-server.ts'), []]
  if (name === 'echo') return [echo, []]
  if (name === 'unvalidated echo') return [echo, ['--unvalidated']]
  const folder = await temporaryFolder('bench', { below: data })
  const places = ['--data', path.join(folder, 'data'), '--mirror', path.join(folder, 'mirror')]
  const script = name === 'surety' ? launcher : path.join(import.meta.dirname, 'bench/unadmitted-server.ts')
  return [script, ['--port', '0', '--host', '127.0.0.1', ...places, '--engine', 'file']]
}

function requestsOf({ accounts, seed }: Options): Readonly<Record<Spread, () => Buffer>> {
  return {
    uniform: requestsFor(accounts, skews.uniform, seed),
    'zipf 1.5': requestsFor(accounts, skews['zipf 1.5'], seed),
  }
}

function countsIn(list: string): readonly number[] {
  const counts = list.split(',').map(Number)
  if (counts.every((count) => Number.isSafeInteger(count) && count > 0)) return counts
  throw new BadFlag(`--connections does not take '${list}'`)
}

const inMemory: ReadonlySet<number> = new Set([0x01021994, 0x858458f6]) // tmpfs, ramfs

async function machine(data: string): Promise<string> {
  const [cpu] = os.cpus()
  const disk = inMemory.has((await statfs(data)).type) ? 'IN MEMORY: nothing is durable there; use --data' : 'a disk'
  return `${os.cpus().length} × ${cpu?.model ?? 'unknown CPU'}, Node ${process.version}, data below ${data} (${disk})`
}

await runCommand(usage, flags, bench)
