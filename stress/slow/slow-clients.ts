// npm run stress:slow: a crowd that sends and reads as slowly as it can, and good clients who must not feel it.

import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Findings } from '../checks/findings.ts'
import { Client } from '../harness/client.ts'
import { runCommand } from '../harness/command.ts'
import { text, toggle, type Values, whole } from '../harness/flags.ts'
import { GoodClients } from '../harness/good-clients.ts'
import { startLineProcess } from '../harness/line-process.ts'
import { launcher, startServer, temporaryFolder } from '../harness/server-process.ts'
import { slowReaders } from './slow-readers.ts'
import type { Crowd, CrowdTold } from './slow-senders.ts'

const usage = `npm run stress:slow -- [flags]

Heads and bodies that come byte by byte, answers and streams of events that nobody reads, from processes of their own. The
server must send each away within ten seconds. All the while requests come at an even pace: their 99th percentile under
siege, the median over the windows, may be twice that of the quiet windows around, and none may be refused.`

const flags = {
  connections: whole('N', 1_000, 'slow ones'),
  rounds: whole('N', 3, 'sieges, each after a quiet window'),
  rate: whole('N', 200, 'good requests a second'),
  history: whole('N', 20_000, 'transfers of which the slow ones are to be told', 0),
  seed: whole('N', 0, 'taken for the scorecard; nothing here is drawn', 0),
  server: text('FILE', launcher, 'the launcher of the server'),
  json: toggle('the report as JSON'),
}

type Options = Values<typeof flags>

const closed_ms = 10_000
/** So that none waits for another in the queue of new connections. */
const spread_ms = 5_000
const slower = 2
/** What is made once, when it is first asked for, is no matter of slowness. */
const warming = ['/v1/openapi.json', '/v1/transfers?limit=300', '/v1/journal']

async function slowClients(options: Options): Promise<boolean> {
  const findings = new Findings()
  const folder = await temporaryFolder('slow')
  const places = ['--data', path.join(folder, 'data'), '--mirror', path.join(folder, 'mirror')]
  const server = startServer(options.server, ['--port', '0', '--host', '127.0.0.1', '--engine', 'file', ...places])
  const url = await server.ready
  await fill(url, options.history)
  for (const target of warming) await (await fetch(new URL(target, url))).arrayBuffer()
  const good = new GoodClients(url, options.rate, findings)
  good.start()
  const [quiet, besieged, crowds] = await windows(url, good, options)
  await good.end()
  const exit = await server.stop()
  findings.demand(exit.code === 0, () => `the server ended with ${exit.signal ?? exit.code}\n${server.log()}`)
  const [calm, pressed] = [median(quiet), median(besieged)]
  findings.demand(pressed <= slower * calm, () => `good requests took ${pressed} ms and not ${calm} ms (p99)`)
  const sent = crowds.flatMap(({ kinds }) => Object.values(kinds))
  const of = sent.reduce((sum, { count }) => sum + count, 0)
  const closed = sent.reduce((sum, { closed }) => sum + closed, 0)
  findings.demand(closed === of, () => `${of - closed} slow connections were left open for longer`)
  const held = Math.max(0, Math.min(closed, of - findings.count))
  const figures = { p99_quiet_ms: calm, p99_besieged_ms: pressed, quiet, besieged, good: good.answered }
  const report = { held, of, ...figures, crowds, findings: findings.told() }
  console.log(options.json ? JSON.stringify(report) : JSON.stringify(report, undefined, 2))
  return findings.count === 0
}

/** By turns, so that what the machine does besides falls on both. */
async function windows(url: string, good: GoodClients, { connections, rounds }: Options) {
  const [quiet, besieged, crowds]: [number[], number[], CrowdTold[]] = [[], [], []]
  await pause(2_000) // until all is warm
  for (let round = 0; round < rounds; round++) {
    good.window()
    await pause(spread_ms + closed_ms)
    quiet.push(good.window())
    const begin = await crowdsBefore(url, connections)
    good.window()
    crowds.push(...(await Promise.all(begin.map((crowd) => crowd()))))
    besieged.push(good.window())
  }
  return [quiet, besieged, crowds] as const
}

/** A third each: heads, bodies, readers. */
async function crowdsBefore(url: string, connections: number): Promise<readonly Crowd[]> {
  const readers = await slowReaders(url, { count: Math.round(connections / 3), spread_ms, open_ms: closed_ms })
  if (readers === undefined) console.error('SKIPPED the slow readers: there is no python3')
  const senders = await slowSenders(url, connections - Math.round(connections / 3))
  return readers === undefined ? [senders] : [senders, readers]
}

async function slowSenders(url: string, count: number): Promise<Crowd> {
  const script = path.join(import.meta.dirname, 'slow-senders.ts')
  const node = await startLineProcess(process.execPath, [script, url, `${count}`, `${closed_ms}`, `${spread_ms}`])
  await node?.heard() // it can begin
  return async () => JSON.parse((await node?.ask('go')) ?? '') as CrowdTold
}

/** A history that is longer than what the system keeps for who does not read, of records of the usual length. */
async function fill(url: string, count: number): Promise<void> {
  const client = new Client(url, 1)
  const items = Array.from({ length: 200 }, () => ({ from: 'past:payer', to: 'past:till', amount: '1' }))
  for (let left = count; left > 0; left -= items.length) {
    const batch = { mode: 'independent', items: items.slice(0, left) }
    const { status } = await client.post('/v1/batches', JSON.stringify(batch))
    if (status !== 200) throw new Error(`a batch was answered ${status}`)
  }
  await client.destroy()
}

function median(figures: readonly number[]): number {
  return [...figures].sort((one, other) => one - other)[Math.floor(figures.length / 2)] ?? Number.NaN
}

await runCommand(usage, flags, slowClients)
