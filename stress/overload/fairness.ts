// npm run stress:fairness: how far bulk moves singles and reads, and a noisy token a quiet one, in windows that alternate.

import { median } from '../bench/report.ts'
import { runCommand } from '../harness/command.ts'
import { measure as number, toggle, type Values, whole } from '../harness/flags.ts'
import { bulk, largestBatch } from './bulk-crowd.ts'
import type { Crowd } from './crowd.ts'
import { type CrowdProcess, startCrowd, told } from './crowds.ts'
import { startSlowed } from './slowed.ts'
import { tokensFor } from './tokens.ts'
import { lateness, worked, workedSince } from './vitals.ts'

const usage = `npm run stress:fairness -- [flags]

Bulk: on a server as it is, clients keep sending batches of 8,192 transfers, and singles and reads come in an open loop.
Their p99 must stay within 3 times what such a batch takes there and then: they are decided behind one at most, and bulk
itself waits behind others. What one takes alone is told beside it. Tokens: on a slowed disk (see stress:overload) a quiet token comes in an open loop,
every other window beside a noisy one that sends many times what the server can serve. The median over the windows of the
quiet one's p99 must not be more than 2 times as much beside the noisy one, and it must never be refused.`

const flags = {
  rounds: whole('N', 5, 'windows of each kind'),
  seconds: number('S', 2, 'of a window'),
  bulk: number('S', 5, 'of bulk'),
  alone: whole('N', 3, 'batches that are sent alone before'),
  record: whole('MS', 100, 'that every record takes longer where tokens are compared'),
  seed: whole('N', 0, 'taken for the scorecard; nothing here is drawn', 0),
  json: toggle('the report as JSON'),
}

type Options = Values<typeof flags>

const timesOneBatch = 3
const timesQuiet = 2
const bulkClients = 4
/** A second of each kind: far below what can be served. */
const trickle = 40
/** A second: far less than its share, as the word quiet means. */
const quietly = 4
/** A second: ten times what the slowed disk can serve. */
const noise = 800

async function fairness(options: Options): Promise<boolean> {
  const crowds = await Promise.all([startCrowd(), startCrowd()])
  const beside = await besideBulk(options, crowds)
  const tokens = await besideNoise(options, crowds)
  for (const crowd of crowds) crowd.end()
  const bound_ms = timesOneBatch * beside.batch_ms
  const checks = {
    'singles stay within the bound beside bulk': beside.singles.p99_ms <= bound_ms,
    'reads stay within the bound beside bulk': beside.reads.p99_ms <= bound_ms,
    'bulk was never idle': beside.batches > bulkClients,
    'none of them was refused': beside.refused === 0,
    'a noisy token moves a quiet one no further': tokens.ratio <= timesQuiet,
    'the quiet one is never refused': tokens.quiet_refused === 0,
    'the noisy one was': tokens.noisy_refused > tokens.noisy_accepted,
    'both servers end well': beside.exit === 0 && tokens.exit === 0,
  }
  const failed = Object.entries(checks).flatMap(([check, held]) => (held ? [] : [check]))
  const of = Object.keys(checks).length
  const report = { held: of - failed.length, of, failed, bound_ms, bulk: beside, tokens }
  console.log(options.json ? JSON.stringify(report) : JSON.stringify(report, undefined, 2))
  return failed.length === 0
}

type Crowds = readonly [CrowdProcess, CrowdProcess]

async function besideBulk(options: Options, [one, other]: Crowds) {
  const { server, url } = await startSlowed('fairness', 0)
  const batch = largestBatch()
  const times = (count: number) => {
    let left = count
    return () => left-- > 0
  }
  const ask = async (seconds: number) => {
    const wish = { url, seconds, connections: 200, rate: trickle }
    return Promise.all([one.send(wish), other.send({ ...wish, get: '/v1/accounts/till/balance' })])
  }
  await Promise.all([bulk(url, 1, batch, times(1)), ask(0.3)])
  const alone = await bulk(url, 1, batch, times(options.alone))
  process.kill(server.pid, 'SIGUSR2')
  const before = await worked(server.pid)
  let over = false
  const saturating = bulk(url, bulkClients, batch, () => !over)
  const [singles, reads] = await ask(options.bulk)
  over = true
  const own = workedSince(before, await worked(server.pid))
  const took = await saturating
  const exit = await server.stop()
  const refused = singles.refused.at.length + reads.refused.at.length + singles.others + reads.others
  const [ofSingles, ofReads] = [told(singles.accepted), told(reads.accepted)]
  return {
    batch_alone_ms: median(alone),
    batches: took.length,
    batch_ms: median(took),
    singles: ofSingles,
    reads: ofReads,
    refused,
    server: { ...own, ...lateness(server.log()) },
    crowds: [singles, reads].map(({ late_p99_ms, waited_ms }) => ({ late_p99_ms, waited_ms })),
    exit: exit.code,
  }
}

async function besideNoise(options: Options, [one, other]: Crowds) {
  const { server, url } = await startSlowed('fairness', options.record)
  const [quiet = '', noisy = ''] = await tokensFor(url, ['quiet', 'noisy'])
  const { seconds } = options
  const come = () => one.send({ url, seconds, connections: 20, rate: quietly, token: quiet, from: 'quiet' })
  const shout = () => other.send({ url, seconds, connections: 400, rate: noise, token: noisy, from: 'noisy' })
  await Promise.all([come(), shout()])
  const [before, beside, noises]: [Crowd[], Crowd[], Crowd[]] = [[], [], []]
  for (let round = 0; round < options.rounds; round++) {
    before.push(await come())
    const [heard, made] = await Promise.all([come(), shout()])
    beside.push(heard)
    noises.push(made)
  }
  const exit = await server.stop()
  const p99 = (crowds: readonly Crowd[]) => median(crowds.map(({ accepted }) => told(accepted).p99_ms))
  const count = (crowds: readonly Crowd[], which: 'accepted' | 'refused') =>
    crowds.reduce((sum, crowd) => sum + crowd[which].at.length, 0)
  return {
    alone_p99_ms: p99(before),
    beside_p99_ms: p99(beside),
    ratio: p99(beside) / p99(before),
    quiet_refused: count([...before, ...beside], 'refused'),
    noisy_accepted: count(noises, 'accepted'),
    noisy_refused: count(noises, 'refused'),
    exit: exit.code,
  }
}

await runCommand(usage, flags, fairness)
