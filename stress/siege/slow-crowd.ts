// A crowd of clients that take their time, in a process of its own: its work must not be in what the good ones measure.
// Started with the server's URL, how many, and for how long each may be left open; tells what became of them as one line.

import { connect, type Socket } from 'node:net'
import { monitorEventLoopDelay } from 'node:perf_hooks'

const kinds = ['slow header', 'slow body', 'slow read', 'slow export', 'slow subscriber'] as const
type Kind = (typeof kinds)[number]

/** A third each; few of those who read are told of the past: to make such answers is work, and that is another question. */
function kindOf(index: number): Kind {
  if (index % 3 < 2) return index % 3 === 0 ? 'slow header' : 'slow body'
  if (index % 60 === 2) return 'slow export'
  return index % 60 === 32 ? 'slow subscriber' : 'slow read'
}

export interface CrowdTold {
  /** Of each kind: how many there were, how many the server sent away in time, and after how many milliseconds the last of all. */
  readonly kinds: Readonly<
    Record<string, { readonly count: number; readonly closed: number; readonly latest_ms: number }>
  >
  /** By how much the crowd's own event loop was late at most: so much of what it saw is its own fault. */
  readonly late_ms: number
}

const head = 'Host: localhost\r\nContent-Type: application/json\r\n'

/** What is sent at first, and then a byte of it each second. */
const begins: Readonly<Record<Kind, string>> = {
  'slow header': 'GET /livez HTTP/1.1\r\nHost: localhost\r\nX: ',
  'slow body': `POST /v1/transfers HTTP/1.1\r\n${head}Content-Length: 1000\r\n\r\n{"from":"`,
  // More than the system keeps for who does not read.
  'slow read': 'GET /v1/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(25),
  'slow export': 'GET /v1/journal HTTP/1.1\r\nHost: localhost\r\n\r\n',
  'slow subscriber': 'GET /v1/events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n',
}

/** Milliseconds within which who has not read sees that it was sent away: what the system still holds must be read first. */
const seen_ms = 1_000
/** Seconds that are waited for who is too late, so that it can be told by how much. */
const mostMore = 20

class SlowClient {
  readonly kind: Kind
  readonly #socket: Socket
  readonly #began = performance.now()
  /** Undefined as long as it is open. */
  closed_ms: number | undefined

  constructor(kind: Kind, host: string, port: number, open_ms: number) {
    this.kind = kind
    this.#socket = connect({ host, port, noDelay: true })
    this.#socket.on('error', () => {})
    this.#socket.on('close', () => {
      this.closed_ms = performance.now() - this.#began
    })
    this.#socket.write(begins[kind])
    this.#socket.pause()
    // Who does not read finds out only by reading whether it was sent away: what comes then must come to an end.
    setTimeout(() => this.#socket.resume(), this.#reads() ? 0 : open_ms)
  }

  /** Called each second. */
  drip(): void {
    if (this.#reads() && this.closed_ms === undefined) this.#socket.write('a')
  }

  wasClosedWithin(milliseconds: number): boolean {
    const most = this.#reads() ? milliseconds : milliseconds + seen_ms
    return this.closed_ms !== undefined && this.closed_ms <= most
  }

  leave(): void {
    this.#socket.destroy()
  }

  #reads(): boolean {
    return this.kind === 'slow header' || this.kind === 'slow body'
  }
}

const [url = '', count = '0', open_ms = '0', spread_ms = '0'] = process.argv.slice(2)
const { hostname, port } = new URL(url)
const crowd: SlowClient[] = []
const late = monitorEventLoopDelay({ resolution: 1 })
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

const dripping = setInterval(() => {
  for (const client of crowd) client.drip()
}, 1_000)
late.enable()
for (let index = 0; index < Number(count); index++) {
  crowd.push(new SlowClient(kindOf(index), hostname, Number(port), Number(open_ms)))
  await pause(Number(spread_ms) / Number(count))
}
await pause(Number(open_ms) + seen_ms)
for (let more = 0; more < mostMore && crowd.some(({ closed_ms }) => closed_ms === undefined); more++) await pause(1_000)
clearInterval(dripping)
const told = kinds.map((kind) => {
  const all = crowd.filter((client) => client.kind === kind)
  const closed = all.filter((client) => client.wasClosedWithin(Number(open_ms)))
  const latest_ms = Math.round(Math.max(...all.map(({ closed_ms }) => closed_ms ?? Number.POSITIVE_INFINITY)))
  return [kind, { count: all.length, closed: closed.length, latest_ms }]
})
for (const client of crowd) client.leave()
console.log(JSON.stringify({ kinds: Object.fromEntries(told), late_ms: Math.round(late.max / 1e6) }))
