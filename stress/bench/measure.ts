// One measurement: a closed loop on each connection for some seconds, and what the server and the generator used of the CPU.

import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { Latency, type LatencySummary } from '../harness/latency.ts'
import { Connection } from './connection.ts'

export interface Measured extends LatencySummary {
  readonly requests_per_second: number
  /** All threads of the server's process, in microseconds; NaN where there is no /proc. */
  readonly server_cpu_us_per_request: number
  /** Of one core: near 1 the generator itself is the limit, and the server could do more. */
  readonly generator_load: number
  readonly body_bytes: number
}

/** Rejects if an answer is not 201 or a connection breaks: a bench of errors measures nothing. */
export async function measure(
  server: { readonly url: string; readonly pid: number },
  connections: number,
  seconds: number,
  request: () => Buffer,
): Promise<Measured> {
  const open = await Promise.all(Array.from({ length: connections }, () => Connection.open(server.url)))
  const latency = new Latency()
  let [requests, bytes] = [0, 0]
  const [serverBefore, ownBefore] = [await cpuSeconds(server.pid), process.cpuUsage()]
  const begin = performance.now()
  const end = begin + seconds * 1_000
  try {
    await Promise.all(open.map((connection) => loop(connection)))
    const elapsed = (performance.now() - begin) / 1_000
    const own = process.cpuUsage(ownBefore)
    return {
      requests_per_second: requests / elapsed,
      server_cpu_us_per_request: (((await cpuSeconds(server.pid)) - serverBefore) * 1e6) / requests,
      generator_load: (own.user + own.system) / 1e6 / elapsed,
      body_bytes: bytes / requests,
      ...latency.summary(),
    }
  } finally {
    for (const connection of open) connection.close()
  }

  function loop(connection: Connection): Promise<void> {
    let sentAt = 0
    const next = () => {
      sentAt = performance.now()
      return sentAt < end ? request() : undefined
    }
    return connection.loop(next, (status, bodyLength) => {
      if (status !== 201) throw new Error(`an answer with status ${status}`)
      latency.record(performance.now() - sentAt)
      requests++
      bytes += bodyLength
    })
  }
}

const idleShare = 0.05
const look_ms = 200
const longestSettling_ms = 10_000

/** Waits until a server has done what it does after its answers, so that it takes no CPU from the next one. */
export async function settle(pid: number): Promise<void> {
  const giveUp = performance.now() + longestSettling_ms
  while (performance.now() < giveUp) {
    const before = await cpuSeconds(pid)
    await delay(look_ms)
    const used = (await cpuSeconds(pid)) - before
    if (Number.isNaN(used) || used < (idleShare * look_ms) / 1_000) return
  }
}

const ticksPerSecond = 100 // of /proc, on every architecture that Node runs on

/** User and system time of all threads of a process. */
async function cpuSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  if (stat === undefined) return NaN
  // The second field is the program's name in parentheses, and may hold spaces.
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
  return (Number(user) + Number(system)) / ticksPerSecond
}
