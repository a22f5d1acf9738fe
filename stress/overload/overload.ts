// npm run stress:overload: many times as many requests as the server can serve come, whether they are answered or not.

import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { Client } from '../harness/client.ts'
import { runCommand } from '../harness/command.ts'
import { measure as number, toggle, type Values, whole } from '../harness/flags.ts'
import { startServer, temporaryFolder } from '../harness/server-process.ts'
import { type Crowd, crowd, queue } from './crowd.ts'

const usage = `npm run stress:overload -- [flags]

A server whose disk takes its time, so that refusing costs little beside serving. First its peak is measured: as many
clients as it has slots, each waiting for its answer. Then requests come at a multiple of that, in an open loop. What it
serves must stay near the peak, the others must be told soon, memory must not grow, and what it said must be there.`

const flags = {
  times: number('N', 10, 'as many requests as it can serve'),
  seconds: number('S', 6, 'of overload'),
  slots: whole('N', 32, 'clients at the peak: the slots of the slow server'),
  connections: whole('N', 1_500, 'of the crowd'),
  seed: whole('N', 0, 'taken for the scorecard; nothing here is drawn', 0),
  json: toggle('the report as JSON'),
}

type Options = Values<typeof flags>

const leastGoodput = 0.9
const slower = 5
const told_ms = 50
const mostGrowth_MiB = 150

async function overload(options: Options): Promise<boolean> {
  const folder = await temporaryFolder('overload')
  const places = ['--data', path.join(folder, 'data'), '--mirror', path.join(folder, 'mirror')]
  const script = path.join(import.meta.dirname, 'slow-server.ts')
  const server = startServer(script, ['--port', '0', '--host', '127.0.0.1', '--engine', 'file', ...places])
  const url = await server.ready
  const warm = await queue(url, 1, options.slots)
  const peak = await queue(url, 3, options.slots)
  const before = await residentMiB(server.pid)
  const storm = await crowd(url, peak.accepted.perSecond * options.times, options.seconds, options.connections)
  const growth_MiB = (await residentMiB(server.pid)) - before
  const there = await served(url)
  const exit = await server.stop()
  const acknowledged = warm.accepted.count + peak.accepted.count + storm.accepted.count
  const checks = {
    ...judged(peak, storm),
    'memory is bounded': growth_MiB <= mostGrowth_MiB || Number.isNaN(growth_MiB),
    'all that was acknowledged is there, and no more': there === acknowledged,
    'it ends well': exit.code === 0,
  }
  const failed = Object.entries(checks).flatMap(([check, held]) => (held ? [] : [check]))
  const of = Object.keys(checks).length
  const report = { held: of - failed.length, of, failed, peak, storm, growth_MiB, acknowledged, there }
  console.log(options.json ? JSON.stringify(report) : JSON.stringify(report, undefined, 2))
  return failed.length === 0
}

function judged(peak: Crowd, storm: Crowd): Record<string, boolean> {
  return {
    'the crowd was as large as it should be': storm.unsent * 10 < storm.offered,
    'most were refused': storm.refused.count > storm.accepted.count,
    'goodput stays near the peak': storm.accepted.perSecond >= leastGoodput * peak.accepted.perSecond,
    'who is served waits little longer': storm.accepted.p99_ms <= slower * peak.accepted.p99_ms,
    'the others are told soon': storm.refused.p99_ms < told_ms,
    'nothing else is answered': peak.others + storm.others + peak.refused.count === 0,
  }
}

/** Transfers that have happened: each moved 1. */
async function served(url: string): Promise<number> {
  const client = new Client(url, 1)
  const { text } = await client.get('/v1/accounts/till/balance')
  await client.destroy()
  return Number((JSON.parse(text) as { posted: string }).posted)
}

/** NaN where there is no /proc. */
async function residentMiB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? NaN) / 1_024
}

await runCommand(usage, flags, overload)
