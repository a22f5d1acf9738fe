// Started with the server's URL, how many, for how long each may be left open, and within which time they come: clients that
// send a byte a second. Tells what became of them as one line.

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { monitorEventLoopDelay } from 'node:perf_hooks'

export interface CrowdTold {
  /** Of each kind: how many there were, how many the server sent away in time, and after how many milliseconds the last of all. */
  readonly kinds: Readonly<
    Record<string, { readonly count: number; readonly closed: number; readonly latest_ms: number }>
  >
  /** By how much the crowd itself was late at most: so much of what it saw is its own fault. */
  readonly late_ms: number
}

/** Begins when called, and tells what became of it. */
export type Crowd = () => Promise<CrowdTold>

const head = 'Host: localhost\r\nContent-Type: application/json\r\n'

/** What is sent at first, and then a byte of it each second. */
const begins = {
  'slow header': 'GET /livez HTTP/1.1\r\nHost: localhost\r\nX: ',
  'slow body': `POST /v1/transfers HTTP/1.1\r\n${head}Content-Length: 1000\r\n\r\n{"from":"`,
} as const
const kinds = ['slow header', 'slow body'] as const

/** Seconds that are waited for who is too late, so that it can be told by how much. */
const mostMore = 20

class SlowSender {
  readonly kind: (typeof kinds)[number]
  readonly #socket: Socket
  readonly #began = performance.now()
  /** Undefined as long as it is open. */
  closed_ms: number | undefined

  constructor(kind: (typeof kinds)[number], host: string, port: number) {
    this.kind = kind
    this.#socket = connect({ host, port, noDelay: true })
    this.#socket.on('error', () => {}).resume()
    this.#socket.on('close', () => {
      this.closed_ms = performance.now() - this.#began
    })
    this.#socket.write(begins[kind])
  }

  /** Called about each second. */
  drip(): void {
    if (this.closed_ms === undefined) this.#socket.write('a')
  }

  leave(): void {
    this.#socket.destroy()
  }
}

const [url = '', count = 0, open_ms = 0, spread_ms = 0] = process.argv
  .slice(2)
  .map((word, place) => (place === 0 ? word : Number(word))) as [string, number, number, number]
const { hostname, port } = new URL(url)
const crowd: SlowSender[] = []
const late = monitorEventLoopDelay({ resolution: 1 })
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

console.log()
await once(process.stdin, 'data')
process.stdin.unref()

// Each once a second, and not all in the same moment: a thousand packets at once are a burst, not slowness.
let turn = 0
const dripping = setInterval(() => {
  for (let index = turn; index < crowd.length; index += 100) crowd[index]?.drip()
  turn = (turn + 1) % 100
}, 10)
late.enable()
for (let index = 0; index < count; index++) {
  crowd.push(new SlowSender(kinds[index % 2 === 0 ? 0 : 1], hostname, Number(port)))
  await pause(spread_ms / count)
}
await pause(open_ms)
for (let more = 0; more < mostMore && crowd.some(({ closed_ms }) => closed_ms === undefined); more++) await pause(1_000)
clearInterval(dripping)
const told = kinds.map((kind) => {
  const all = crowd.filter((client) => client.kind === kind)
  const closed = all.map(({ closed_ms }) => closed_ms ?? Number.POSITIVE_INFINITY)
  return [
    kind,
    {
      count: all.length,
      closed: closed.filter((after) => after <= open_ms).length,
      latest_ms: Math.round(Math.max(0, ...closed)),
    },
  ]
})
for (const client of crowd) client.leave()
console.log(JSON.stringify({ kinds: Object.fromEntries(told), late_ms: Math.round(late.max / 1e6) }))
