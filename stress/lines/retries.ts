// npm run stress:retries: the same requests again and again, by key and by id, across kills; each happens once and is answered the same.

import { hash } from 'node:crypto'
import path from 'node:path'
import { Findings } from '../checks/findings.ts'
import { Client } from '../harness/client.ts'
import { runCommand } from '../harness/command.ts'
import { text, toggle, type Values, whole } from '../harness/flags.ts'
import { Progress } from '../harness/progress.ts'
import { type Random, randomFrom, wholeNumber } from '../harness/random.ts'
import { launcher, type ServerProcess, startServer, temporaryFolder } from '../harness/server-process.ts'

const usage = `npm run stress:retries -- [flags]

Transfers with an Idempotency-Key, an id, or both, one in ten of them refused; then retries of them at random, many at
once, with kill -9 in between. Each answer must be the first one, byte for byte, with its status; at the end the balances
must be those of one time each, and not one seq may have come by the retries. Exit 0: all of it held; 1: not.`

const flags = {
  transfers: whole('N', 500, 'different ones'),
  retries: whole('N', 5_000, 'of them'),
  kills: whole('N', 2, 'kills between the retries', 0),
  connections: whole('N', 64, 'that ask at once'),
  seed: whole('N', Math.floor(Math.random() * 2 ** 31), 'of the retries; another one each time', 0),
  long: toggle('1,000,000 retries of 50,000 transfers, 10 kills'),
  server: text('FILE', launcher, 'the launcher of the server'),
  json: toggle('the summary as JSON'),
}

type Settings = Values<typeof flags>

async function retries(given: Settings): Promise<boolean> {
  const values = given.long ? { ...given, transfers: 50_000, retries: 1_000_000, kills: 10 } : given
  const findings = new Findings()
  const folder = await temporaryFolder('retries', { keep: () => findings.count > 0 })
  const places = ['--data', path.join(folder, 'data'), '--mirror', path.join(folder, 'mirror')]
  const start = () => startServer(values.server, ['--port', '0', '--host', '127.0.0.1', ...places])
  const started = performance.now()
  const repeated = await play(start, values, findings).catch((error) => {
    findings.add(error instanceof Error ? (error.stack ?? error.message) : `${error}`)
    return 0
  })
  const seconds = Math.round((performance.now() - started) / 1_000)
  const score = { line: 'retries', held: Math.max(0, repeated - findings.count), of: values.retries }
  const summary = { ...score, seed: values.seed, seconds, kills: values.kills, findings: findings.told() }
  console.log(values.json ? JSON.stringify(summary) : summaryText(summary))
  return findings.count === 0 && repeated === values.retries
}

async function play(start: () => ServerProcess, values: Settings, findings: Findings): Promise<number> {
  const { transfers, kills, connections, seed } = values
  const random = randomFrom(seed)
  const progress = new Progress(`requests (seed ${seed})`, transfers + values.retries)
  let server = start()
  let client = new Client(await server.ready, connections)
  const first: string[] = []
  await client.put('/v1/accounts/poor', '{"min_balance":"0"}')
  await atOnce(transfers, connections, async (number) => {
    first[number] = await digest(client, number)
    progress.step()
  })
  const head = await headOf(client)
  const before = await balancesOf(client)
  for (let part = 0; part <= kills; part++) {
    if (part > 0) {
      await client.destroy()
      await server.kill()
      server = start()
      client = new Client(await server.ready, connections)
    }
    const share = Math.floor(values.retries / (kills + 1)) + (part < values.retries % (kills + 1) ? 1 : 0)
    await again(client, { share, connections, transfers, random, first, findings, step: () => progress.step() })
  }
  findings.demand((await headOf(client)) === head, () => `the retries have moved the head from ${head}`)
  const after = await balancesOf(client)
  findings.demand(after === before, () => `the retries have moved amounts: ${before} became ${after}`)
  const granted = transfers - Math.ceil(transfers / 10)
  findings.demand(after.includes(`"posted":"${granted}"`), () => `${granted} were granted, but there is ${after}`)
  await client.destroy()
  await server.stop()
  progress.finish()
  return values.retries
}

interface Again {
  readonly share: number
  readonly connections: number
  readonly transfers: number
  readonly random: Random
  readonly first: readonly string[]
  readonly findings: Findings
  readonly step: () => void
}

function again(client: Client, { share, connections, transfers, random, first, findings, step }: Again): Promise<void> {
  return atOnce(share, connections, async () => {
    const number = wholeNumber(random, 0, transfers - 1)
    const told = await digest(client, number)
    findings.demand(told === first[number], () => `transfer ${number} was answered ${told}, and first ${first[number]}`)
    step()
  })
}

/** One in ten is refused; a third has a key, a third an id, a third both. */
async function digest(client: Client, number: number): Promise<string> {
  const from = number % 10 === 0 ? 'poor' : 'rich'
  const id = number % 3 === 0 ? {} : { id: `retried-${number}` }
  const key = number % 3 === 1 ? {} : { 'idempotency-key': `key-${number}` }
  const { status, text: body } = await client.post(
    '/v1/transfers',
    JSON.stringify({ from, to: 'to', amount: 1, ...id }),
    key,
  )
  return `${status} ${hash('sha256', body)}`
}

async function headOf(client: Client): Promise<string> {
  return (await client.get('/v1/journal/head')).text
}

async function balancesOf(client: Client): Promise<string> {
  const balances = ['rich', 'to', 'poor'].map((account) => client.get(`/v1/accounts/${account}/balance`))
  return (await Promise.all(balances)).map((answer) => answer.text).join(' ')
}

async function atOnce(count: number, workers: number, work: (number: number) => Promise<void>): Promise<void> {
  let next = 0
  const worker = async () => {
    while (next < count) await work(next++)
  }
  await Promise.all(Array.from({ length: workers }, worker))
}

interface Summary {
  readonly held: number
  readonly of: number
  readonly seed: number
  readonly seconds: number
  readonly kills: number
  readonly findings: readonly string[]
}

function summaryText({ held, of, seed, seconds, kills, findings }: Summary): string {
  return [
    `${held} of ${of} retries answered as the first time, byte for byte, ${kills} kills, in ${seconds} s (seed ${seed})`,
    ...findings.map((finding) => `WRONG: ${finding}`),
  ].join('\n')
}

await runCommand(usage, flags, retries)
