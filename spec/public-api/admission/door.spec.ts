// What comes in over HTTP at all: rates, the event loop's delay, and how it is told.

import { expect } from 'chai'
import sinon from 'sinon'
import type { ProcessTransaction } from '../../../actors/virtual-machine/messages.ts'
import type { History } from '../../../src/archive/history/history.ts'
import type { AdmissionOptions } from '../../../src/public-api/admission/admission.ts'
import { lanes } from '../../../src/public-api/admission/lanes.ts'
import { retryAfterSeconds } from '../../../src/public-api/admission/retry-after.ts'
import { routes } from '../../../src/public-api/routes.ts'
import type { TokenDesk } from '../../../src/tokens/token.ts'
import { problemAnswer } from '../../../src/wire/problem.ts'
import { settled, VirtualClock } from '../../throttle/virtual-clock.ts'
import { apiOver, aTransfer, json, posting, until } from '../doubles.ts'
import { onTime, optionsOf, small } from './small-admission.ts'

const never = new AbortController().signal
const from = (address: string) => ({ incoming: { socket: { remoteAddress: address } } })

function door(
  changes: Partial<Omit<AdmissionOptions, 'clock'>> = {},
  answers: Parameters<typeof apiOver>[0] = { process: posting() },
) {
  const clock = new VirtualClock()
  const { app, sent } = apiOver(answers, { admission: optionsOf({ clock, ...changes }) })
  return {
    clock,
    sent,
    post: async (address: string) => app.request('/v1/transfers', json(aTransfer), from(address)),
    app,
  }
}

