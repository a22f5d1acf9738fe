// The same request, decided once: in one batch, across batches, and for ever.

import { expect } from 'chai'
import sinon from 'sinon'
import { ledger } from '../../actors/contracts/ledger.ts'
import type { TransferFact } from '../../actors/contracts/transfer.ts'
import type { Transaction } from '../../actors/state-storage/messages.ts'
import { runBatch } from '../../actors/virtual-machine/batch.ts'
import { decidedBefore } from '../../actors/virtual-machine/idempotency.ts'
import type { BatchFact } from '../../actors/virtual-machine/messages.ts'
import { TransientState } from '../../actors/virtual-machine/transient-state.ts'
import { aRecipient, aTransfer, headAt, type TransferOptions } from '../setup/actors.ts'
import { runRequests } from './runs.ts'

/** Runs transfers in one batch after `earlier`; answers what was kept, and what each visitor was told. */
function run(transfers: readonly TransferOptions[], earlier: Record<string, Transaction> = {}, hasSpace = true) {
  const visitors = transfers.map(() => aRecipient())
  const requests = transfers.map((options, index) => ({ ...aTransfer(options), replyTo: visitors[index] as never }))
  return runRequests(requests, visitors, earlier, hasSpace)
}

const withKey = run([{ key: 'k', fingerprint: 'f' }])
const withId = run([{ id: 'order-1', content: 'c' }])
const keptByKey = withKey.transactions[0] as TransferFact
const keptById = withId.transactions[0] as TransferFact
const refusedByKey = run([{ from: 'poor', key: 'k', fingerprint: 'f', requestId: 'first' }])

