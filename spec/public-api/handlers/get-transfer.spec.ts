// GET /v1/transfers/{id}: a fact that is really the one asked for, or 404.

import { expect } from 'chai'
import sinon from 'sinon'
import type { TransferFact } from '../../../actors/contracts/transfer.ts'
import type { FindTransactions } from '../../../actors/state-storage/messages.ts'
import { renderTransfer } from '../../../src/public-api/answer/render-v1.ts'
import { aFact, apiOver, later, refusedFact, until } from '../doubles.ts'

describe('GET /v1/transfers/{id}', () => {
  //  path                facts                                         asked for                        answer
  const client = aFact({ id: 'order-1', ids: ['transfer/order-1'] })
  const rows: readonly (readonly [string, TransferFact | undefined, object | undefined, number])[] = [
    ['tr_42', aFact(), { seqs: [42], ids: [] }, 200],
    ['order-1', client, { seqs: [], ids: ['transfer/order-1'] }, 200],
    ['tr_42', refusedFact, { seqs: [42], ids: [] }, 200],
    ['tr_42', undefined, { seqs: [42], ids: [] }, 404],
    ['tr_42', client, { seqs: [42], ids: [] }, 404],
    ['order-1', undefined, { seqs: [], ids: ['transfer/order-1'] }, 404],
    ['order-1', aFact({ id: 'order-2' }), { seqs: [], ids: ['transfer/order-1'] }, 404],
    ['tr_42', { ...aFact(), method: 'Other' } as unknown as TransferFact, { seqs: [42], ids: [] }, 404],
    ['tr_042', aFact(), undefined, 404],
    ['tr_', aFact(), undefined, 404],
    ['tr_9007199254740993', aFact(), undefined, 404],
    ['a%2Fb', undefined, undefined, 400],
    ['%', undefined, undefined, 400],
    ['x?as_of=1', undefined, undefined, 400],
  ]
  for (const [path, fact, asked, status] of rows) {
    it(`answers ${status} to ${path} where ${fact?.id ?? 'nothing'} (${fact?.state ?? '-'}, ${fact?.method ?? '-'}) is found`, async () => {
      const find = sinon.spy(({ seqs, ids, replyTo }: FindTransactions) =>
        replyTo.send({
          type: 'TransactionsFound',
          bySeq: new Map(fact === undefined ? [] : seqs.map((seq) => [seq, fact])),
          byId: new Map(fact === undefined ? [] : ids.map((id) => [id, fact])),
          head: later,
        }),
      )
      const response = await apiOver({ find }).app.request(`/v1/transfers/${path}`)
      expect(response.status).to.equal(status)
      if (asked === undefined) sinon.assert.notCalled(find)
      else sinon.assert.calledOnceWithMatch(find, { type: 'FindTransactions', ...asked })
      if (status !== 200 || fact === undefined) return
      expect(await response.text()).to.equal(renderTransfer(fact))
      expect(response.headers.get('Ledger-Seq')).to.equal('42')
    })
  }

  it('answers 503 not_ready when StateStorage does not answer in time', async () => {
    const find = sinon.spy()
    const { app, schedule } = apiOver({ find })
    const answer = app.request('/v1/transfers/tr_1')
    await until(() => find.called)
    for (let sweep = 0; sweep < 11; sweep++) schedule.lastCall.args[0]()
    expect((await answer).status).to.equal(503)
  })
})
