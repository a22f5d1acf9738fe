// Who is slow is let go, who is answered is answered in turn: on real sockets, with a clock that the spec moves.

import { expect } from 'chai'
import type { ProcessTransaction } from '../../../actors/virtual-machine/messages.ts'
import { lookEvery } from '../../../src/public-api/connections.ts'
import { eachEvery } from '../../../src/public-api/door/pace.ts'
import { type Listener, listen } from '../../../src/public-api/listen.ts'
import { apiOver, aTransfer, posting, until } from '../doubles.ts'
import { got, posted, RawClient } from '../raw-client.ts'

const head = (length: number) =>
  `POST /v1/transfers HTTP/1.1\r\nHost: ledger\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`

/** Bytes: more than the system holds of an answer while nobody reads. Blank, so that only what is read costs something. */
const large = 64 * 1_024 * 1_024

describe('The pace of a connection', () => {
  let waiting: ProcessTransaction[]
  let looks: (() => void)[]
  let listener: Listener
  let client: RawClient

  beforeEach(async () => {
    waiting = []
    looks = []
    const api = apiOver({ process: (message) => waiting.push(message) })
    api.app.get('/large', () => new Response(Buffer.alloc(large)))
    const schedule = (callback: () => void, milliseconds: number) => {
      if (milliseconds === lookEvery) looks.push(callback)
      if (milliseconds === 4_000) cut = callback
    }
    let cut = () => {}
    end = () => cut()
    listener = await listen({ api, host: '127.0.0.1', port: 0, schedule })
    client = await RawClient.to(listener.url)
  })

  let end: () => void

  afterEach(async () => {
    client.leave()
    const drained = listener.drain()
    end()
    await drained
  })

  /** At each connection so often. */
  async function look(times: number): Promise<void> {
    await lookAtSome((times * eachEvery) / lookEvery)
  }

  async function lookAtSome(times: number): Promise<void> {
    for (let time = 0; time < times; time++) {
      await until(() => looks.length > 0)
      looks.shift()?.()
    }
  }

  /** Until what was sent before has come in. */
  async function settled(): Promise<void> {
    const other = await RawClient.to(listener.url)
    other.send(got('/livez'))
    await other.receives(/alive/)
    other.leave()
  }

  it('tells who sends too slowly 408 at the sixth look, and not before', async () => {
    client.send(head(100), '{')
    await settled()
    await look(5)
    await settled()
    expect(client.received).to.equal('')
    await look(1)
    await client.closed()
    expect(client.received).to.match(/^HTTP\/1\.1 408 .*"code":"request_timeout"/s)
    expect(waiting).to.deep.equal([])
  })

  it('sends those who came one after the other away one after the other', async () => {
    const second = await RawClient.to(listener.url)
    for (const one of [client, second]) one.send(head(100), '{')
    await settled()
    await look(5)
    await lookAtSome(1)
    await client.closed()
    await settled()
    expect(second.received).to.equal('')
    await lookAtSome(1)
    await second.closed()
    expect(second.received).to.match(/^HTTP\/1\.1 408 /)
  })

  it('is not satisfied by a byte now and then', async () => {
    client.send(head(100), '{')
    for (let time = 0; time < 6; time++) {
      client.send(' ')
      await settled()
      await look(1)
    }
    await client.closed()
    expect(client.received).to.match(/^HTTP\/1\.1 408 /)
  })

  it('lets a body take its time that comes', async () => {
    client.send(head(20 * 300 + aTransfer.length))
    for (let time = 0; time < 20; time++) {
      client.send(' '.repeat(300))
      await settled()
      await look(1)
    }
    client.send(aTransfer)
    await until(() => waiting.length === 1)
    expect(client.received).to.equal('')
  })

  it('lets who waits for an answer wait, and who is idle be idle', async () => {
    client.send(got('/livez'))
    await client.receives(/alive/)
    await look(20)
    client.send(posted(aTransfer))
    await until(() => waiting.length === 1)
    await look(20)
    for (const message of waiting) posting()(message)
    await client.receives(/"seq":"42"}$/)
  })

  it('resets who does not read its answer', async () => {
    client.rest()
    client.send(got('/large'))
    await settled()
    await look(9)
    client.goOn()
    await client.closed()
    expect(client.reset).to.equal(true)
    expect(client.received.length).to.be.below(large)
  })

  it('lets who reads slowly read', async () => {
    client.rest()
    client.send(got('/large'))
    for (let time = 0; time < 8; time++) {
      await client.more(2_097_152)
      await settled()
      await look(1)
    }
    await client.more(65_536)
    expect(client.reset).to.equal(false)
  })

  it('looks at nobody where nobody is', async () => {
    client.leave()
    await client.closed()
    await until(() => {
      looks.shift()?.()
      return looks.length === 0
    })
  })

  it('answers a request before it refuses what came behind it', async () => {
    client.send(`${posted(aTransfer)}nonsense\r\n\r\n`)
    await until(() => waiting.length === 1)
    await settled()
    expect(client.received).to.equal('')
    client.send('more nonsense\r\n\r\n')
    for (const message of waiting) posting()(message)
    await client.closed()
    expect(client.received.match(/HTTP\/1\.1 [0-9]+/g)).to.deep.equal(['HTTP/1.1 201', 'HTTP/1.1 400'])
  })

  it('answers a request before it refuses the broken body of the next', async () => {
    const chunks =
      'POST /v1/transfers HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n'
    client.send(`${posted(aTransfer)}${chunks}zz\r\n`)
    await until(() => waiting.length === 1)
    await settled()
    expect(client.received).to.equal('')
    for (const message of waiting) posting()(message)
    await client.closed()
    expect(client.received.match(/HTTP\/1\.1 [0-9]+/g)).to.deep.equal(['HTTP/1.1 201', 'HTTP/1.1 400'])
    expect(waiting.length).to.equal(1)
  })

  it('says nothing into an answer that has begun', async () => {
    const lines =
      'POST /v1/batches HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n'
    client.send(`${lines}3\r\n{}\n\r\n`)
    await client.receives(/missing_field/)
    client.send('zz\r\n')
    await client.closed()
    expect(client.received.match(/HTTP\/1\.1 [0-9]+/g)).to.deep.equal(['HTTP/1.1 200'])
  })
})
