// A burst: a few bodies in flight until all are answered, and then until all of it is in the archive.

import { Agent, request } from 'node:http'
import type { BulkMode } from './bodies.ts'
import { type ThreadKind, threadKinds, threadTimes } from './threads.ts'

export interface Burst {
  /** Transfers a second, from the first byte sent to the last answer read. */
  readonly acknowledged_per_second: number
  /** The same until the history holds them all, too. */
  readonly archived_per_second: number
  /** Until then, by the threads of the server's process: CPU µs a transfer. */
  readonly cpu_us_per_transfer: Readonly<Record<ThreadKind, number>>
  /** Of one core, until the last answer. */
  readonly generator_load: number
}

interface Answered {
  readonly status: number
  readonly seq: number
  readonly body: Buffer
}

/** Rejects if an answer is not what a whole batch of granted transfers gets: a bench of errors measures nothing. */
export async function burst(
  server: { readonly url: string; readonly pid: number },
  mode: BulkMode,
  bodies: readonly Buffer[],
  size: number,
  inFlight: number,
): Promise<Burst> {
  const agent = new Agent({ keepAlive: true, maxSockets: inFlight })
  const [before, own] = [await threadTimes(server.pid), process.cpuUsage()]
  const begin = performance.now()
  const answers = await Promise.all(bodies.map((body) => post(agent, server.url, mode, body)))
  const acknowledged = (performance.now() - begin) / 1_000
  const used = process.cpuUsage(own)
  await archived(agent, server.url, Math.max(...answers.map(({ seq }) => seq)))
  const whole = (performance.now() - begin) / 1_000
  const after = await threadTimes(server.pid)
  agent.destroy()
  for (const answer of answers) check(answer, mode, size)
  const transfers = bodies.length * size
  return {
    acknowledged_per_second: transfers / acknowledged,
    archived_per_second: transfers / whole,
    cpu_us_per_transfer: Object.fromEntries(
      threadKinds.map((kind) => [kind, (after[kind] - before[kind]) / transfers]),
    ) as Burst['cpu_us_per_transfer'],
    generator_load: (used.user + used.system) / 1e6 / acknowledged,
  }
}

function post(agent: Agent, url: string, mode: BulkMode, body: Buffer): Promise<Answered> {
  const type = mode === 'ndjson' ? 'application/x-ndjson' : 'application/json'
  const headers = { 'content-type': type, 'content-length': body.length, prefer: 'return=minimal' }
  return ask(agent, `${url}/v1/batches`, 'POST', headers, body)
}

const longestWait = 60

/** The server waits five seconds for its archive, then says that it is not there yet. */
async function archived(agent: Agent, url: string, seq: number): Promise<void> {
  for (let asked = 0; asked < longestWait; asked++) {
    const { status } = await ask(agent, `${url}/v1/transfers?limit=1`, 'GET', { 'ledger-min-seq': `${seq}` })
    if (status === 200) return
    if (status !== 503) throw new Error(`the history answered ${status}`)
  }
  throw new Error('the archive does not come after')
}

function ask(
  agent: Agent,
  url: string,
  method: string,
  headers: Record<string, string | number>,
  body?: Buffer,
): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const asking = request(url, { agent, method, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk)).once('error', reject)
      response.once('end', () => {
        const seq = Number(response.headers['ledger-seq'])
        resolve({ status: response.statusCode ?? 0, seq, body: Buffer.concat(chunks) })
      })
    })
    asking.once('error', reject).end(body)
  })
}

function check({ status, body }: Answered, mode: BulkMode, size: number): void {
  const granted = body.toString('latin1').split('"status":201').length - 1
  if (status !== (mode === 'atomic' ? 201 : 200) || granted !== size) {
    throw new Error(`of ${size} transfers ${granted} were granted, with status ${status}`)
  }
}
