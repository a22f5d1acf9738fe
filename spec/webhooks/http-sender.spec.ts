// The real sender against a real receiver on this machine: what it sends, what it takes for an answer, what it refuses.

import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import { httpSender } from '../../src/webhooks/http-sender.ts'
import { webhookTargets } from '../../src/webhooks/targets.ts'

describe('The sender of webhooks', () => {
  let server: Server
  let url: string
  let answer: RequestListener
  let requests: { request: IncomingMessage; port: number | undefined; body: string }[]

  beforeEach(async () => {
    requests = []
    answer = (_, response) => response.end('thanks')
    server = createServer((request, response) => {
      let body = ''
      const port = request.socket.remotePort
      request.on('data', (chunk) => {
        body += chunk
      })
      request.on('end', () => {
        requests.push({ request, port, body })
        answer(request, response)
      })
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?a=b`
  })

  afterEach(() => {
    server.closeAllConnections()
    server.close()
  })

  function send(
    signal = new AbortController().signal,
    hosts: readonly string[] | undefined = ['127.0.0.1', 'localhost'],
  ) {
    const headers = { 'webhook-id': 'orders_1' }
    return httpSender(webhookTargets(hosts))({ url, headers, body: '{"name":"Zoë"}', signal })
  }

  async function failure(work: Promise<unknown>): Promise<string> {
    return work.then(
      (status) => `answered ${status}`,
      (error) => `${error.code ?? error.message}`,
    )
  }

  it('posts the body as JSON, with the headers, on a connection of its own, without cookies', async () => {
    answer = (_, response) => response.setHeader('Set-Cookie', 'a=b').end('thanks')
    expect([await send(), await send()]).to.deep.equal([200, 200])
    const ports = new Set(requests.map(({ port }) => port))
    expect(ports.size).to.equal(2)
    for (const { request, body } of requests) {
      expect([request.method, request.url, body]).to.deep.equal(['POST', '/hook?a=b', '{"name":"Zoë"}'])
      expect(request.headers).to.include({
        'webhook-id': 'orders_1',
        'content-type': 'application/json',
        'content-length': '15',
        connection: 'close',
      })
      expect(request.headers).to.not.have.property('cookie')
    }
  })

  it('follows no redirect', async () => {
    answer = (_, response) => response.writeHead(307, { Location: '/elsewhere' }).end()
    expect(await send()).to.equal(307)
    expect(requests).to.have.length(1)
  })

  it('reads no more than a little of an answer that has no end', async () => {
    let cut = false
    answer = (_, response) => {
      const more = () => {
        while (response.write(Buffer.alloc(8_192)));
      }
      response.on('drain', more).on('close', () => {
        cut = true
      })
      more()
    }
    expect(await send()).to.equal(200)
    while (!cut) await new Promise(setImmediate)
  })

  it('takes the status when the answer breaks off after it', async () => {
    answer = (_, response) => {
      response.writeHead(202, { 'Content-Length': 100 })
      response.write('some', () => response.destroy())
    }
    expect(await send()).to.equal(202)
  })

  it('ends when it is told to: without an answer it has failed', async () => {
    const ending = new AbortController()
    answer = () => ending.abort()
    expect(await failure(send(ending.signal))).to.equal('ABORT_ERR')
  })

  it('says why when nobody answers', async () => {
    answer = (_, response) => response.destroy()
    expect(await failure(send())).to.equal('ECONNRESET')
    server.close()
    server.closeAllConnections()
    expect(await failure(send())).to.equal('ECONNREFUSED')
  })

  it('connects to no address that is not public, by number or by name', async () => {
    const { port } = server.address() as AddressInfo
    expect(await failure(send(undefined, []))).to.match(/not in this server's list/)
    const notListed = { ...webhookTargets(), refusal: () => undefined }
    const message = { url: `http://localhost:${port}/`, headers: {}, body: '{}', signal: new AbortController().signal }
    expect(await failure(httpSender(notListed)(message))).to.match(/resolves to an address that is not public/)
    expect(requests).to.deep.equal([])
  })
})
