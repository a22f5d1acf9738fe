// Clients that ask for more than the system keeps for them, and read none of it: on each connection one question.

import { startLineProcess } from '../harness/line-process.ts'
import type { Crowd, CrowdTold } from './slow-senders.ts'

/** Answers longer than their sockets' buffers; few of them are work to make, for how much of that the server can do is another question. */
const asked: readonly (readonly [kind: string, head: string, of: number])[] = [
  ['document', 'GET /v1/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n', 11],
  ['page', 'GET /v1/transfers?limit=300 HTTP/1.1\r\nHost: localhost\r\n\r\n', 3],
  ['export', 'GET /v1/journal HTTP/1.1\r\nHost: localhost\r\n\r\n', 3],
  ['subscriber', 'GET /v1/events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n', 3],
]

// In Python, for Node sets no options of sockets. Within one machine the system would keep four megabytes for each client;
// with the segments of a real network and a small window it keeps some 80 KB, as it would for one that is far away.
// Who is reset is told so by `poll`, though it reads nothing.
const script = `
import json, select, socket, sys, time
host, port, count, spread, patience, asked = sys.argv[1], *map(float, sys.argv[2:6]), json.loads(sys.argv[6])
print(flush=True)
sys.stdin.readline()
poll, begun, late = select.poll(), time.monotonic(), 0
still, told, asks = {}, {kind: [0, []] for kind, _, _ in asked}, [ask for ask in asked for _ in range(ask[2])]
begin = lambda place: begun + spread * place / count
place = 0
while place < count or still:
    now = time.monotonic()
    if now > begun + spread + patience: break
    if place < count and now >= begin(place):
        late = max(late, now - begin(place))
        kind, head, _ = asks[place * 7 % len(asks)]
        one = socket.socket()
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 1460)
        one.connect((host, int(port)))
        one.sendall(head.encode())
        poll.register(one, 0)
        still[one.fileno()] = (kind, now, one)
        told[kind][0] += 1
        place += 1
        continue
    wait = min(0.2, begin(place) - now if place < count else 0.2)
    for number, _ in poll.poll(max(1, wait * 1000)):
        poll.unregister(number)
        kind, since, one = still.pop(number)
        one.close()
        told[kind][1].append((time.monotonic() - since) * 1000)
print(json.dumps({"told": told, "late_ms": round(late * 1000)}))
`

interface Options {
  readonly count: number
  /** They come within so many milliseconds. */
  readonly spread_ms: number
  /** Each must have been sent away after so many. */
  readonly open_ms: number
}

/** Milliseconds that are waited for who is too late, so that it can be told by how much. */
const more_ms = 20_000

/** Undefined where there is no Python. Rejects if it can't be told what became of them. */
export async function slowReaders(url: string, { count, spread_ms, open_ms }: Options): Promise<Crowd | undefined> {
  const { hostname, port } = new URL(url)
  const numbers = [port, count, spread_ms / 1_000, (open_ms + more_ms) / 1_000].map(String)
  const python = await startLineProcess('python3', ['-c', script, hostname, ...numbers, JSON.stringify(asked)])
  await python?.heard() // it can begin
  return python && (async () => told(await python.ask('go'), open_ms))
}

function told(line: string, open_ms: number): CrowdTold {
  const { told, late_ms } = JSON.parse(line) as {
    readonly told: Readonly<Record<string, readonly [count: number, closed: readonly number[]]>>
    readonly late_ms: number
  }
  const kinds = Object.entries(told).map(([kind, [count, closed]]) => {
    const latest_ms = closed.length < count ? Number.POSITIVE_INFINITY : Math.round(Math.max(0, ...closed))
    return [`slow ${kind}`, { count, closed: closed.filter((after) => after <= open_ms).length, latest_ms }] as const
  })
  return { kinds: Object.fromEntries(kinds), late_ms }
}
