// The API on a real socket, and its end: no request is lost or reset, and nobody keeps it from ending.

import { expect } from 'chai'
import type { ProcessTransaction } from '../../actors/virtual-machine/messages.ts'
import { type Listener, listen } from '../../src/public-api/listen.ts'
import { problemAnswer } from '../../src/wire/problem.ts'
import { apiOver, aTransfer, posting, until } from './doubles.ts'
import { got, posted, RawClient } from './raw-client.ts'

describe('The listener', () => {
  let waiting: ProcessTransaction[]
  let timers: Map<number, () => void>
  let listener: Listener
  let clients: RawClient[]

  beforeEach(async () => {
    waiting = []
    timers = new Map()
    clients = []
    const api = apiOver({ process: (message) => waiting.push(message) })
    const schedule = (callback: () => void, milliseconds: number) => timers.set(milliseconds, callback)
    listener = await listen({ api, host: '127.0.0.1', port: 0, schedule, grace: 250, limit: 4_000 })
  })

  afterEach(async () => {
    for (const client of clients) client.leave()
    const drained = listener.drain()
    timers.get(4_000)?.()
    await drained
  })

  async function client(halfOpen = false): Promise<RawClient> {
    const one = await RawClient.to(listener.url, halfOpen)
    clients.push(one)
    return one
  }

  /** A client whose connection is idle after a first answer. */
  async function idleClient(halfOpen = false): Promise<RawClient> {
    const one = await client(halfOpen)
    one.send(got('/livez'))
    await one.receives(/alive/)
    return one
  }

  it('takes a free port and answers with every header', async () => {
    expect(listener.url).to.match(/^http:\/\/127\.0\.0\.1:[1-9][0-9]+$/)
    const one = await client()
    one.send(posted(aTransfer))
    await until(() => waiting.length === 1)
    for (const message of waiting) posting()(message)
    const answer = await one.receives(/"seq":"42"}$/)
    expect(answer).to.match(/^HTTP\/1\.1 201 Created\r\n/)
    for (const header of ['Ledger-Seq: 42', 'Location: /v1/transfers/tr_42', 'Connection: keep-alive']) {
      expect(answer).to.include(`\r\n${header}\r\n`)
    }
    expect(answer).to.match(/\r\nRequest-Id: req_/)
    expect(answer).to.match(/\r\nContent-Length: [1-9]/)
  })

  it('rejects a port that is taken', async () => {
    const port = Number(new URL(listener.url).port)
    const second = listen({ api: apiOver({}), host: '127.0.0.1', port, schedule: () => {} })
    expect(
      await second.then(
        () => 'taken',
        (error: NodeJS.ErrnoException) => error.code,
      ),
    ).to.equal('EADDRINUSE')
  })

  it('answers what is in flight when it drains, and closes the connection with it', async () => {
    const [fresh, kept] = [await client(), await idleClient()]
    for (const one of [fresh, kept]) one.send(posted(aTransfer))
    await until(() => waiting.length === 2)
    const drained = listener.drain()
    timers.get(250)?.()
    for (const message of waiting) posting()(message)
    for (const one of [fresh, kept]) {
      await one.closed()
      expect(one.received).to.match(/\r\nConnection: close\r\n.*"seq":"42"}$/s)
      expect(one.reset).to.equal(false)
    }
    expect(await drained).to.deep.equal([])
  })

  it('answers a request that comes on an idle connection while it drains', async () => {
    const one = await idleClient()
    const drained = listener.drain()
    one.send(got('/readyz'))
    await one.closed()
    expect(one.received).to.match(/\r\nConnection: close\r\n.*"open"}$/s)
    expect(one.reset).to.equal(false)
    await drained
  })

  it('answers all of several requests that come at once on a connection while it drains', async () => {
    const one = await idleClient()
    const drained = listener.drain()
    one.send(posted(aTransfer) + posted(aTransfer) + posted(aTransfer))
    await until(() => waiting.length === 3)
    for (const message of waiting) posting()(message)
    await one.closed()
    expect(one.received.match(/"seq":"42"}/g)?.length).to.equal(3)
    expect(one.received.match(/\r\nConnection: close\r\n/g)?.length).to.equal(1)
    await drained
  })

  it('ends idle connections after the grace, and not before', async () => {
    const [fresh, kept] = [await client(), await idleClient()]
    const drained = listener.drain()
    await new Promise(setImmediate)
    kept.send(got('/livez'))
    await kept.receives(/alive.*alive/s)
    timers.get(250)?.()
    for (const one of [fresh, kept]) {
      await one.closed()
      expect(one.reset).to.equal(false)
    }
    await drained
  })

  it('moves nothing for a request that comes after it has ended the connection', async () => {
    const one = await idleClient(true)
    const drained = listener.drain()
    timers.get(250)?.()
    await one.ended()
    one.send(posted(aTransfer))
    const other = await sentLater()
    expect(waiting).to.deep.equal([])
    expect(other).to.equal('refused')
    timers.get(4_000)?.()
    expect(await drained).to.deep.equal(['GET /livez: its answer was sent'])
    expect(waiting).to.deep.equal([])
  })

  /** A round trip through the kernel, so that what was sent before has arrived. */
  async function sentLater(): Promise<string> {
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate)
    return client().then(
      () => 'taken',
      () => 'refused',
    )
  }

  it('takes no new connection while it drains', async () => {
    const one = await idleClient()
    const drained = listener.drain()
    expect(
      await client().then(
        () => 'taken',
        (error: NodeJS.ErrnoException) => error.code,
      ),
    ).to.equal('ECONNREFUSED')
    one.leave()
    await drained
  })

  it('cuts what is still open at the limit', async () => {
    const [one, slow] = [await client(), await client(), await client(true)]
    one.send(posted(aTransfer))
    slow.send(
      'POST /v1/transfers HTTP/1.1',
      'Host: ledger',
      'Content-Type: application/json',
      'Content-Length: 100',
      '',
      '{"from"',
    )
    await until(() => waiting.length === 1)
    const drained = listener.drain()
    timers.get(250)?.()
    timers.get(4_000)?.()
    const cut = ['POST /v1/transfers: was not answered', 'POST /v1/transfers: its body did not come']
    expect(await drained).to.deep.equal([...cut, 'no request'])
    await Promise.all([one.closed(), slow.closed()])
    expect(one.received).to.equal('')
  })

  it('drains once, however often it is told', async () => {
    const first = listener.drain()
    expect(listener.drain()).to.equal(first)
    await first
  })

  it('asks nobody for a body that broke off', async () => {
    const one = await client()
    one.send(
      'POST /v1/transfers HTTP/1.1',
      'Host: ledger',
      'Content-Type: application/json',
      'Content-Length: 100',
      '',
      '{',
    )
    one.leave()
    await (await idleClient()).receives(/alive/)
    expect(waiting).to.deep.equal([])
  })

  it('reads a body of chunks, and no more of it than the limit', async () => {
    const head = [
      'POST /v1/transfers HTTP/1.1',
      'Host: ledger',
      'Content-Type: application/json',
      'Transfer-Encoding: chunked',
      '',
    ]
    const one = await client()
    one.send(...head, aTransfer.length.toString(16), aTransfer, '0', '', '')
    await until(() => waiting.length === 1)
    const other = await client()
    other.send(...head, (200_000).toString(16), ' '.repeat(200_000), '')
    expect(await other.receives(/payload_too_large/)).to.match(/^HTTP\/1\.1 413 /)
    expect(waiting.length).to.equal(1)
  })

  const noHttp: readonly (readonly [string, string, number, string])[] = [
    ['what is not HTTP', 'hello\r\n\r\n', 400, 'malformed_request'],
    ['no host', 'GET /livez HTTP/1.1\r\n\r\n', 400, 'malformed_request'],
    ['a host that is none', 'GET /livez HTTP/1.1\r\nHost: a b\r\n\r\n', 400, 'malformed_request'],
    [
      'two lengths',
      'POST /v1/transfers HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      400,
      'malformed_request',
    ],
    ['endless headers', `GET /livez HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431, 'headers_too_large'],
  ]
  for (const [name, bytes, status, code] of noHttp) {
    it(`answers ${status} ${code} to ${name}, with the headers that every answer has`, async () => {
      const one = await client()
      one.send(bytes)
      const [head = '', body = ''] = (await one.receives(/}$/)).split('\r\n\r\n')
      expect(head).to.match(new RegExp(`^HTTP/1\\.1 ${status} `))
      for (const header of ['Ledger-Seq: 41', 'Request-Id: req_', 'Content-Type: application/problem']) {
        expect(head).to.include(`\r\n${header}`)
      }
      expect(problemAnswer.parse(JSON.parse(body))).to.include({ code, status })
    })
  }
})
