// The door on a real socket: heads that mean two things, and TLS.

import { request } from 'node:https'
import { expect } from 'chai'
import { type Listener, listen } from '../../../src/public-api/listen.ts'
import { apiOver, holding } from '../doubles.ts'
import { RawClient } from '../raw-client.ts'
import { certificate, key } from './localhost.ts'

const tls = { cert: Buffer.from(certificate), key: Buffer.from(key) }

describe('The door on a socket', () => {
  let listener: Listener
  let timers: (() => void)[]

  async function listening(secure: boolean): Promise<void> {
    timers = []
    const schedule = (callback: () => void) => void timers.push(callback)
    const api = apiOver({ call: holding() })
    listener = await listen({ api, host: '127.0.0.1', port: 0, schedule, ...(secure && { tls }) })
  }

  afterEach(async () => {
    const drained = listener.drain()
    for (const timer of timers) timer()
    await drained
  })

  async function answerTo(target: string, headers: readonly string[] = []): Promise<string> {
    const client = await RawClient.to(listener.url)
    client.send(`GET ${target} HTTP/1.1`, 'Host: ledger', ...headers, 'Connection: close', '', '')
    await client.closed()
    return client.received
  }

  const many = (count: number) => Array.from({ length: count }, (_, n) => `X-${n}: 0`)

  // biome-ignore format: a table
  const targets: readonly (readonly [string, number])[] = [
    ['/v1/accounts/a',                      200],
    ['/v1/accounts/users%3A42',             200],
    ['/v1/accounts/a.b..c',                 200],
    ['/v1/accounts/.a',                     200],
    ['http://ledger/v1/accounts/a',         200],
    ['/v1/accounts/a?asset=A/B%2FC',        200],
    ['//v1/accounts/a',                     400],
    ['/v1//accounts/a',                     400],
    ['http://ledger//v1/accounts/a',        400],
    ['/v1/webhooks/../accounts/a',          400],
    ['/v1/./accounts/a',                    400],
    ['/v1/accounts/..',                     400],
    ['/v1/webhooks/%2e%2E/accounts/a',      400],
    ['/v1/webhooks/.%2e/accounts/a',        400],
    ['/v1/accounts/a%2Fb',                  400],
    ['/v1/accounts/a%5cb',                  400],
    ['/v1/accounts/a\\b',                   400],
    ['/v1/accounts/a%00',                   400],
  ]
  for (const [target, status] of targets) {
    it(`answers ${status} to GET ${target}`, async () => {
      await listening(false)
      const answer = await answerTo(target)
      expect(answer).to.match(new RegExp(`^HTTP/1\\.1 ${status} `))
      expect(answer).to.match(/\r\nRequest-Id: req_/i)
      if (status === 400) expect(answer).to.include('"code":"malformed_request"').and.include('an encoded slash')
    })
  }

  // biome-ignore format: a table
  const heads: readonly (readonly [string, readonly string[], number])[] = [
    ['two hosts',            ['host: other'],                                    400],
    ['two keys',             ['Idempotency-Key: a', 'idempotency-key: b'],       400],
    ['two keys apart',       ['Idempotency-Key: a', 'Authorization: b', 'idempotency-key: c'], 400],
    ['two tokens',           ['Authorization: Bearer a', 'Authorization: b'],    400],
    ['two types',            ['Content-Type: a', 'Content-Type: a'],             400],
    ['what may come twice',  ['Accept: text/html', 'Accept: text/plain'],        200],
    ['what nobody can meet', ['Expect: the-worst'],                              400],
    ['patience',             ['Expect: 100-continue'],                           100],
  ]
  for (const [name, headers, status] of heads) {
    it(`answers ${status} to ${name}`, async () => {
      await listening(false)
      const answer = await answerTo('/v1/accounts/a', headers)
      expect(answer).to.match(new RegExp(`^HTTP/1\\.1 ${status} `))
      expect(answer).to.match(/\r\nRequest-Id: req_/)
    })
  }

  it('takes a hundred headers, and no more', async () => {
    await listening(false)
    expect(await answerTo('/livez', many(98))).to.match(/^HTTP\/1\.1 200 /)
    expect(await answerTo('/livez', many(99))).to.match(/^HTTP\/1\.1 431 .*headers_too_large/s)
    expect(await answerTo('/livez', many(1_900))).to.match(/^HTTP\/1\.1 431 /)
  })

  it('speaks TLS, and nothing else, and drains', async () => {
    await listening(true)
    expect(listener.url).to.match(/^https:\/\/127\.0\.0\.1:/)
    expect(await secureStatus(`${listener.url}/livez`)).to.equal(200)
    const plain = await RawClient.to(listener.url)
    plain.send('GET /livez HTTP/1.1', 'Host: ledger', '', '')
    await plain.closed()
    expect(plain.received).to.not.include('alive')
  })
})

function secureStatus(url: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { ca: certificate, agent: false }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode))
    })
    asked.once('error', reject).end()
  })
}