describe('A transfer with a key or an id', () => {
  it('takes its names in the fact', () => {
    expect(keptByKey.ids).to.deep.equal(['request/local/k'])
    expect(keptByKey.request).to.deep.equal({ principal: 'local', key: 'k', fingerprint: 'f' })
    expect(keptById.ids).to.deep.equal(['transfer/order-1'])
    expect(keptById).to.include({ id: 'order-1', content: 'c' })
    expect(run([{ id: 'i', key: 'k' }]).transactions[0]?.ids).to.deep.equal(['request/local/k', 'transfer/i'])
  })

  it('takes none without, and is named by its seq', () => {
    const [fact] = run([{}]).transactions as TransferFact[]
    expect(fact).to.include({ id: 'tr_10', seq: 10 })
    expect(fact).to.not.have.any.keys('ids', 'request', 'content')
  })

  it('was never decided before if it has no names, whatever is known', () => {
    expect(decidedBefore({ fact: () => keptById }, aTransfer({}))).to.equal(undefined)
  })

  it('is another one than a request whose fact tells no fingerprint', () => {
    const past = { fact: () => ({ seq: 1, time: 1 }) }
    expect(decidedBefore(past, aTransfer({ key: 'k' }))).to.deep.equal({ code: 'idempotency_key_reused' })
  })

  it('is joined by the same one in the same batch', () => {
    const same = { key: 'k', fingerprint: 'f', amount: 5n }
    const { transactions, writes, told } = run([same, same, same])
    expect(transactions).to.have.length(1)
    expect(writes.get('account/UNIT/user1')).to.contain('"posted":"-5"')
    expect(told.map(({ replayed }) => replayed)).to.deep.equal([false, true, true])
    for (const { fact } of told) expect(fact).to.equal(transactions[0])
  })

  it('is replayed from the fact when it comes again', () => {
    for (const [again, earlier] of [
      [{ key: 'k', fingerprint: 'f' }, { 'request/local/k': keptByKey }],
      [{ id: 'order-1', content: 'c' }, { 'transfer/order-1': keptById }],
    ] as const) {
      const { transactions, writes, told } = run([again], earlier)
      expect(transactions).to.deep.equal([])
      expect(writes.size).to.equal(0)
      expect(told[0]).to.deep.include({ type: 'TransactionProcessed', replayed: true, seq: 9 })
      expect(told[0].fact).to.equal(Object.values(earlier)[0])
    }
  })

  it('is replayed even when the disk is full', () => {
    const { told } = run([{ key: 'k', fingerprint: 'f' }], { 'request/local/k': keptByKey }, false)
    expect(told[0]).to.include({ type: 'TransactionProcessed', replayed: true })
  })

  describe('that brings a new key for an id that is known', () => {
    const again = { id: 'order-1', content: 'c', key: 'new', fingerprint: 'g' }
    const first = run([again], { 'transfer/order-1': keptById })
    const [kept] = first.transactions as [BatchFact]

    it('is told what the id was told, and keeps that under the key', () => {
      expect(first.told[0]).to.deep.equal({ type: 'TransactionProcessed', fact: keptById, replayed: true, seq: 10 })
      expect(first.transactions).to.have.length(1)
      expect(first.writes.size).to.equal(0)
      const names = { ids: ['request/local/new'], request: { principal: 'local', key: 'new', fingerprint: 'g' } }
      expect(kept).to.deep.include({ seq: 10, method: 'Batch', state: 'posted', earlier: [[0, keptById]], ...names })
    })

    it('is told the same when the key comes again', () => {
      const { told, transactions } = run([again], { 'transfer/order-1': keptById, 'request/local/new': kept })
      expect(told[0]).to.deep.equal({ type: 'TransactionProcessed', fact: keptById, replayed: true, seq: 9 })
      expect(transactions).to.deep.equal([])
    })

    it('has used the key up: for something else it is refused', () => {
      const { told } = run([{ key: 'new', fingerprint: 'other' }], { 'request/local/new': kept })
      expect(told[0].refusal).to.deep.equal({ code: 'idempotency_key_reused' })
    })

    it('is kept as refused if the content is another one, with the Request-Id that it told', () => {
      const other = { ...again, content: 'other', requestId: 'first' }
      const refusal = { code: 'id_exists_with_different_content', request_id: 'first' }
      const { told, transactions } = run([other], { 'transfer/order-1': keptById })
      const [fact] = transactions as [BatchFact]
      expect(fact).to.deep.include({ state: 'refused', earlier: [], refusal, ids: ['request/local/new'] })
      expect(told[0]).to.deep.equal({ type: 'TransactionProcessed', fact, replayed: false, seq: 10 })
      const later = run([{ ...other, requestId: 'later' }], { 'transfer/order-1': keptById, 'request/local/new': fact })
      expect(later.told[0]).to.deep.equal({ type: 'TransactionProcessed', fact, replayed: true, seq: 9 })
    })

    it('is not taken when there is no room to keep the key', () => {
      const { told, transactions } = run([again], { 'transfer/order-1': keptById }, false)
      expect(told[0]).to.deep.equal({ type: 'RequestRejected', reason: 'storage_full' })
      expect(transactions).to.deep.equal([])
    })
  })

  // biome-ignore format: a table
  const others = [
    ['its key has another fingerprint', { key: 'k', fingerprint: 'other' }, 'idempotency_key_reused'],
    ['its id has other content', { id: 'order-1', content: 'other' }, 'id_exists_with_different_content'],
    ['both are wrong: the key is told first', { key: 'k', fingerprint: 'other', id: 'order-1', content: 'other' }, 'idempotency_key_reused'],
    ['its account could not pay anyway: names go first', { from: 'poor', id: 'order-1', content: 'other' }, 'id_exists_with_different_content'],
  ] as const

  for (const [what, again, code] of others) {
    it(`is refused when ${what}, and leaves no trace`, () => {
      const { transactions, writes, told } = run([again], {
        'request/local/k': keptByKey,
        'transfer/order-1': keptById,
      })
      expect(told[0]).to.deep.equal({ type: 'TransactionRefused', refusal: { code }, seq: 9 })
      expect(transactions).to.deep.equal([])
      expect(writes.size).to.equal(0)
    })
  }

  it('keeps a refusal, with the Request-Id that it told, and replays it', () => {
    const kept = refusedByKey.transactions[0] as TransferFact
    expect(kept).to.deep.include({
      state: 'refused',
      balances: [],
      refusal: { code: 'insufficient_funds', account: 'poor', request_id: 'first' },
    })
    expect(refusedByKey.told[0]).to.deep.include({ type: 'TransactionProcessed', fact: kept, replayed: false })
    const again = run([{ from: 'poor', key: 'k', fingerprint: 'f', requestId: 'second' }], { 'request/local/k': kept })
    expect(again.told[0]).to.deep.include({ fact: kept, replayed: true })
    expect(again.transactions).to.deep.equal([])
  })

  it('is not kept when it is refused without either', () => {
    const { transactions, told } = run([{ from: 'poor' }])
    expect(transactions).to.deep.equal([])
    const refusal = { code: 'insufficient_funds', account: 'poor' }
    expect(told[0]).to.deep.equal({ type: 'TransactionRefused', refusal, seq: 9 })
  })

  it('is told once, whoever asks how often', () => {
    const visitor = aRecipient()
    const requests = [aTransfer({ replyTo: visitor })]
    const state = new TransientState(
      { keys: new Set(ledger.needs(requests[0] as never).keys), ids: new Set() },
      new Map(),
      new Map(),
    )
    const { replies } = runBatch(requests, state, { head: headAt(0), hasSpace: true }, 1, ledger)
    sinon.assert.notCalled(visitor.send)
    for (const reply of replies) reply()
    sinon.assert.calledOnce(visitor.send)
  })
})
