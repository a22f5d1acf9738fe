// A stream of transfers on a real socket: it may take as long as it takes, and ends cleanly when the server drains.

import { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { expect } from 'chai'
import type { ProcessTransaction } from '../../../actors/virtual-machine/messages.ts'
import { Connections } from '../../../src/public-api/connections.ts'
import { type Listener, listen } from '../../../src/public-api/listen.ts'
import { apiOver, aTransfer, posting, until } from '../doubles.ts'
import { RawClient } from '../raw-client.ts'

const head = [
  'POST /v1/batches HTTP/1.1',
  'Host: ledger',
  'Content-Type: application/x-ndjson',
  'Transfer-Encoding: chunked',
  '',
  '',
]

function chunk(text: string): string {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`
}

describe('A stream on a socket', () => {
  let waiting: ProcessTransaction[]
  let timers: Map<number, () => void>
  let listener: Listener
  let client: RawClient

  beforeEach(async () => {
    waiting = []
    timers = new Map()
    const api = apiOver({ process: (message) => waiting.push(message) })
    const schedule = (callback: () => void, milliseconds: number) => timers.set(milliseconds, callback)
    listener = await listen({ api, host: '127.0.0.1', port: 0, schedule, grace: 250, limit: 4_000 })
    client = await RawClient.to(listener.url)
    client.send(...head)
  })

  afterEach(async () => {
    client.leave()
    const drained = listener.drain()
    timers.get(4_000)?.()
    await drained
  })

  it('is answered while it comes', async () => {
    await client.receives(/^HTTP\/1\.1 200 OK\r\n/)
    client.send(chunk(`${aTransfer}\n${aTransfer.slice(0, 9)}`))
    await until(() => waiting.length === 1)
    posting()(waiting[0] as ProcessTransaction)
    await client.receives(/"seq":"42"}}\n\r\n$/)
    client.send(`${chunk(`${aTransfer.slice(9)}\n`)}0\r\n\r\n`)
    await until(() => waiting.length === 2)
    posting()(waiting[1] as ProcessTransaction)
    await client.receives(/"seq":"42"}}\n\r\n0\r\n\r\n$/)
  })

  it('ends with what is under way when the server drains, and the server with it', async () => {
    client.send(chunk(`${aTransfer}\n${aTransfer}\n`))
    await until(() => waiting.length === 2)
    const drained = listener.drain()
    client.send(chunk(`${aTransfer}\n`))
    timers.get(250)?.()
    for (const message of waiting) posting()(message)
    await client.receives(/\r\n0\r\n\r\n$/)
    await client.ended()
    client.leave()
    await drained
    expect(client.received.match(/"status":201/g)).to.have.length(2)
    expect([waiting.length, client.reset]).to.deep.equal([2, false])
  })

  it('stops when the client goes away', async () => {
    client.send(chunk(`${aTransfer}\n`))
    await until(() => waiting.length === 1)
    client.leave()
    const drained = listener.drain()
    await drained
    expect(waiting).to.have.length(1)
  })
})

describe('Connections', () => {
  //  answer to the newest request              whether it is being answered
  const rows = [
    [undefined, false],
    [{ headersSent: false, writableEnded: false }, false],
    [{ headersSent: true, writableEnded: false }, true],
    [{ headersSent: true, writableEnded: true }, false],
  ] as const
  for (const [outgoing, answering] of rows) {
    it(`know that ${JSON.stringify(outgoing)} is ${answering ? '' : 'not '}an answer that has begun`, () => {
      const socket = new EventEmitter() as Socket
      const connections = new Connections()
      connections.add(socket)
      if (outgoing !== undefined) connections.takes(socket, outgoing as ServerResponse)
      expect(connections.isAnswering(socket)).to.equal(answering)
    })
  }

  //  newest request                                                              whether it may take long
  const requests = [
    [{ writableEnded: false, req: { method: 'POST', url: '/v1/import' } }, true],
    [{ writableEnded: false, req: { method: 'POST', url: '/v1/import?dry_run=true' } }, true],
    [{ writableEnded: true, req: { method: 'POST', url: '/v1/import' } }, false],
    [{ writableEnded: false, req: { method: 'GET', url: '/v1/import' } }, false],
    [{ writableEnded: false, req: { method: 'POST', url: '/v1/imports' } }, false],
    [{ writableEnded: false, req: { method: 'POST', url: '/v1/transfers' } }, false],
  ] as const
  for (const [outgoing, isUnbounded] of requests) {
    it(`give ${JSON.stringify(outgoing)} ${isUnbounded ? 'all the time' : 'no more time'}`, () => {
      const socket = new EventEmitter() as Socket
      const connections = new Connections()
      connections.add(socket)
      connections.takes(socket, outgoing as unknown as ServerResponse)
      expect(connections.isUnbounded(socket)).to.equal(isUnbounded)
    })
  }

  const req = { method: 'GET', url: '/v1/events?after=1', complete: true }
  //  newest answer                                           bytes that wait    why it is open
  const open = [
    [undefined, 0, 'no request'],
    [{ req: { ...req, complete: false } }, 0, 'GET /v1/events: its body did not come'],
    [{ req }, 0, 'GET /v1/events: was not answered'],
    [{ req, headersSent: true }, 9, 'GET /v1/events: its answer did not end'],
    [{ req, headersSent: true, writableEnded: true }, 9, 'GET /v1/events: its answer was not read'],
    [{ req, headersSent: true, writableEnded: true }, 0, 'GET /v1/events: its answer was sent'],
  ] as const
  for (const [outgoing, writableLength, why] of open) {
    it(`tell of one that they cut: ${why}`, () => {
      const socket = Object.assign(new EventEmitter(), { writableLength, destroy: () => {} }) as unknown as Socket
      const connections = new Connections()
      connections.add(socket)
      if (outgoing !== undefined) connections.takes(socket, outgoing as unknown as ServerResponse)
      expect(connections.cut()).to.deep.equal([why])
    })
  }
})
