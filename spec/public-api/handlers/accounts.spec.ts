// GET /v1/accounts/{id} and its balance.

import { expect } from 'chai'
import sinon from 'sinon'
import { accountAnswer } from '../../../src/wire/account.ts'
import { problemAnswer } from '../../../src/wire/problem.ts'
import { apiOver, holding } from '../doubles.ts'

const zeros = '{"posted":"0","pending_in":"0","pending_out":"0","available":"0","version":0}'

describe('GET /v1/accounts/{id}', () => {
  it('answers zeros for an account that was never used', async () => {
    const { app, sent } = apiOver({ call: holding() })
    const response = await app.request('/v1/accounts/users:42:wallet')
    expect(response.status).to.equal(200)
    const body = await response.text()
    expect(body).to.equal(
      `{"id":"users:42:wallet","asset":"UNIT","balance":${zeros},"min_balance":null,"max_balance":null,"closed":false,"metadata":{}}`,
    )
    expect(accountAnswer.safeParse(JSON.parse(body)).error).to.equal(undefined)
    expect(response.headers.get('Ledger-Seq')).to.equal('42')
    const query = { account: 'users:42:wallet', asset: 'UNIT' }
    expect(sent.length).to.equal(1)
    sinon.assert.match(sent[0], { type: 'CallContract', method: 'GetBalance', query })
  })

  it('answers its limits and what is held', async () => {
    const state = { posted: 10n, pendingIn: 3n, pendingOut: 4n, minimum: -5n, maximum: 0n, closed: true, version: 9 }
    const { app, sent } = apiOver({ call: holding(state) })
    const response = await app.request('/v1/accounts/a?asset=USD%2F2')
    expect(await response.text()).to.equal(
      '{"id":"a","asset":"USD/2","balance":{"posted":"10","pending_in":"3","pending_out":"4","available":"6","version":9},"min_balance":"-5","max_balance":"0","closed":true,"metadata":{}}',
    )
    sinon.assert.match(sent[0], { query: { account: 'a', asset: 'USD/2' } })
  })
})

describe('GET /v1/accounts/{id}/balance', () => {
  it('answers zeros for an account that was never used', async () => {
    const response = await apiOver({ call: holding() }).app.request('/v1/accounts/a/balance?asset=USD/2')
    expect(await response.text()).to.equal(zeros)
  })

  it('answers for accounts named as what objects have', async () => {
    const { app, sent } = apiOver({ call: holding() })
    await app.request('/v1/accounts/__proto__/balance')
    await app.request('/v1/accounts/users%3A1/balance')
    sinon.assert.match(sent[0], { query: { account: '__proto__' } })
    sinon.assert.match(sent[1], { query: { account: 'users:1' } })
  })

  const refused = [
    ['a%20b/balance', 'invalid_id'],
    ['a%2Fb/balance', 'invalid_id'],
    [`${'x'.repeat(129)}/balance`, 'invalid_id'],
    ['a/balance?asset=usd', 'invalid_id'],
    ['a/balance?asset=', 'invalid_id'],
    ['a/balance?as_off=2024-01-01T00:00:00Z', 'unknown_field'],
  ] as const
  for (const [path, code] of refused) {
    it(`answers 400 ${code} to ${path.slice(-40)}`, async () => {
      const { app, sent } = apiOver({ call: holding() })
      const response = await app.request(`/v1/accounts/${path}`)
      expect(response.status).to.equal(400)
      expect(problemAnswer.parse(await response.json()).code).to.equal(code)
      expect(sent).to.deep.equal([])
    })
  }

  it('answers 503 when it is rejected, past the deadline, or not open', async () => {
    const rejected = apiOver({ call: ({ replyTo }) => replyTo.send({ type: 'RequestRejected', reason: 'overloaded' }) })
    expect(problemAnswer.parse(await (await rejected.app.request('/v1/accounts/a')).json()).code).to.equal('overloaded')
    const silent = apiOver({})
    const late = silent.app.request('/v1/accounts/a')
    for (let sweep = 0; sweep < 11; sweep++) silent.schedule.lastCall.args[0]()
    expect(problemAnswer.parse(await (await late).json()).code).to.equal('not_ready')
    const draining = await apiOver({ status: 'draining', call: holding() }).app.request('/v1/accounts/a')
    expect(draining.status).to.equal(503)
  })
})
