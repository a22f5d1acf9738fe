// A crowd of clients that take their time, in a process of its own: its work must not be in what the good ones measure.
// Started with the server's URL, how many, and for how long each may be left open; tells what became of them as one line.

import { connect, type Socket } from 'node:net'

const kinds = ['slow header', 'slow body', 'slow read', 'slow export', 'slow subscriber'] as const
type Kind = (typeof kinds)[number]

/** Few of the last two: to make their answers is work, and what is asked here is not how much of it the server can do. */
function kindOf(index: number): Kind {
  if (index % 100 === 0) return 'slow export'
  if (index % 100 === 50) return 'slow subscriber'
  return kinds[index % 10 === 4 ? 2 : index % 2] as Kind
}

export interface CrowdTold {
  /** Of each kind: how many there were, how many the server sent away in time, and after how many milliseconds the last of them. */
  readonly [kind: string]: { readonly count: number; readonly closed: number; readonly latest_ms: number }
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

class SlowClient {
  readonly kind: Kind
  readonly #socket: Socket
  readonly #began = performance.now()
  /** Undefined as long as it is open. */
  closed_ms: number | undefined

  constructor(kind: Kind, host: string, port: number) {
    this.kind = kind
    this.#socket = connect({ host, port, noDelay: true })
    this.#socket.on('error', () => {})
    this.#socket.on('close', () => {
      this.closed_ms = performance.now() - this.#began
    })
    this.#socket.write(begins[kind])
    if (this.#reads()) this.#socket.resume()
    else this.#socket.pause()
  }

  /** Called each second. */
  drip(): void {
    if (this.#reads() && this.closed_ms === undefined) this.#socket.write('a')
  }

  /** Who did not read finds out only by reading whether it has been sent away: what comes now must come to an end. */
  look(): void {
    this.#socket.resume()
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
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

const dripping = setInterval(() => {
  for (const client of crowd) client.drip()
}, 1_000)
for (let index = 0; index < Number(count); index++) {
  crowd.push(new SlowClient(kindOf(index), hostname, Number(port)))
  await pause(Number(spread_ms) / Number(count))
}
await pause(Number(open_ms))
clearInterval(dripping)
for (const client of crowd) client.look()
await pause(1_000) // what the system still held is read by then
const told = kinds.map((kind) => {
  const all = crowd.filter((client) => client.kind === kind)
  const closed = all.flatMap(({ closed_ms }) => (closed_ms === undefined ? [] : [closed_ms]))
  return [kind, { count: all.length, closed: closed.length, latest_ms: Math.round(Math.max(0, ...closed)) }]
})
for (const client of crowd) client.leave()
console.log(JSON.stringify(Object.fromEntries(told)))
