// Webhooks wired into a server: the ledger's own events arrive, and a receiver that is dead holds up neither it nor its drain.

import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import sinon from 'sinon'
import { startServer } from '../../src/server.ts'

describe('A server with webhooks', () => {
  let receiver: Server
  let bodies: string[]
  const arrived = async (count: number) => {
    while (bodies.length < count) await once(receiver, 'heard')
  }

  beforeEach(async () => {
    bodies = []
    receiver = createServer(async (request, response) => {
      let body = ''
      for await (const chunk of request) body += chunk
      bodies.push(body)
      receiver.emit('heard')
      if (request.url === '/alive') response.end()
    })
    receiver.listen(0, '127.0.0.1')
    await once(receiver, 'listening')
  })

  afterEach(() => {
    receiver.closeAllConnections()
    receiver.close()
  })

  it('posts what happens to them, goes on beside one that never answers, drains, and logs no secret', async () => {
    const logged: string[] = []
    const say = (...words: unknown[]) => void logged.push(JSON.stringify(words))
    const log = { info: say, warn: say, error: say, fatal: say } as never
    const panic = sinon.fake()
    const { port } = receiver.address() as AddressInfo
    const folders = { data: 'none', mirror: undefined, engine: 'memory' } as const
    const base = { host: '127.0.0.1', port: 0, acceptClock: false, rebuildMirror: false, ...folders }
    const server = await startServer({ ...base, webhookHosts: ['127.0.0.1'] }, { log, panic })
    const put = async (id: string) => {
      const body = JSON.stringify({ url: `http://127.0.0.1:${port}/${id}` })
      const headers = { 'content-type': 'application/json' }
      const response = await fetch(`${server.url}/v1/webhooks/${id}`, { method: 'PUT', headers, body })
      return (await response.json()) as { secret: string }
    }
    const secrets = [await put('dead'), await put('alive')].map((one) => one.secret)
    for (const amount of [1, 2, 3]) {
      const url = `${server.url}/api/transfer?from=a&to=b&amount=${amount}`
      expect((await fetch(url, { method: 'POST' })).status).to.equal(200)
    }
    await arrived(4)
    const seqs = bodies.map((body) => (JSON.parse(body) as { seq: string }).seq)
    expect(seqs.sort()).to.deep.equal(['1', '1', '2', '3'])
    await server.drain()
    for (const secret of secrets) expect(secret).to.match(/^whsec_[A-Za-z0-9+/]{43}=$/)
    expect(
      logged.filter((words) => words.includes('whsec') || secrets.some((one) => words.includes(one))),
    ).to.deep.equal([])
    sinon.assert.notCalled(panic)
  })
})
