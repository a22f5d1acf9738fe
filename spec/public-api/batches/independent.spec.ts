// POST /v1/batches, independent: each item answered by itself.

import { expect } from 'chai'
import type { ProcessTransaction } from '../../../actors/virtual-machine/messages.ts'
import { batchAnswer } from '../../../src/wire/batch.ts'
import { problemAnswer } from '../../../src/wire/problem.ts'
import { apiOver, until } from '../doubles.ts'
import { batch, decidingEach, item, keyed } from './batch-doubles.ts'

describe('POST /v1/batches, independent', () => {
  it('answers item by item, in the order of the items', async () => {
    const { app, sent } = apiOver({
      process: decidingEach({ 2: 'insufficient_funds', 3: 'storage_full' }),
    })
    const items = [item(0), item(-1), item(2), item(3), item(4)]
    const response = await app.request('/v1/batches', batch('independent', items))
    expect(response.status).to.equal(200)
    expect(response.headers.get('Ledger-Seq')).to.equal('46')
    const { data } = batchAnswer.parse(await response.json())
    expect(data.map(({ status }) => status)).to.deep.equal([201, 400, 422, 507, 201])
    expect(data[1]).to.have.nested.property('problem.errors[0].pointer', '/items/1/amount')
    expect(data[2]).to.have.nested.property('problem.code', 'insufficient_funds')
    expect(data[4]).to.have.nested.property('transfer.id', 'tr_46')
    expect(sent).to.have.length(4)
  })

  it('puts items behind each other before the first is answered', async () => {
    const { app, sent } = apiOver({})
    void app.request('/v1/batches', batch('independent', [item(0), item(1), item(2)]))
    await until(() => sent.length === 3)
  })

  it('numbers the items under a key, and sends the others when the first has it', async () => {
    const { app, sent } = apiOver({})
    const answer = app.request('/v1/batches', batch('independent', [item(0), item(1), item(2)], keyed))
    await until(() => sent.length > 0)
    await new Promise(setImmediate)
    expect(sent).to.have.length(1)
    decidingEach()(sent[0] as ProcessTransaction)
    await until(() => sent.length === 3)
    for (const message of sent.slice(1)) decidingEach()(message as ProcessTransaction)
    expect((await answer).status).to.equal(200)
    const requests = sent.map((message) => (message as ProcessTransaction).request)
    expect(requests.map((request) => request?.item)).to.deep.equal([0, 1, 2])
    expect(new Set(requests.map((request) => request?.fingerprint)).size).to.equal(1)
  })

  //  what comes of the first item, the status of the whole
  const firsts = [
    ['idempotency_key_reused', 422],
    ['storage_full', 507],
  ] as const
  for (const [code, status] of firsts) {
    it(`answers ${status} and sends no other item if the first is answered ${code} under a key`, async () => {
      const { app, sent } = apiOver({ process: decidingEach({ 0: code }) })
      const response = await app.request('/v1/batches', batch('independent', [item(0), item(1)], keyed))
      expect(response.status).to.equal(status)
      expect(problemAnswer.parse(await response.json()).code).to.equal(code)
      expect(sent).to.have.length(1)
    })
  }

  it('answers 400 and sends nothing if the first item, which stands for the key, is not of the right form', async () => {
    const { app, sent } = apiOver({ process: decidingEach() })
    const response = await app.request('/v1/batches', batch('independent', [item(-1), item(1)], keyed))
    expect([response.status, sent.length]).to.deep.equal([400, 0])
    expect(problemAnswer.parse(await response.json()).errors[0]?.pointer).to.equal('/items/0/amount')
  })

  it('goes on under a key when the first is refused by the rules', async () => {
    const { app, sent } = apiOver({ process: decidingEach({ 0: 'guard_failed' }) })
    const response = await app.request('/v1/batches', batch('independent', [item(0), item(1)], keyed))
    expect([response.status, sent.length]).to.deep.equal([200, 2])
  })

  it('says when all of it is replayed', async () => {
    const { app } = apiOver({ process: decidingEach({}, true) })
    const response = await app.request('/v1/batches', batch('independent', [item(0), item(1)], keyed))
    expect(response.headers.get('Idempotent-Replayed')).to.equal('true')
  })

  it('decides a dry run under no key', async () => {
    const { app, sent } = apiOver({ process: decidingEach() })
    const response = await app.request('/v1/batches?dry_run=true', batch('independent', [item(0), item(1)], keyed))
    expect(response.status).to.equal(200)
    expect(sent).to.have.length(2)
    for (const message of sent) expect(message).to.include({ dryRun: true }).and.not.have.any.keys('request')
    expect(batchAnswer.parse(await response.json()).committed).to.equal(false)
  })
})
