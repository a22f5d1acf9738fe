// npm run stress:malformed: requests that keep no rules, and a ledger that must not care.

import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { headRead } from '../checks/answers.ts'
import { Findings } from '../checks/findings.ts'
import { Client } from '../harness/client.ts'
import { runCommand } from '../harness/command.ts'
import { share, text, toggle, type Values, whole } from '../harness/flags.ts'
import { GoodClients } from '../harness/good-clients.ts'
import { Progress } from '../harness/progress.ts'
import { type Random, randomFrom } from '../harness/random.ts'
import { launcher, startServer, temporaryFolder } from '../harness/server-process.ts'
import { levelsOff, MemoryWatch } from '../soak/memory-watch.ts'
import { handlesOf } from '../soak/vitals.ts'
import { draw } from './catalogue.ts'
import { Judge } from './judge.ts'
import { exchange } from './raw-exchange.ts'
import { shut } from './raw-request.ts'

const usage = `npm run stress:malformed -- [flags]

Raw bytes over TCP: requests of a catalogue of known wrongs, good ones, and good ones that chance has changed. Each answer
is read strictly and must be one that the API can give, none is 5xx; each connection is closed in time; good requests are
answered all the while. Afterwards the ledger holds what was told to have happened, and no more. Exit 0: all held.`

const flags = {
  count: whole('N', 5_000, 'requests'),
  connections: whole('N', 192, 'open at a time'),
  hold: share(0, 'of the clients that hold on until the server closes'),
  seed: whole('N', Math.floor(Math.random() * 2 ** 31), 'of the requests; another one each time', 0),
  server: text('FILE', launcher, 'the launcher of the server'),
  json: toggle('the report as JSON'),
}

type Options = Values<typeof flags>

/** The server's own limits are 8 s; the rest is for a busy machine. */
const closed_ms = 10_000
const listens_ms = 120
/** Good requests that chance has made, of clients who did not listen. */
const mostUntold = 100
const rate = 50
const mostHandles = 32

async function malformed(options: Options): Promise<boolean> {
  const findings = new Findings()
  const folder = await temporaryFolder('malformed', { keep: () => findings.count > 0 })
  const places = ['--data', path.join(folder, 'data'), '--mirror', path.join(folder, 'mirror')]
  const server = startServer(options.server, ['--port', '0', '--host', '127.0.0.1', '--engine', 'file', ...places])
  const started = performance.now()
  const url = await server.ready
  const before = await handlesOf(server.pid).catch(() => 0)
  const memory = new MemoryWatch(server.pid)
  const held = await besiege(url, options, findings)
  const memory_mib = memory.end()
  const handles = (await handlesOf(server.pid).catch(() => 0)) - before
  findings.demand(levelsOff(memory_mib), () => `memory goes on growing, by quarters: ${memory_mib.join(', ')} MiB`)
  findings.demand(handles < mostHandles, () => `${handles} more files are open than before`)
  const exit = await server.stop()
  findings.demand(exit.code === 0, () => `the server ended with ${exit.signal ?? exit.code}\n${server.log()}`)
  findings.demand(!server.log().includes('unexpectedly'), () => `the server was surprised\n${server.log()}`)
  const { status, stdout } = spawnSync(process.execPath, [options.server, 'verify', ...places], { encoding: 'utf8' })
  findings.demand(status === 0, () => `verify: exit ${status}\n${stdout}`)
  const seconds = Math.round((performance.now() - started) / 100) / 10
  const lost = findings.count > 0 && held.held === options.count ? 1 : 0 // what is wrong at the end is wrong of all
  const report = {
    ...held,
    held: held.held - lost,
    of: options.count,
    seed: options.seed,
    seconds,
    memory_mib,
    handles,
    findings: findings.told(),
  }
  console.log(options.json ? JSON.stringify(report) : JSON.stringify(report, undefined, 2))
  return findings.count === 0
}

async function besiege(url: string, options: Options, findings: Findings) {
  const client = new Client(url, 1)
  for (const account of shut) {
    const { status } = await client.put(`/v1/accounts/${account}`, '{"closed":true}')
    findings.demand(status === 200, () => `an account was not closed: ${status}`)
  }
  const since = headRead(await client.get('/v1/journal/head'))
  const judge = new Judge(findings, since)
  const good = new GoodClients(url, rate, findings)
  good.start()
  const held = await attack(url, judge, options)
  await good.end()
  const seqs = headRead(await client.get('/v1/journal/head')) - since
  const told = new Set([...good.seqs, ...judge.accepted])
  findings.demand(seqs >= told.size, () => `${seqs} things happened, and ${told.size} were told`)
  const untold = Array.from({ length: seqs }, (_, index) => since + index + 1).filter((seq) => !told.has(seq))
  for (const seq of untold.slice(0, mostUntold)) {
    const { text } = await client.get(`/v1/events?after=${seq - 1}&limit=1`)
    findings.demand(judge.wasUnheard(text), () => `this happened, and nobody was told: ${text}`)
  }
  findings.demand(untold.length <= mostUntold, () => `${untold.length} things happened of which nobody was told`)
  findings.demand(good.answered > 0, () => 'no good request was answered')
  const till = JSON.parse((await client.get('/v1/accounts/good:till/balance')).text) as { posted: string }
  findings.demand(
    Number(till.posted) === good.seqs.size,
    () => `the till holds ${till.posted}, and ${good.seqs.size} came in`,
  )
  await client.destroy()
  const statuses = Object.fromEntries([...judge.statuses].sort(([one], [other]) => one - other))
  return { held, statuses, accepted: judge.accepted.size, untold: untold.length, good: good.answered }
}

/** How many held. */
async function attack(url: string, judge: Judge, { count, connections, hold, seed }: Options): Promise<number> {
  const { hostname: host, port } = new URL(url)
  const random = randomFrom(seed)
  const progress = new Progress(`requests (seed ${seed})`, count)
  let [next, held] = [0, 0]
  const client = async () => {
    while (next++ < count) {
      const request = draw(random)
      const heard = await exchange({ host, port: Number(port) }, request, {
        listens_ms: listening(random, hold),
        closed_ms,
      })
      if (judge.hear(request, heard)) held++
      progress.step()
    }
  }
  await Promise.all(Array.from({ length: connections }, client))
  progress.finish()
  return held
}

/** Some end their side with their last byte, some when they were answered, some never. */
function listening(random: Random, hold: number): number {
  const place = random()
  if (place < hold) return closed_ms
  return place > 0.9 ? 0 : listens_ms
}

await runCommand(usage, flags, malformed)
