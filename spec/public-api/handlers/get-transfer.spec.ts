// GET /v1/transfers/{id}: a fact that is really the one asked for, with what became of it, or 404.

import { expect } from 'chai'
import sinon from 'sinon'
import type { SettlementFact, TransferFact } from '../../../actors/contracts/transfer.ts'
import type { FindTransactions, Transaction } from '../../../actors/state-storage/messages.ts'
import { renderSettlement, renderTransfer } from '../../../src/public-api/answer/render-v1.ts'
import { transferAnswer } from '../../../src/wire/transfer.ts'
import { aFact, anEnd, apiOver, later, pendingFact, refusedFact, until } from '../doubles.ts'

/** Storage that knows these facts, by seq and by name. */
function knowing(facts: readonly Transaction[], named: Readonly<Record<string, Transaction>> = {}) {
  return sinon.fake(({ seqs, ids, replyTo }: FindTransactions) =>
    replyTo.send({
      type: 'TransactionsFound',
      bySeq: new Map(seqs.map((seq) => [seq, facts])),
      byId: new Map(Object.entries(named).filter(([name]) => ids.includes(name))),
      head: later,
    }),
  )
}

describe('GET /v1/transfers/{id}', () => {
  const client = aFact({ id: 'order-1', ids: ['transfer/order-1'] })
  const item = aFact({ id: 'tr_42.1' })
  const batch = { ...aFact(), method: 'Batch' } as unknown as TransferFact
  const ofServer = { seqs: [42], ids: ['settlement/tr_42', 'reversal/tr_42'] }
  const ofItem = { seqs: [42], ids: ['settlement/tr_42.1', 'reversal/tr_42.1'] }
  const ofClient = { seqs: [], ids: ['settlement/order-1', 'reversal/order-1', 'transfer/order-1'] }
  const named = (fact: TransferFact) => ({ 'transfer/order-1': fact })

  //  path, what is known by seq and by name, what is asked for, the answer
  type Row = readonly [
    string,
    readonly TransferFact[],
    Record<string, TransferFact>,
    object | undefined,
    TransferFact | number,
  ]
  const rows: readonly Row[] = [
    ['tr_42', [aFact()], {}, ofServer, aFact()],
    ['tr_42.1', [batch, aFact({ id: 'tr_42.0' }), item], {}, ofItem, item],
    ['tr_42', [batch, item], {}, ofServer, 404],
    ['order-1', [], named(client), ofClient, client],
    ['tr_42', [refusedFact], {}, ofServer, refusedFact],
    ['tr_42', [pendingFact], {}, ofServer, pendingFact],
    ['tr_42', [], {}, ofServer, 404],
    ['tr_42', [client], {}, ofServer, 404],
    ['order-1', [], {}, ofClient, 404],
    ['order-1', [], named(aFact({ id: 'order-2' })), ofClient, 404],
    ['tr_42', [{ ...aFact(), method: 'Other' } as unknown as TransferFact], {}, ofServer, 404],
    ['tr_042', [aFact()], {}, undefined, 404],
    ['tr_', [aFact()], {}, undefined, 404],
    ['tr_9007199254740993', [aFact()], {}, undefined, 404],
    ['a%2Fb', [], {}, undefined, 400],
    ['%', [], {}, undefined, 400],
    ['x?as_of=1', [], {}, undefined, 400],
  ]
  for (const [path, facts, names, asked, answer] of rows) {
    const known = [...facts, ...Object.values(names)].map(({ id, state, method }) => `${id} (${state}, ${method})`)
    it(`answers ${typeof answer === 'number' ? answer : answer.state} to ${path} where ${known.join(', ') || 'nothing'} is found`, async () => {
      const find = knowing(facts, names)
      const response = await apiOver({ find }).app.request(`/v1/transfers/${path}`)
      expect(response.status).to.equal(typeof answer === 'number' ? answer : 200)
      if (asked === undefined) sinon.assert.notCalled(find)
      else sinon.assert.calledOnceWithMatch(find, { type: 'FindTransactions', ...asked })
      if (typeof answer === 'number') return
      expect(await response.text()).to.equal(renderTransfer(answer))
      expect(response.headers.get('Ledger-Seq')).to.equal('42')
    })
  }

  const ends: readonly SettlementFact[] = [
    anEnd(),
    anEnd({ method: 'Void', state: 'voided', postings: [] }),
    anEnd({ method: 'Expire', state: 'expired', postings: [] }),
  ]
  for (const end of ends) {
    it(`shows a hold that is ${end.state} as it is now`, async () => {
      const find = knowing([pendingFact], { 'settlement/tr_42': end })
      const response = await apiOver({ find }).app.request('/v1/transfers/tr_42')
      const body = await response.text()
      expect(body).to.equal(renderSettlement(end))
      const posted_amount = end.state === 'posted' ? '17' : '0'
      expect(transferAnswer.parse(JSON.parse(body))).to.include({ state: end.state, posted_amount, updated_seq: '43' })
    })
  }

  for (const settlement of [undefined, anEnd()]) {
    it(`tells by what a transfer was reversed, ${settlement === undefined ? 'posted' : 'a hold, too'}`, async () => {
      const reversal = aFact({ id: 'tr_50', reverses: 'tr_42' })
      const names = { 'reversal/tr_42': reversal, ...(settlement !== undefined && { 'settlement/tr_42': settlement }) }
      const find = knowing([settlement === undefined ? aFact() : pendingFact], names)
      const response = await apiOver({ find }).app.request('/v1/transfers/tr_42')
      expect(transferAnswer.parse(await response.json())).to.include({ state: 'posted', reversed_by: 'tr_50' })
    })
  }

  it('answers 503 not_ready when StateStorage does not answer in time', async () => {
    const find = sinon.fake()
    const { app, schedule } = apiOver({ find })
    const answer = app.request('/v1/transfers/tr_1')
    await until(() => find.called)
    for (let sweep = 0; sweep < 11; sweep++) schedule.lastCall.args[0]()
    expect((await answer).status).to.equal(503)
  })
})
