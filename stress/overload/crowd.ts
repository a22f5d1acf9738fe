// Clients that come whether the others have been answered or not (an open loop), and what each of them was told.

import { setTimeout as pause } from 'node:timers/promises'
import { Connection } from '../bench/connection.ts'
import { Latency, type LatencySummary } from '../harness/latency.ts'

export interface Told extends LatencySummary {
  readonly count: number
  /** While the crowd came. */
  readonly perSecond: number
}

export interface Crowd {
  /** Requests that were sent. */
  readonly offered: number
  /** Requests that found no connection free: they should have been sent. */
  readonly unsent: number
  readonly accepted: Told
  readonly refused: Told
  /** Answers that are neither 201, 429 nor 503. */
  readonly others: number
}

const body = '{"from":"crowd","to":"till","amount":"1"}'
const request = Buffer.from(
  `POST /v1/transfers HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
)
const tick_ms = 5

/** Sends `rate` requests a second for so many seconds, over as many connections as are free. Settles when all are answered. */
export async function crowd(url: string, rate: number, seconds: number, connections: number): Promise<Crowd> {
  const open = await Promise.all(Array.from({ length: connections }, () => Connection.open(url)))
  const tally = new Tally(seconds)
  const free = [...open]
  const under = new Set<Promise<void>>()
  const begin = performance.now()
  let [due, unsent] = [0, 0]
  for (let now = begin; now < begin + seconds * 1_000; now = performance.now()) {
    for (; due < ((now - begin) / 1_000) * rate; due++) {
      const connection = free.pop()
      if (connection === undefined) unsent++
      else {
        const asked: Promise<void> = tally.ask(connection).then(() => {
          under.delete(asked)
          free.push(connection)
        })
        under.add(asked)
      }
    }
    await pause(tick_ms)
  }
  await Promise.all(under)
  for (const connection of open) connection.close()
  return tally.told(due - unsent, unsent)
}

/** Each connection sends the next request when the last one is answered: as much as so many clients can have. */
export async function queue(url: string, seconds: number, connections: number): Promise<Crowd> {
  const open = await Promise.all(Array.from({ length: connections }, () => Connection.open(url)))
  const tally = new Tally(seconds)
  const end = performance.now() + seconds * 1_000
  let offered = 0
  const serve = async (connection: Connection) => {
    for (; performance.now() < end; offered++) await tally.ask(connection)
  }
  await Promise.all(open.map(serve))
  for (const connection of open) connection.close()
  return tally.told(offered, 0)
}

class Tally {
  readonly #seconds: number
  readonly #end: number
  readonly #accepted = { latency: new Latency(), count: 0, inTime: 0 }
  readonly #refused = { latency: new Latency(), count: 0, inTime: 0 }
  #others = 0

  /** Counts for `seconds` from now; what is answered later counts for no rate. */
  constructor(seconds: number) {
    this.#seconds = seconds
    this.#end = performance.now() + seconds * 1_000
  }

  /** One request and its answer. */
  async ask(connection: Connection): Promise<void> {
    const sentAt = performance.now()
    let sent = false
    const once = () => {
      if (sent) return undefined
      sent = true
      return request
    }
    await connection.loop(once, (status) => this.#hear(status, performance.now() - sentAt))
  }

  told(offered: number, unsent: number): Crowd {
    const of = ({ latency, count, inTime }: { latency: Latency; count: number; inTime: number }) => ({
      count,
      perSecond: inTime / this.#seconds,
      ...latency.summary(),
    })
    return { offered, unsent, accepted: of(this.#accepted), refused: of(this.#refused), others: this.#others }
  }

  #hear(status: number, milliseconds: number): void {
    const kind = status === 201 ? this.#accepted : status === 503 || status === 429 ? this.#refused : undefined
    kind?.latency.record(milliseconds)
    if (kind === undefined) this.#others++
    else {
      kind.count++
      if (performance.now() < this.#end) kind.inTime++
    }
  }
}
