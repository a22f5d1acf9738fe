// npm run stress:overload: many times as many requests as the server can serve come, whether they are answered or not.

import { Client } from '../harness/client.ts'
import { runCommand } from '../harness/command.ts'
import { measure as number, toggle, type Values, whole } from '../harness/flags.ts'
import type { Crowd } from './crowd.ts'
import { type CrowdProcess, startCrowd, sum, told } from './crowds.ts'
import { startSlowed } from './slowed.ts'
import { lateness, residentMiB, worked, workedSince } from './vitals.ts'

const usage = `npm run stress:overload -- [flags]

A server whose disk takes its time, so that refusing costs little beside serving. First its peak is measured: as many
clients as it has slots, each waiting for its answer. Then requests come at a multiple of that, in an open loop, from
processes of their own. What it serves must stay near the peak, the others must be told soon (99 of 100 of them, as the
crowd hears it), memory must not grow, and what it said must be there. --full-speed: the same on the disk as it is,
whatever comes of it, as a figure only. On a busy machine look at "waited_ms": how long the main threads could have worked
and had no processor.`

const flags = {
  times: number('N', 10, 'as many requests as it can serve'),
  seconds: number('S', 6, 'of overload'),
  peak: number('S', 2, 'of the peak before'),
  record: whole('MS', 100, 'that every record takes longer'),
  crowds: whole('N', 2, 'processes that send'),
  connections: whole('N', 800, 'of all crowds, on the slowed disk'),
  'full-connections': whole('N', 4_096, 'of all crowds at full speed: fewer than 3,072 find no line full'),
  'full-speed': toggle('then the same on the disk as it is'),
  seed: whole('N', 0, 'taken for the scorecard; nothing here is drawn', 0),
  json: toggle('the report as JSON'),
}

type Options = Values<typeof flags>

const slots = 16
const leastGoodput = 0.9
const slower = 5
const told_ms = 50
const mostGrowth_MiB = 150

async function overload(options: Options): Promise<boolean> {
  const crowds = await Promise.all(Array.from({ length: options.crowds }, startCrowd))
  const slow = await overloaded(options, crowds, options.record, slots, options.connections)
  const full = options['full-speed']
    ? await overloaded(options, crowds, 0, 256, options['full-connections'])
    : undefined
  for (const crowd of crowds) crowd.end()
  const failed = Object.entries(judged(slow)).flatMap(([check, held]) => (held ? [] : [check]))
  const of = Object.keys(judged(slow)).length
  const report = { held: of - failed.length, of, failed, ...slow, ...(full && { full_speed: full }) }
  console.log(options.json ? JSON.stringify(report) : JSON.stringify(report, undefined, 2))
  return failed.length === 0
}

async function overloaded(
  options: Options,
  crowds: readonly CrowdProcess[],
  record_ms: number,
  clients: number,
  connections: number,
) {
  const { server, url } = await startSlowed('overload', record_ms)
  const batch_ms = Math.max(1, record_ms)
  const ask = async (seconds: number, from: number, rate?: number) => {
    const share = { url, seconds, connections: Math.ceil(from / crowds.length) }
    const wish = rate === undefined ? share : { ...share, rate: rate / crowds.length }
    return sum(await Promise.all(crowds.map((crowd) => crowd.send(wish))))
  }
  // Serving and refusing: neither is measured while it is compiled.
  const warm = await ask(0.5, connections, record_ms === 0 ? 5_000 : 1_000)
  const alone = await ask(options.peak, clients)
  const peak = told(alone.accepted, batch_ms)
  process.kill(server.pid, 'SIGUSR2')
  const [memory, before] = [await residentMiB(server.pid), await worked(server.pid)]
  const storm = await ask(options.seconds, connections, peak.perSecond * options.times)
  const own = workedSince(before, await worked(server.pid))
  const growth_MiB = (await residentMiB(server.pid)) - memory
  const there = await served(url)
  const exit = await server.stop()
  return {
    peak,
    ...tellingOf(storm, batch_ms),
    server: { ...own, ...lateness(server.log()), growth_MiB },
    us_per_answer: (own.work_ms * 1_000) / (storm.accepted.at.length + storm.refused.at.length),
    others: warm.others + alone.others + storm.others + alone.refused.at.length,
    lost: warm.accepted.at.length + alone.accepted.at.length + storm.accepted.at.length - there,
    exit: exit.code,
  }
}

function tellingOf(storm: Crowd, batch_ms: number) {
  const { offered, unsent, late_p99_ms, work_ms, waited_ms } = storm
  const [accepted, refused] = [told(storm.accepted, batch_ms), told(storm.refused)]
  return { offered, unsent, accepted, refused, crowd: { late_p99_ms, work_ms, waited_ms } }
}

function judged(slow: Awaited<ReturnType<typeof overloaded>>): Record<string, boolean> {
  const { peak, accepted, refused, offered, unsent, others, lost, server, exit } = slow
  return {
    'the crowd was as large as it should be': unsent * 10 < offered,
    'most were refused': refused.count > accepted.count,
    'goodput stays near the peak': accepted.perSecond >= leastGoodput * peak.perSecond,
    'who is served waits little longer': accepted.p99_ms <= slower * peak.p99_ms,
    'the others are told soon': refused.p99_ms < told_ms,
    'nothing else is answered': others === 0,
    'memory is bounded': server.growth_MiB <= mostGrowth_MiB || Number.isNaN(server.growth_MiB),
    'all that was acknowledged is there, and no more': lost === 0,
    'it ends well': exit === 0,
  }
}

/** Transfers that have happened: each moved 1. */
async function served(url: string): Promise<number> {
  const client = new Client(url, 1)
  const { text } = await client.get('/v1/accounts/till/balance')
  await client.destroy()
  return Number((JSON.parse(text) as { posted: string }).posted)
}

await runCommand(usage, flags, overload)
