// POST /v1/batches, atomic: from the request to the bytes of the answer.

import { expect } from 'chai'
import sinon from 'sinon'
import type { TransferFact } from '../../../actors/contracts/transfer.ts'
import type { BatchFact, ProcessBatch } from '../../../actors/virtual-machine/messages.ts'
import { renderRefusal, renderTransfer } from '../../../src/public-api/answer/render-v1.ts'
import { batchAnswer, batchProblemAnswer } from '../../../src/wire/batch.ts'
import { problemAnswer } from '../../../src/wire/problem.ts'
import { apiOver, json, later, refusedFact, until } from '../doubles.ts'
import { accepting, batch, batchFact, item, itemFact, keyed } from './batch-doubles.ts'

describe('POST /v1/batches, atomic', () => {
  it('sends one message and tells each item', async () => {
    const { app, sent } = apiOver({ batch: accepting })
    const response = await app.request('/v1/batches', batch('atomic', [item(0), item(1, { id: 'x' })]))
    expect(response.status).to.equal(201)
    expect(response.headers.get('Ledger-Seq')).to.equal('42')
    expect(response.headers.get('Idempotent-Replayed')).to.equal(null)
    const results = [0, 1].map((number) => `{"status":201,"transfer":${renderTransfer(itemFact(number))}}`)
    expect(await response.text()).to.equal(`{"data":[${results.join(',')}]}`)
    expect(sent).to.have.length(1)
    const { type, items } = sent[0] as ProcessBatch
    expect(type).to.equal('ProcessBatch')
    const content = items[1]?.content
    expect(content).to.match(/^[0-9a-f]{64}$/)
    const posting = (amount: bigint) => ({ from: 'user1', to: 'user2', amount, asset: 'UNIT' })
    expect(items).to.deep.equal([{ postings: [posting(1n)] }, { id: 'x', content, postings: [posting(2n)] }])
    expect(sent[0]).to.not.have.any.keys('request', 'dryRun')
  })

  it('gives the same key and content the same fingerprint, and another content another', async () => {
    const { app, sent } = apiOver({ batch: accepting })
    const bodies = [
      '{"mode":"atomic","items":[{"from":"a","to":"b","amount":1}]}',
      '{ "items": [{"amount":"1","to":"b","from":"a"}], "mode":"atomic" }',
      '{"mode":"atomic","items":[{"from":"a","to":"b","amount":2}]}',
    ]
    for (const body of bodies) await app.request('/v1/batches', json(body, keyed))
    const [one, same, other] = sent.map((message) => (message as ProcessBatch).request)
    expect(one).to.include({ principal: 'local', key: 'key-1' })
    expect(same).to.deep.equal(one)
    expect(other?.fingerprint).to.not.equal(one?.fingerprint)
  })

  it('replays a batch byte for byte, items that came even earlier in their places', async () => {
    const facts = [0, 1, 2, 3].map((number) => itemFact(number))
    const [first, second, third, fourth] = facts as [TransferFact, TransferFact, TransferFact, TransferFact]
    const own: BatchFact = { ...batchFact, earlier: [[1, second]] }
    const answer = (replayed: boolean) => ({
      batch: ({ replyTo }: ProcessBatch) =>
        replyTo.send({ type: 'BatchProcessed', facts: replayed ? undefined : facts, batch: own, replayed, seq: 50 }),
      find: sinon.fake((message) => {
        expect(message).to.deep.include({ type: 'FindTransactions', seqs: [42], ids: [] })
        const bySeq = new Map([[42, [own, first, third, fourth]]])
        message.replyTo.send({ type: 'TransactionsFound', bySeq, byId: new Map(), head: later })
      }),
    })
    const items = [0, 1, 2, 3].map((number) => item(number))
    const original = await apiOver(answer(false)).app.request('/v1/batches', batch('atomic', items, keyed))
    const replay = await apiOver(answer(true)).app.request('/v1/batches', batch('atomic', items, keyed))
    expect([original.status, replay.status]).to.deep.equal([201, 201])
    expect(replay.headers.get('Idempotent-Replayed')).to.equal('true')
    expect(await replay.text()).to.equal(await original.text())
  })

  it('says which item was refused, and replays that with the Request-Id of then', async () => {
    const refusal = { code: 'insufficient_funds', account: 'user1', item: 1, request_id: 'req_first' } as const
    const texts = []
    for (const replayed of [false, true]) {
      const { app } = apiOver({
        batch: ({ replyTo }) => replyTo.send({ type: 'BatchRefused', refusal, replayed, seq: 42 }),
      })
      const response = await app.request('/v1/batches', batch('atomic', [item(0), item(1)], keyed))
      expect(response.status).to.equal(422)
      expect(response.headers.get('Idempotent-Replayed')).to.equal(replayed ? 'true' : null)
      texts.push(await response.text())
    }
    expect(texts[1]).to.equal(texts[0])
    expect(batchProblemAnswer.parse(JSON.parse(texts[0] ?? ''))).to.deep.include({
      code: 'insufficient_funds',
      item: 1,
      request_id: 'req_first',
      errors: [{ pointer: '/items/1', code: 'insufficient_funds' }],
    })
  })

  //  refusal that is not kept, what is told of it
  const refusals = [
    [{ code: 'guard_failed', account: 'user1', item: 0 }, { item: 0 }],
    [{ code: 'idempotency_key_reused' }, { errors: [] }],
  ] as const
  for (const [refusal, told] of refusals) {
    it(`answers ${refusal.code}, which is not kept, with its own Request-Id`, async () => {
      const { app } = apiOver({
        batch: ({ replyTo }) => replyTo.send({ type: 'TransactionRefused', refusal, seq: 42 }),
      })
      const response = await app.request('/v1/batches', batch('atomic', [item(0)]))
      expect(response.status).to.equal(422)
      const problem = batchProblemAnswer.parse(await response.json())
      expect(problem).to.deep.include({ code: refusal.code, request_id: response.headers.get('Request-Id'), ...told })
    })
  }

  it('tells an item whose transfer had been refused before as refused', async () => {
    const { app } = apiOver({
      batch: ({ replyTo }) =>
        replyTo.send({ type: 'BatchProcessed', facts: [refusedFact], batch: undefined, replayed: false, seq: 42 }),
    })
    const response = await app.request('/v1/batches', batch('atomic', [item(0)]))
    const problem = renderRefusal({ code: 'insufficient_funds', account: 'user1', request_id: 'req_first' })
    expect(await response.text()).to.equal(`{"data":[{"status":422,"problem":${problem}}]}`)
  })

  it('answers outcome_unknown past the deadline, with the key to ask again with', async () => {
    const { app, sent, schedule } = apiOver({})
    const answer = app.request('/v1/batches', batch('atomic', [item(0)], keyed))
    await until(() => sent.length > 0)
    for (let sweep = 0; sweep < 11; sweep++) schedule.lastCall.args[0]()
    const problem = problemAnswer.parse(await (await answer).json())
    expect(problem).to.include({ code: 'outcome_unknown', retryable: true })
    expect(problem.detail).to.include('Idempotency-Key key-1')
  })

  it('decides a dry run under no key', async () => {
    const { app, sent } = apiOver({ batch: accepting })
    const response = await app.request('/v1/batches?dry_run=true', batch('atomic', [item(0)], keyed))
    expect(sent[0]).to.include({ type: 'ProcessBatch', dryRun: true })
    expect(sent[0]).to.not.have.any.keys('request')
    expect(batchAnswer.parse(await response.json()).committed).to.equal(false)
  })
})
