// Clients that come whether the others have been answered or not (an open loop), or one after another, and what each was told.

import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { Connection } from '../bench/connection.ts'
import { type Worked, worked, workedSince } from './vitals.ts'

export interface Wish {
  readonly url: string
  readonly connections: number
  readonly seconds: number
  /** Requests a second, whether the others have been answered or not; undefined: each connection sends when it is answered. */
  readonly rate?: number
  readonly token?: string
  /** What each asks for; a transfer if left out. */
  readonly get?: string
  /** The account that pays. */
  readonly from?: string
}

/** When each was answered, and after how long; both in milliseconds, from the beginning on and from its own. */
export interface Heard {
  readonly at: readonly number[]
  readonly after: readonly number[]
}

export interface Crowd extends Worked {
  /** Requests that were sent. */
  readonly offered: number
  /** Requests that found no connection free: they should have been sent. */
  readonly unsent: number
  readonly accepted: Heard
  readonly refused: Heard
  /** Answers that are neither 200, 201, 429 nor 503, and connections that broke. */
  readonly others: number
  /** By how much the crowd's own event loop was late: so much of what it heard is its own fault. */
  readonly late_p99_ms: number
}

const tick_ms = 2

/** Settles when all are answered. */
export async function crowd(wish: Wish): Promise<Crowd> {
  const open = await Promise.all(Array.from({ length: wish.connections }, () => Connection.open(wish.url)))
  const delay = monitorEventLoopDelay({ resolution: 1 })
  const before = await worked('self')
  delay.enable()
  const tally = new Tally(requestOf(wish))
  const [offered, unsent] = await (wish.rate === undefined
    ? inTurn(wish, open, tally)
    : atRate(wish, wish.rate, open, tally))
  delay.disable()
  for (const connection of open) connection.close()
  const told = { offered, unsent, accepted: tally.accepted, refused: tally.refused, others: tally.others }
  return { ...told, late_p99_ms: delay.percentile(99) / 1e6, ...workedSince(before, await worked('self')) }
}

type Sent = readonly [offered: number, unsent: number]

async function atRate({ seconds }: Wish, rate: number, open: readonly Connection[], tally: Tally): Promise<Sent> {
  const free = [...open]
  const under = new Set<Promise<void>>()
  let [due, unsent] = [0, 0]
  for (let now = tally.elapsed(); now < seconds * 1_000; now = tally.elapsed()) {
    for (; due < (now / 1_000) * rate; due++) {
      // The one that has rested longest: a connection that sends nothing for ten seconds is closed, and rightly.
      const connection = free.shift()
      if (connection === undefined) unsent++
      else {
        const asked: Promise<void> = tally.ask(connection).then((isOpen) => {
          under.delete(asked)
          if (isOpen) free.push(connection)
        })
        under.add(asked)
      }
    }
    await pause(tick_ms)
  }
  await Promise.all(under)
  return [due - unsent, unsent]
}

async function inTurn({ seconds }: Wish, open: readonly Connection[], tally: Tally): Promise<Sent> {
  let offered = 0
  const serve = async (connection: Connection) => {
    for (let isOpen = true; isOpen && tally.elapsed() < seconds * 1_000; offered++) isOpen = await tally.ask(connection)
  }
  await Promise.all(open.map(serve))
  return [offered, 0]
}

function requestOf({ token, get, from = 'crowd' }: Wish): Buffer {
  const authorization = token === undefined ? '' : `Authorization: Bearer ${token}\r\n`
  if (get !== undefined) return Buffer.from(`GET ${get} HTTP/1.1\r\nHost: localhost\r\n${authorization}\r\n`)
  const body = `{"from":"${from}","to":"till","amount":"1"}`
  const headers = `Host: localhost\r\n${authorization}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n`
  return Buffer.from(`POST /v1/transfers HTTP/1.1\r\n${headers}\r\n${body}`)
}

class Tally {
  readonly accepted = { at: [] as number[], after: [] as number[] }
  readonly refused = { at: [] as number[], after: [] as number[] }
  others = 0
  readonly #begin = performance.now()
  readonly #request: Buffer

  constructor(request: Buffer) {
    this.#request = request
  }

  elapsed(): number {
    return performance.now() - this.#begin
  }

  /** One request and its answer; false if the connection broke instead. */
  async ask(connection: Connection): Promise<boolean> {
    const sentAt = this.elapsed()
    let sent = false
    const once = () => {
      if (sent) return undefined
      sent = true
      return this.#request
    }
    try {
      await connection.loop(once, (status) => this.#hear(status, sentAt))
      return true
    } catch (error) {
      this.others++
      console.error(`after ${Math.round(sentAt)} ms: ${error}`)
      return false
    }
  }

  #hear(status: number, sentAt: number): void {
    const now = this.elapsed()
    if (status === 200 || status === 201) push(this.accepted, now, sentAt)
    else if (status === 503 || status === 429) push(this.refused, now, sentAt)
    else this.others++
  }
}

function push(heard: { readonly at: number[]; readonly after: number[] }, now: number, sentAt: number): void {
  heard.at.push(rounded(now))
  heard.after.push(rounded(now - sentAt))
}

/** To microseconds: they are told from process to process in digits. */
function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 1_000) / 1_000
}
