// npm run stress:sigterm: the server is told to stop under load, again and again, and must part in good order.

import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { Findings } from '../checks/findings.ts'
import { Client } from '../harness/client.ts'
import { runCommand } from '../harness/command.ts'
import { text, toggle, type Values, whole } from '../harness/flags.ts'
import { Progress } from '../harness/progress.ts'
import { type Random, randomFrom, wholeNumber } from '../harness/random.ts'
import { launcher, type ServerProcess, startServer, temporaryFolder } from '../harness/server-process.ts'
import { PartingClients } from './parting-clients.ts'

const usage = `npm run stress:sigterm -- [flags]

Rounds of: start, transfers, batches, streams of lines and a subscriber over connections that are kept, SIGTERM at a random
moment. The server must exit with 0 within five seconds; no connection may be reset; each answer that has begun is whole;
the next start finds nothing to cut off, and all that was acknowledged. Exit 0: all held; 1: one round did not.`

const flags = {
  rounds: whole('N', 10, 'stops'),
  load: whole('MS', 400, 'the longest time until one'),
  connections: whole('N', 24, 'that send transfers one by one'),
  seed: whole('N', Math.floor(Math.random() * 2 ** 31), 'of the moments; another one each time', 0),
  server: text('FILE', launcher, 'the launcher of the server'),
  json: toggle('the report as JSON'),
}

type Options = Values<typeof flags>

const exit_ms = 5_000
/** Ids that are looked up after each start; the sum of all is compared, too. */
const lookUps = 50

async function sigterm(options: Options): Promise<boolean> {
  const findings = new Findings()
  const folder = await temporaryFolder('sigterm', { keep: () => findings.count > 0 })
  const data = path.join(folder, 'data')
  const places = ['--data', data, '--mirror', path.join(folder, 'mirror')]
  const start = () => startServer(options.server, ['--port', '0', '--host', '127.0.0.1', '--engine', 'file', ...places])
  const random = randomFrom(options.seed)
  const progress = new Progress(`stops (seed ${options.seed})`, options.rounds)
  const total = { acknowledged: 0, unanswered: 0, moved: 0, slowest_ms: 0, late_ms: 0 }
  let held = 0
  let acknowledged: readonly string[] = []
  const journal = path.join(data, 'journal')
  while (held < options.rounds && findings.count === 0) {
    const server = start()
    await inquire(await server.ready, acknowledged, total, findings)
    acknowledged = await playRound(server, held, random, options, total, findings)
    await demandUncut(server, journal, findings)
    if (findings.count === 0) held++
    progress.step()
  }
  const last = start()
  await inquire(await last.ready, acknowledged, total, findings)
  await last.stop()
  await demandUncut(last, journal, findings)
  if (findings.count > 0 && held === options.rounds) held-- // what is missed at the end was lost in the last one
  progress.finish()
  const report = { held, of: options.rounds, seed: options.seed, ...total, findings: findings.told() }
  console.log(options.json ? JSON.stringify(report) : JSON.stringify(report, undefined, 2))
  return findings.count === 0
}

interface Total {
  acknowledged: number
  unanswered: number
  moved: number
  slowest_ms: number
  /** By how much the clients' own event loop was late at most: so long a server may have waited for them. */
  late_ms: number
}

/** What was acknowledged in it. */
async function playRound(
  server: ServerProcess,
  round: number,
  random: Random,
  options: Options,
  total: Total,
  findings: Findings,
): Promise<readonly string[]> {
  const clients = new PartingClients(await server.ready, round, findings)
  await clients.start(options.connections)
  await pause(wholeNumber(random, 1, options.load))
  clients.expectEnd()
  const late = monitorEventLoopDelay({ resolution: 1 })
  late.enable()
  const told = performance.now()
  const exit = await server.stop()
  const took_ms = Math.round(performance.now() - told)
  await clients.ended()
  late.disable()
  const isGood = exit.code === 0 && took_ms <= exit_ms
  const late_ms = Math.round(late.max / 1e6)
  const how = () => `exit ${exit.signal ?? exit.code} after ${took_ms} ms, the clients late by ${late_ms} ms`
  findings.demand(isGood, () => `${how()}\n${clients.left.slice(-4).join('; ')}\n${server.log()}`)
  total.acknowledged += clients.acknowledged.length
  total.unanswered += clients.unanswered
  total.slowest_ms = Math.max(total.slowest_ms, took_ms)
  total.late_ms = Math.max(total.late_ms, late_ms)
  return clients.acknowledged
}

/** All that was acknowledged in the round before is there; of all rounds at least as much was moved. */
async function inquire(url: string, acknowledged: readonly string[], total: Total, findings: Findings): Promise<void> {
  const client = new Client(url, 16)
  const step = Math.max(1, Math.floor(acknowledged.length / lookUps))
  const some = acknowledged.filter((_, index) => index % step === 0 || index === acknowledged.length - 1)
  await Promise.all(
    some.map(async (id) => {
      const { status } = await client.get(`/v1/transfers/${id}`)
      findings.demand(status === 200, () => `${id} was acknowledged and is answered ${status}`)
    }),
  )
  const { text } = await client.get('/v1/accounts/parting:till/balance')
  total.moved = Number((JSON.parse(text) as { posted: string }).posted)
  const isThere = total.moved >= total.acknowledged
  findings.demand(isThere, () => `${total.acknowledged} were acknowledged, and ${total.moved} are there`)
  await client.destroy()
}

/** Its start found nothing to mend, and its end nobody to cut. */
async function demandUncut(server: ServerProcess, journal: string, findings: Findings): Promise<void> {
  findings.demand(
    !server.log().includes('"level":40'),
    () => `the start had to mend something, or the end to cut a connection\n${server.log()}`,
  )
  const cut = (await readdir(journal)).filter((name) => name.endsWith('.cut'))
  findings.demand(cut.length === 0, () => `a record was cut off: ${cut.join(', ')}`)
}

await runCommand(usage, flags, sigterm)
