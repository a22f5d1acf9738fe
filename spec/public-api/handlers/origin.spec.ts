// The origin's two endpoints, byte for byte.

import { expect } from 'chai'
import sinon from 'sinon'
import { aFact, apiOver, balanceAfter, holding, later, posting } from '../doubles.ts'

describe('GET /api/balance', () => {
  const rows = [
    ['?from=user1', 200, '0'],
    ['', 400, "error: missing parameter 'from'"],
    ['?to=user1', 400, "error: missing parameter 'from'"],
    ['?from=', 400, "error: parameter 'from' is empty"],
    ['?from=a/b', 400, "error: parameter 'from' is an invalid name"],
    ['?from=user1&more=1', 200, '0'],
  ] as const
  for (const [query, status, text] of rows) {
    it(`answers '${text}' to '${query}'`, async () => {
      const response = await apiOver({ call: holding() }).app.request(`/api/balance${query}`)
      expect(await response.text()).to.equal(text)
      expect(response.status).to.equal(status)
      expect(response.headers.get('Content-Type')).to.match(/^text\/plain/)
      expect(response.headers.get('Ledger-Seq')).to.equal(status === 200 ? '42' : '41')
    })
  }

  it('answers a negative balance', async () => {
    const response = await apiOver({ call: holding({ posted: -17n }) }).app.request('/api/balance?from=user1')
    expect(await response.text()).to.equal('-17')
  })
})

describe('POST /api/transfer', () => {
  const largest = 2n ** 127n - 1n
  const invalid = "error: parameter 'amount' is an invalid number"
  const rows = [
    ['?from=user1&to=user2&amount=17', '-17'],
    [`?from=user1&to=user2&amount=${largest}`, '-17'],
    ['', "error: missing parameter 'from'"],
    ['?from=&to=&amount=', "error: parameter 'from' is empty"],
    ['?from=user1', "error: missing parameter 'to'"],
    ['?from=user1&to=', "error: parameter 'to' is empty"],
    ['?from=user1&to=user2', "error: missing parameter 'amount'"],
    ['?from=user1&to=user2&amount=', "error: parameter 'amount' is empty"],
    ['?from=user1&to=user2&amount=007', invalid],
    ['?from=user1&to=user2&amount=0', invalid],
    ['?from=user1&to=user2&amount=-17', invalid],
    ['?from=user1&to=user2&amount=%2B17', invalid],
    ['?from=user1&to=user2&amount=+17', invalid],
    ['?from=user1&to=user2&amount=1.5', invalid],
    ['?from=user1&to=user2&amount=1e3', invalid],
    ['?from=user1&to=user2&amount=x', invalid],
    [`?from=user1&to=user2&amount=${largest + 1n}`, invalid],
    ['?from=user1&to=a%20b&amount=1', "error: parameter 'to' is an invalid name"],
  ] as const
  for (const [query, text] of rows) {
    it(`answers '${text}' to '${query}'`, async () => {
      const { app, sent } = apiOver({ process: posting() })
      const response = await app.request(`/api/transfer${query}`, { method: 'POST' })
      expect(await response.text()).to.equal(text)
      expect(response.status).to.equal(text.startsWith('error') ? 400 : 200)
      expect(response.headers.get('Content-Type')).to.match(/^text\/plain/)
      expect(sent.length).to.equal(text.startsWith('error') ? 0 : 1)
    })
  }

  it('is the same transaction as ours, in UNIT', async () => {
    const { app, sent } = apiOver({ process: posting() })
    await app.request('/api/transfer?from=user1&to=user2&amount=17', { method: 'POST' })
    const command = { postings: [{ from: 'user1', to: 'user2', amount: 17n, asset: 'UNIT' }] }
    expect(sent.length).to.equal(1)
    sinon.assert.match(sent[0], { type: 'ProcessTransaction', method: 'Transfer', command })
  })

  it('answers a transfer to itself with the unchanged balance', async () => {
    const fact = { postings: [{ from: 'a', to: 'a', amount: '5', asset: 'UNIT' }], balances: [balanceAfter('a', '9')] }
    const response = await apiOver({ process: posting(fact) }).app.request('/api/transfer?from=a&to=a&amount=5', {
      method: 'POST',
    })
    expect(await response.text()).to.equal('9')
  })

  for (const replayed of [false, true]) {
    it(`answers a ${replayed ? 'replayed' : 'kept'} refusal with 422 and its code`, async () => {
      const refusal = { code: 'limit_exceeded', request_id: 'req_1' } as const
      const process = posting(aFact({ state: 'refused', balances: [], refusal }), replayed)
      const response = await apiOver({ process }).app.request('/api/transfer?from=a&to=b&amount=1', { method: 'POST' })
      expect([response.status, await response.text()]).to.deep.equal([422, 'error: limit_exceeded'])
      expect(response.headers.get('Idempotent-Replayed')).to.equal(replayed ? 'true' : null)
    })
  }

  it('replays a success byte for byte', async () => {
    const { app } = apiOver({ process: posting({}, true) })
    const headers = { 'Idempotency-Key': 'k' }
    const response = await app.request('/api/transfer?from=user1&to=user2&amount=17', { method: 'POST', headers })
    expect([response.status, await response.text()]).to.deep.equal([200, '-17'])
    expect(response.headers.get('Idempotent-Replayed')).to.equal('true')
  })

  it('answers a refusal that is not kept, a failure and a bad key in text', async () => {
    const path = '/api/transfer?from=a&to=b&amount=1'
    const refused = apiOver({
      process: ({ replyTo }) =>
        replyTo.send({ type: 'TransactionRefused', refusal: { code: 'idempotency_key_reused' }, seq: later.seq }),
    })
    const full = apiOver({
      process: ({ replyTo }) => replyTo.send({ type: 'RequestRejected', reason: 'storage_full' }),
    })
    const answers = [
      await refused.app.request(path, { method: 'POST' }),
      await full.app.request(path, { method: 'POST' }),
      await apiOver({ status: 'draining' }).app.request(path, { method: 'POST' }),
      await apiOver({}).app.request(path, { method: 'POST', headers: { 'Idempotency-Key': '""' } }),
    ]
    expect(answers.map(({ status }) => status)).to.deep.equal([422, 507, 503, 400])
    expect(await Promise.all(answers.map((answer) => answer.text()))).to.deep.equal([
      'error: idempotency_key_reused',
      'error: storage_full',
      'error: not_ready',
      'error: Idempotency-Key holds 1 to 255 printable ASCII characters, bare or in quotes.',
    ])
    expect(answers[2]?.headers.get('Retry-After')).to.equal('1')
  })

  for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS']) {
    it(`moves nothing on ${method}`, async () => {
      const { app, sent } = apiOver({ process: posting() })
      const response = await app.request('/api/transfer?from=a&to=b&amount=1', { method })
      expect(response.status).to.equal(405)
      expect(response.headers.get('Allow')).to.equal('POST')
      expect(await response.text()).to.equal(method === 'HEAD' ? '' : 'error: method_not_allowed')
      expect(sent).to.deep.equal([])
    })
  }

  for (const [site, status] of [
    ['cross-site', 403],
    ['same-site', 403],
    ['same-origin', 200],
    ['none', 200],
  ] as const) {
    it(`answers ${status} to a browser's page that is ${site}`, async () => {
      const { app, sent } = apiOver({ process: posting() })
      const headers = { 'Sec-Fetch-Site': site }
      const response = await app.request('/api/transfer?from=a&to=b&amount=1', { method: 'POST', headers })
      expect(response.status).to.equal(status)
      expect(sent.length).to.equal(status === 200 ? 1 : 0)
    })
  }
})
