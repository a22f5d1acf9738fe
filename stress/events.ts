// npm run stress:events: subscribers are killed while transfers run; each must be told everything, once, in order.

import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { headRead } from './checks/answers.ts'
import { Findings } from './checks/findings.ts'
import { EventBook } from './events/event-book.ts'
import { play } from './events/load.ts'
import { killPoints, Subscriber } from './events/subscriber.ts'
import { Client } from './harness/client.ts'
import { runCommand } from './harness/command.ts'
import { text, toggle, type Values, whole } from './harness/flags.ts'
import { Progress } from './harness/progress.ts'
import { randomFrom } from './harness/random.ts'
import { launcher, startServer, temporaryFolder } from './harness/server-process.ts'

const usage = `npm run stress:events -- [flags]

Transfers, holds, refusals and batches under load, and subscribers that follow GET /v1/events as a stream. Each is
killed at random seqs and comes back with Last-Event-ID. At the end each must have been told every seq once, in order,
in the words of GET /v1/events, with the very bytes of each transfer's answer. Exit 0: all agree; 1: something does not.`

const flags = {
  count: whole('N', 20_000, 'requests, each of which makes one seq'),
  subscribers: whole('N', 4, 'that follow the events'),
  'subscriber-kills': whole('K', 20, 'times that each subscriber is killed', 0),
  seed: whole('N', Math.floor(Math.random() * 2 ** 31), 'of the plan; another one each time', 0),
  users: whole('N', 50, 'accounts', 2),
  concurrency: whole('N', 64, 'requests in flight'),
  engine: text('ENGINE', 'file', 'of the server'),
  server: text('FILE', launcher, 'the launcher of the server'),
  json: toggle('the report as JSON'),
}

type Options = Values<typeof flags>

/** Milliseconds that the subscribers may need for the rest when nothing more is sent. */
const catchUpWithin_ms = 60_000
/** By then every hold has expired, so that those events are told, too. Nothing depends on it. */
const holdsLast_ms = 3_500

async function stressEvents(options: Options): Promise<boolean> {
  const findings = new Findings()
  const folder = await temporaryFolder('events')
  const places = ['--data', path.join(folder, 'data'), '--mirror', path.join(folder, 'mirror')]
  const server = startServer(options.server, [
    '--port',
    '0',
    '--host',
    '127.0.0.1',
    ...places,
    '--engine',
    options.engine,
  ])
  const started = performance.now()
  const { follows, ...seen } = await playEvents(await server.ready, options, findings)
  const seconds = (performance.now() - started) / 1_000
  const exit = await server.stop()
  findings.demand(exit.code === 0, () => `the server ended with ${exit.signal ?? exit.code} and not 0\n${server.log()}`)
  await follows // the drain has ended every stream
  const report = { passed: findings.count === 0, seed: options.seed, ...seen, seconds, findings: findings.told() }
  console.log(options.json ? JSON.stringify(report) : reportText(report))
  return report.passed
}

async function playEvents(url: string, options: Options, findings: Findings) {
  const random = randomFrom(options.seed)
  const followers = Array.from({ length: options.subscribers }, (_, index) => {
    const book = new EventBook(`subscriber ${index + 1}`, findings)
    const kills = killPoints(random, options['subscriber-kills'], options.count)
    return { book, subscriber: new Subscriber(url, book, kills, findings) }
  })
  const follows = Promise.all(followers.map(({ subscriber }) => subscriber.follow()))
  const progress = new Progress(`requests (seed ${options.seed})`, options.count)
  const answers = await play(url, options, random, findings, progress)
  const client = new Client(url, 1)
  await pause(holdsLast_ms)
  const head = headRead(await client.get('/v1/journal/head'))
  const pages = await allEvents(client)
  findings.demand(pages.length >= head, () => `the pages tell ${pages.length} events, and the head is ${head}`)
  const told = Promise.all(followers.map(({ subscriber }) => subscriber.reaches(pages.length)))
  await Promise.race([told, pause(catchUpWithin_ms, undefined, { ref: false })])
  await client.destroy()
  for (const { book, subscriber } of followers) {
    book.compare(pages, answers)
    subscriber.expectEnd()
  }
  const killed = followers.reduce((sum, { subscriber }) => sum + subscriber.killed, 0)
  const due = options.subscribers * options['subscriber-kills']
  findings.demand(killed === due, () => `${killed} kills came about, and not ${due}`)
  return { subscribers: options.subscribers, killed, events: pages.length, answers: answers.length, follows }
}

/** The bodies of all events, as the pages tell them. */
async function allEvents(client: Client): Promise<readonly string[]> {
  const bodies: string[] = []
  for (let cursor = ''; ; ) {
    const { text: page } = await client.get(`/v1/events?limit=1000${cursor}`)
    const { data, next_cursor } = JSON.parse(page) as { data: unknown[]; next_cursor: string | null }
    bodies.push(...data.map((event) => JSON.stringify(event)))
    if (next_cursor === null) return bodies
    cursor = `&cursor=${next_cursor}`
  }
}

interface Report {
  readonly passed: boolean
  readonly seed: number
  readonly subscribers: number
  readonly killed: number
  readonly events: number
  readonly answers: number
  readonly seconds: number
  readonly findings: readonly string[]
}

function reportText({ passed, seed, subscribers, killed, events, answers, seconds, findings }: Report): string {
  return [
    `${events} events, ${subscribers} subscribers, killed ${killed} times, in ${seconds.toFixed(1)} s (seed ${seed})`,
    `${answers} transfers' answers looked for, byte for byte, in the events that tell of them`,
    ...findings.map((finding) => `WRONG: ${finding}`),
    passed ? 'each subscriber was told every seq once, in order' : `FAILED (seed ${seed})`,
  ].join('\n')
}

await runCommand(usage, flags, stressEvents)