describe('Admission over HTTP', () => {
  it('has a lane for every route, and health is of the node alone', () => {
    expect(Object.keys(lanes)).to.have.members(Object.keys(routes))
    const unlimited = Object.entries(lanes).filter(([, lane]) => lane === 'health')
    expect(unlimited.map(([name]) => name)).to.have.members(['getLiveness', 'getReadiness'])
  })

  it('tells an address over its rate 429 and when the next one is due, and leaves other addresses alone', async () => {
    const { clock, sent, post } = door({ ratePerAddress: 2 })
    expect([(await post('1.1.1.1')).status, (await post('1.1.1.1')).status]).to.deep.equal([201, 201])
    const response = await post('1.1.1.1')
    expect(response.status).to.equal(429)
    expect(response.headers.get('Retry-After')).to.equal('1')
    expect(problemAnswer.parse(await response.json())).to.include({ code: 'rate_limited', retryable: true })
    expect((await post('2.2.2.2')).status).to.equal(201)
    expect(sent).to.have.length(3)
    await clock.runTo(1_000)
    expect((await post('1.1.1.1')).status).to.equal(201)
  })

  it('counts for the principal what all its addresses send', async () => {
    const { post } = door({ ratePerPrincipal: 2 })
    const statuses = [await post('1.1.1.1'), await post('2.2.2.2'), await post('3.3.3.3')].map(({ status }) => status)
    expect(statuses).to.deep.equal([201, 201, 429])
  })

  it('counts for an address what is refused further in, so that who guesses tokens is over its rate soon', async () => {
    const clock = new VirtualClock()
    const callerOf = sinon.fake(() => undefined)
    const tokens = { isDemanded: () => true, callerOf } as unknown as TokenDesk
    const { app } = apiOver({}, { admission: optionsOf({ clock, ratePerAddress: 2 }), tokens })
    const statuses: number[] = []
    for (const address of ['1', '1', '1', '2']) {
      statuses.push((await app.request('/v1/transfers', json(aTransfer), from(address))).status)
    }
    expect(statuses).to.deep.equal([401, 401, 429, 401])
    sinon.assert.calledThrice(callerOf)
  })

  it('never sends the request of a client who went away while it waited', async () => {
    const taken: ProcessTransaction[] = []
    const { clock, sent, app } = door({}, { process: (message) => void taken.push(message) })
    const gone = new AbortController()
    for (let slot = 0; slot < small.slots; slot++) void app.request('/v1/transfers', json(aTransfer))
    await settled()
    const waits = app.request('/v1/transfers', { ...json(aTransfer), signal: gone.signal })
    await settled()
    expect(clock.waiting, 'one is in line').to.equal(1)
    gone.abort()
    expect((await waits).status).to.equal(503)
    for (const { replyTo } of taken) replyTo.send({ type: 'RequestRejected', reason: 'storage_full' })
    await settled()
    expect(sent).to.have.length(small.slots)
  })

  const askers: readonly (readonly [string, RequestInit])[] = [
    ['/v1/transfers', json(aTransfer)],
    ['/v1/accounts/a', { ...json('{"metadata":{}}'), method: 'PUT' }],
    ['/v1/transfers/a/void', { method: 'POST' }],
    ['/v1/batches', json(`{"mode":"atomic","items":[${aTransfer}]}`)],
    ['/v1/batches', json(`{"mode":"independent","items":[${aTransfer}]}`)],
    ['/v1/batches', { ...json(`${aTransfer}\n`), headers: { 'Content-Type': 'application/x-ndjson' } }],
    ['/v1/accounts/a', {}],
    ['/v1/accounts/a/balance', {}],
    ['/api/balance?from=a', {}],
    ['/api/transfer?from=a&to=b&amount=1', { method: 'POST' }],
  ]
  for (const [path, request] of askers) {
    it(`knows whose message it is, so that it goes when the client does: ${request.method ?? 'GET'} ${path} ${request.body ?? ''}`, async () => {
      const { app, sent } = apiOver({})
      const gone = new AbortController()
      const response = app.request(path, { ...request, signal: gone.signal })
      if (path === '/v1/batches') void Promise.resolve(response).then(({ body }) => body?.getReader().read())
      await until(() => sent.length > 0)
      const [message] = sent as readonly { readonly replyTo: { readonly client?: Request } }[]
      const client = message?.replyTo.client
      expect(client?.signal.aborted).to.equal(false)
      gone.abort()
      expect(client?.signal.aborted).to.equal(true)
    })
  }

  it('knows principals by their tokens: who comes with little finds a place beside one who filled what it may', async () => {
    const scopes = new Set(['ledger:write'])
    const callers = new Map(['noisy', 'quiet'].map((principal) => [principal, { principal, scopes, revoked: never }]))
    const tokens = { isDemanded: () => true, callerOf: (header: string) => callers.get(header) } as unknown as TokenDesk
    const clock = new VirtualClock()
    const { app, sent } = apiOver({}, { admission: optionsOf({ clock }), tokens })
    const post = async (authorization: string) => {
      const request = json(aTransfer)
      return app.request('/v1/transfers', { ...request, headers: { ...request.headers, authorization } })
    }
    const refused = Array.from({ length: 20 }, () => post('noisy')).slice(small.slots + small.places)
    for (const { status } of await Promise.all(refused)) expect(status).to.equal(503)
    for (let count = 0; count < 2; count++) void post('quiet')
    await settled()
    expect(sent, 'one at once').to.have.length(small.slots + 1)
    expect(clock.waiting, 'and one in line').to.equal(small.places + 1)
  })

  it('reads the archive for no more than have a place, until it has answered', async () => {
    const { promise, resolve } = Promise.withResolvers<{ facts: []; next: null }>()
    const transfers = sinon.fake(() => promise)
    const history = { committed: () => 99, transfers } as unknown as History
    const clock = new VirtualClock()
    const { app } = apiOver({}, { admission: optionsOf({ clock }), history })
    const first = Array.from({ length: 8 }, async () => app.request('/v1/transfers'))
    await settled()
    for (const path of ['/v1/transfers', '/v1/accounts/a/balance?as_of_seq=1', '/v1/transfers/tr_1']) {
      const response = await app.request(path)
      expect([response.status, response.headers.get('Retry-After')], path).to.deep.equal([503, '1'])
    }
    expect((await app.request('/v1/journal/head')).status).to.equal(200)
    sinon.assert.callCount(transfers, 8)
    resolve({ facts: [], next: null })
    for (const { status } of await Promise.all(first)) expect(status).to.equal(200)
    expect((await app.request('/v1/transfers')).status).to.equal(200)
  })

  it('remembers no more addresses than it may', async () => {
    const { post } = door({ ratePerAddress: 1 })
    const statuses: number[] = []
    for (const address of ['1', '2', '3', '3', '1']) statuses.push((await post(address)).status)
    expect(statuses, 'the first was forgotten for the third').to.deep.equal([201, 201, 201, 429, 201])
  })

  it('says in plain text what the origin says so', async () => {
    const { app } = door({ readings: () => ({ ...onTime, eventLoopDelayMs: 1_001 }) })
    const response = await app.request('/api/transfer?from=a&to=b&amount=1', { method: 'POST' })
    expect([response.status, response.headers.get('Retry-After')]).to.deep.equal([503, '1'])
    expect(await response.text()).to.equal('error: overloaded')
  })

  it('turns away all but health while the event loop is late', async () => {
    let eventLoopDelayMs = 1_001
    const { app, sent } = door({ readings: () => ({ ...onTime, eventLoopDelayMs }) })
    const statusOf = async (path: string, init = {}) => (await app.request(path, init)).status
    expect(await statusOf('/v1/transfers', json(aTransfer))).to.equal(503)
    expect(await statusOf('/v1/journal/head')).to.equal(503)
    expect([await statusOf('/livez'), await statusOf('/readyz')]).to.deep.equal([200, 200])
    expect(sent).to.deep.equal([])
    eventLoopDelayMs = 1_000
    expect(await statusOf('/v1/transfers', json(aTransfer))).to.equal(201)
  })

  it('tells 503 overloaded when line and slots are full, with what the line says of coming back', async () => {
    const { clock, app } = door({ limits: { ...small, places: 1 } }, {})
    const asked = Array.from({ length: 4 }, async () => app.request('/v1/transfers', json(aTransfer)))
    const full = await Promise.race(asked)
    expect([full.status, full.headers.get('Retry-After')]).to.deep.equal([503, '1'])
    expect(problemAnswer.parse(await full.json())).to.include({ code: 'overloaded', retryable: true })
    await settled()
    const waited = asked.slice(2, 3)
    await clock.runTo(5_000)
    expect((await Promise.race(waited)).headers.get('Retry-After')).to.equal('5')
  })

  it('says when to come back in whole seconds, never too early', () => {
    const rows = [
      [0, 1],
      [1, 1],
      [1_000, 1],
      [1_001, 2],
      [Infinity, 60],
    ] as const
    for (const [milliseconds, seconds] of rows) expect(retryAfterSeconds(milliseconds)).to.equal(seconds)
  })
})
