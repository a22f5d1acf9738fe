// The stream of events on a real socket: who goes away is forgotten, and a drain ends it cleanly.

import { expect } from 'chai'
import sinon from 'sinon'
import { type Listener, listen } from '../../../src/public-api/listen.ts'
import { createPublicApi } from '../../../src/public-api/public-api.ts'
import { aNode } from '../../node/nodes.ts'
import { documents, json, until } from '../doubles.ts'
import { RawClient } from '../raw-client.ts'

const request = ['GET /v1/events HTTP/1.1', 'Host: ledger', 'Accept: text/event-stream', '', '']

describe('The stream of events on a socket', () => {
  let timers: Map<number, () => void>
  let listener: Listener
  let client: RawClient
  let move: () => Promise<unknown>
  let forgotten: sinon.SinonSpy

  beforeEach(async () => {
    timers = new Map()
    const { node, archive } = aNode()
    await node.start()
    forgotten = sinon.fake()
    const wait = archive.history.onceCommitted.bind(archive.history)
    archive.history.onceCommitted = (seq, told) => {
      const forget = wait(seq, told)
      return () => {
        forgotten()
        forget()
      }
    }
    const schedule = (callback: () => void, milliseconds: number) => void timers.set(milliseconds, callback)
    const api = createPublicApi({
      ledger: node,
      history: archive.history,
      log: { error: () => {} },
      randomBytes: (size) => new Uint8Array(size),
      schedule,
      documents,
    })
    move = async () => api.app.request('/v1/transfers', json('{"from":"a","to":"b","amount":1}'))
    listener = await listen({ api, host: '127.0.0.1', port: 0, schedule, grace: 250, limit: 4_000 })
    client = await RawClient.to(listener.url)
    client.send(...request)
    await client.receives(/^HTTP\/1\.1 200 OK\r\n[\s\S]*retry: 1000\n\n\r\n$/)
  })

  afterEach(async () => {
    client.leave()
    const drained = listener.drain()
    timers.get(4_000)?.()
    await drained
  })

  it('tells what happens as it happens', async () => {
    for (const seq of [1, 2]) {
      await move()
      await client.receives(new RegExp(`id: ${seq}\\ndata: {"seq":"${seq}".*}\\n\\n\\r\\n$`))
    }
  })

  it('forgets a client that has gone away', async () => {
    await move()
    await client.receives(/id: 1\n/)
    const before = forgotten.callCount
    client.leave()
    await until(() => forgotten.callCount > before)
    timers.get(15_000)?.()
    timers.delete(15_000)
    await move()
    expect(timers.has(15_000)).to.equal(false)
  })

  it('ends with its last event, whole, when the server drains', async () => {
    await move()
    await client.receives(/id: 1\n/)
    const drained = listener.drain()
    await client.receives(/}\n\n\r\n0\r\n\r\n$/)
    timers.get(250)?.()
    await drained
  })
})
