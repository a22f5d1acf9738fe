// POST /v1/transfers, from the request to the bytes of the answer.

import { expect } from 'chai'
import sinon from 'sinon'
import { renderTransfer } from '../../../src/public-api/answer/render-v1.ts'
import { problemAnswer } from '../../../src/wire/problem.ts'
import { transferAnswer } from '../../../src/wire/transfer.ts'
import { aFact, apiOver, aTransfer, json, later, posting, refusedFact, refusing, until } from '../doubles.ts'

describe('POST /v1/transfers', () => {
  it('asks the VirtualMachine and answers what is durable', async () => {
    const { app, sent } = apiOver({ process: posting() })
    const body =
      '{"from":"user1","to":"user2","amount":17,"asset":"USD/2","id":"x","reference":"r","metadata":{"k":"v"}}'
    const response = await app.request('/v1/transfers', json(body))
    expect(response.status).to.equal(201)
    expect(await response.text()).to.equal(renderTransfer(aFact({ id: 'x' })))
    expect(Object.fromEntries(response.headers)).to.deep.equal({
      'content-type': 'application/json',
      'ledger-seq': '42',
      'request-id': 'req_BwcHBwcHBwcH_1',
      'x-content-type-options': 'nosniff',
      location: '/v1/transfers/x',
    })
    expect(sent.length).to.equal(1)
    sinon.assert.match(sent[0], {
      type: 'ProcessTransaction',
      method: 'Transfer',
      requestId: 'req_BwcHBwcHBwcH_1',
      command: {
        id: 'x',
        content: sinon.match(/^[0-9a-f]{64}$/),
        postings: [{ from: 'user1', to: 'user2', amount: 17n, asset: 'USD/2' }],
        reference: 'r',
        metadata: { k: 'v' },
      },
    })
  })

  it('waits for the answer', async () => {
    const { app, sent } = apiOver({})
    const told = sinon.fake()
    const response = Promise.resolve(app.request('/v1/transfers', json(aTransfer))).then((answer) =>
      told(answer.status),
    )
    await new Promise(setImmediate)
    sinon.assert.notCalled(told)
    if (sent[0]?.type === 'ProcessTransaction') posting()(sent[0])
    await response
    sinon.assert.calledOnceWithExactly(told, 201)
  })

  it('replays a success byte for byte, and says so', async () => {
    const first = await apiOver({ process: posting() }).app.request('/v1/transfers', json(aTransfer))
    const again = await apiOver({ process: posting({}, true) }).app.request('/v1/transfers', json(aTransfer))
    expect(again.status).to.equal(201)
    expect(again.headers.get('Idempotent-Replayed')).to.equal('true')
    expect(first.headers.get('Idempotent-Replayed')).to.equal(null)
    expect(await again.text()).to.equal(await first.text())
  })

  it('replays a refusal byte for byte, and says so', async () => {
    const first = await apiOver({ process: posting(refusedFact) }).app.request('/v1/transfers', json(aTransfer))
    const again = await apiOver({ process: posting(refusedFact, true) }).app.request('/v1/transfers', json(aTransfer))
    expect([first.status, again.status]).to.deep.equal([422, 422])
    expect(again.headers.get('Idempotent-Replayed')).to.equal('true')
    expect(again.headers.get('Request-Id')).to.not.equal('req_first')
    const body = await again.text()
    expect(body).to.equal(await first.text())
    expect(JSON.parse(body)).to.include({ code: 'insufficient_funds', request_id: 'req_first' })
  })

  it('answers a refusal that is not kept with its own Request-Id', async () => {
    const { app } = apiOver({
      process: ({ replyTo }) =>
        replyTo.send({ type: 'TransactionRefused', refusal: { code: 'idempotency_key_reused' }, seq: later.seq }),
    })
    const response = await app.request('/v1/transfers', json(aTransfer))
    expect(response.status).to.equal(422)
    expect(response.headers.get('Ledger-Seq')).to.equal('42')
    expect(problemAnswer.parse(await response.json())).to.include({
      code: 'idempotency_key_reused',
      request_id: response.headers.get('Request-Id'),
    })
  })

  const failures = [
    ['overloaded', 503, 'overloaded', '1'],
    ['not_ready', 503, 'not_ready', '1'],
    ['storage_full', 507, 'storage_full', null],
  ] as const
  for (const [reason, status, code, retryAfter] of failures) {
    it(`answers ${status} ${code} when it was rejected as ${reason}`, async () => {
      const { app } = apiOver({ process: ({ replyTo }) => replyTo.send({ type: 'RequestRejected', reason }) })
      const response = await app.request('/v1/transfers', json(aTransfer))
      expect(response.status).to.equal(status)
      expect(response.headers.get('Retry-After')).to.equal(retryAfter)
      expect(problemAnswer.parse(await response.json())).to.include({ code, status, retryable: true })
    })
  }

  for (const status of ['recovering', 'draining', 'closed', 'failed'] as const) {
    it(`asks nobody while the ledger is ${status}`, async () => {
      const { app, sent } = apiOver({ status, process: posting() })
      const response = await app.request('/v1/transfers', json(aTransfer))
      expect(response.status).to.equal(503)
      expect(response.headers.get('Retry-After')).to.equal('1')
      expect(problemAnswer.parse(await response.json()).code).to.equal('not_ready')
      expect(sent).to.deep.equal([])
    })
  }

  //  what the transfer is named by, what the answer says, whether it may be sent again
  const unnamed = [
    ['its id', json('{"from":"a","to":"b","amount":"1","id":"order-1"}'), '/v1/transfers/order-1', true],
    ['its key', json(aTransfer, { 'Idempotency-Key': '"key-1"' }), 'Idempotency-Key key-1', true],
    ['nothing', json(aTransfer), 'neither id nor Idempotency-Key', false],
  ] as const
  for (const [name, init, told, retryable] of unnamed) {
    it(`answers outcome_unknown past the deadline, with ${name} to look it up by`, async () => {
      const { app, sent, schedule } = apiOver({})
      const answer = app.request('/v1/transfers', init)
      await until(() => sent.length > 0)
      for (let sweep = 0; sweep < 11; sweep++) schedule.lastCall.args[0]()
      const response = await answer
      expect(response.status).to.equal(503)
      expect(response.headers.get('Retry-After')).to.equal('1')
      expect(response.headers.get('Ledger-Seq')).to.equal('41')
      const problem = problemAnswer.parse(await response.json())
      expect(problem).to.include({ code: 'outcome_unknown', retryable })
      expect(problem.detail).to.include(told)
    })
  }

  for (const query of ['?dry_run=false', '?dry_run=', '?dry_run=true&dry_run=1', '?dry-run=true']) {
    it(`does not take ${query} for a wish to commit`, async () => {
      const { app, sent } = apiOver({ process: posting() })
      const response = await app.request(`/v1/transfers${query}`, json(aTransfer))
      expect(response.status).to.equal(400)
      expect(problemAnswer.parse(await response.json()).code).to.equal('unknown_field')
      expect(sent).to.deep.equal([])
    })
  }

  it('answers a dry run in full, keeps nothing, and ignores its key', async () => {
    const { app, sent } = apiOver({ process: posting() })
    const response = await app.request('/v1/transfers?dry_run=true', json(aTransfer, { 'Idempotency-Key': 'k' }))
    expect(response.status).to.equal(201)
    expect(response.headers.get('Location')).to.equal(null)
    const body = await response.text()
    expect(body).to.equal(`${renderTransfer(aFact()).slice(0, -1)},"committed":false}`)
    expect(transferAnswer.safeParse(JSON.parse(body)).error).to.equal(undefined)
    sinon.assert.match(sent[0], { type: 'ProcessTransaction', dryRun: true })
    expect(sent[0]).to.not.have.property('request')
  })

  it('answers a refused dry run as the refusal would be', async () => {
    const { app } = apiOver({ process: refusing({ code: 'guard_failed', account: 'user1' }) })
    const response = await app.request('/v1/transfers?dry_run=true', json(aTransfer))
    expect(response.status).to.equal(422)
    expect(problemAnswer.parse(await response.json())).to.include({ code: 'guard_failed', committed: false })
  })

  it('says that a dry run which was not answered did nothing', async () => {
    const { app, sent, schedule } = apiOver({})
    const answer = app.request('/v1/transfers?dry_run=true', json(aTransfer))
    await until(() => sent.length > 0)
    for (let sweep = 0; sweep < 11; sweep++) schedule.lastCall.args[0]()
    expect(problemAnswer.parse(await (await answer).json()).code).to.equal('not_ready')
  })

  it('marks no committed transfer', async () => {
    const { app, sent } = apiOver({ process: posting() })
    const response = await app.request('/v1/transfers', json(aTransfer))
    expect(await response.json()).to.not.have.property('committed')
    expect(sent[0]).to.not.have.property('dryRun')
  })

  it('tells nobody but the log of an exception', async () => {
    const { app, log } = apiOver({
      process: () => {
        throw new Error('a secret')
      },
    })
    const response = await app.request('/v1/transfers', json(aTransfer))
    expect(response.status).to.equal(500)
    const body = await response.text()
    expect(body).to.not.include('secret')
    expect(problemAnswer.parse(JSON.parse(body))).to.include({ code: 'internal_error', retryable: false })
    sinon.assert.calledOnceWithMatch(log.error, {
      error: sinon.match.instanceOf(Error),
      requestId: JSON.parse(body).request_id,
    })
  })
})
