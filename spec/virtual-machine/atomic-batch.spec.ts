// An atomic batch happens as a whole or not at all, as one seq, and is replayed as a whole.

import { expect } from 'chai'
import type { TransferFact } from '../../actors/contracts/transfer.ts'
import type { Transaction } from '../../actors/state-storage/messages.ts'
import type { BatchFact, ProcessBatch } from '../../actors/virtual-machine/messages.ts'
import { aBalanceQuery, aRecipient, aTransfer, type TransferOptions } from '../setup/actors.ts'
import { runRequests } from './runs.ts'

interface BatchOptions {
  readonly key?: string
  readonly fingerprint?: string
  readonly dryRun?: true
  readonly requestId?: string
}

function aBatch(
  items: readonly TransferOptions[],
  { key, fingerprint = 'f', ...rest }: BatchOptions = {},
): ProcessBatch {
  return {
    type: 'ProcessBatch',
    items: items.map((item) => aTransfer(item).command),
    requestId: 'request',
    replyTo: aRecipient(),
    ...rest,
    ...(key !== undefined && { request: { principal: 'local', key, fingerprint } }),
  }
}

function run(batch: ProcessBatch, earlier: Record<string, Transaction> = {}, hasSpace = true) {
  const reader = aRecipient()
  const requests = [batch, aBalanceQuery('user1', reader)]
  const { told, ...left } = runRequests(requests, [batch.replyTo as never, reader], earlier, hasSpace)
  return { answer: told[0], balance: told[1].balance.state.posted as bigint, ...left }
}

const two = [
  { from: 'user1', to: 'b', amount: 5n },
  { from: 'b', to: 'c', amount: 3n },
]

describe('An atomic batch', () => {
  it('moves all of its items as one seq, each seeing those before it', () => {
    const { answer, balance, transactions, writes } = run(aBatch(two))
    expect(transactions.map(({ seq }) => seq)).to.deep.equal([10, 10])
    expect((transactions as TransferFact[]).map(({ id }) => id)).to.deep.equal(['tr_10.0', 'tr_10.1'])
    expect(writes.get('account/UNIT/b')).to.equal('{"posted":"2","version":2,"last":[10,1],"count":2}')
    expect(answer).to.deep.equal({
      type: 'BatchProcessed',
      facts: transactions,
      batch: undefined,
      replayed: false,
      seq: 10,
    })
    expect(balance).to.equal(-5n)
  })

  it('takes the names of its items, of those that have one', () => {
    const { transactions } = run(aBatch([{ id: 'mine' }, {}, { id: 'yours' }]))
    expect(transactions.map(({ ids }) => ids)).to.deep.equal([['transfer/mine'], undefined, ['transfer/yours']])
  })

  it('counts the places of its entries through all items', () => {
    const several = [
      { postings: [two[0], two[1]].map((posting) => ({ ...posting, asset: 'UNIT' })) as never },
      { from: 'c', to: 'd' },
    ]
    const { transactions } = run(aBatch(several))
    const [, second] = transactions as TransferFact[]
    expect(second?.balances.map(({ account, previous }) => [account, previous])).to.deep.equal([
      ['c', [10, 1]],
      ['d', null],
    ])
  })

  it('of which one item is refused leaves nothing behind, and says which', () => {
    const { answer, balance, transactions, writes } = run(aBatch([...two, { from: 'poor', id: 'mine' }]))
    const refusal = { code: 'insufficient_funds', account: 'poor', item: 2 }
    expect(answer).to.deep.equal({ type: 'TransactionRefused', refusal, seq: 9 })
    expect([transactions, writes.size, balance]).to.deep.equal([[], 0, 0n])
  })

  it('that is refused is kept under its key, and burns no id', () => {
    const { answer, transactions, writes } = run(
      aBatch([{ id: 'mine' }, { from: 'poor' }], { key: 'k', requestId: 'req' }),
    )
    const refusal = { code: 'insufficient_funds', account: 'poor', item: 1, request_id: 'req' }
    expect(answer).to.deep.equal({ type: 'BatchRefused', refusal, replayed: false, seq: 10 })
    expect(writes.size).to.equal(0)
    expect(transactions).to.have.length(1)
    expect(transactions[0]).to.deep.include({ method: 'Batch', state: 'refused', ids: ['request/local/k'], refusal })
    expect(transactions[0]).to.have.property('earlier').that.deep.equals([])
    const again = run(aBatch([{ id: 'mine' }, { from: 'poor' }], { key: 'k' }), {
      'request/local/k': transactions[0] as never,
    })
    expect(again.answer).to.deep.equal({ type: 'BatchRefused', refusal, replayed: true, seq: 9 })
    expect(again.transactions).to.deep.equal([])
  })

  it('with a key keeps a fact of its own before its items, and is replayed from it', () => {
    const { answer, transactions } = run(aBatch(two, { key: 'k' }))
    const [batch, ...items] = transactions as [BatchFact, ...TransferFact[]]
    expect(batch).to.deep.include({ seq: 10, method: 'Batch', state: 'posted', ids: ['request/local/k'], earlier: [] })
    expect(batch).to.deep.include({ postings: [], balances: [] })
    expect(items.map(({ id, seq }) => [id, seq])).to.deep.equal([
      ['tr_10.0', 10],
      ['tr_10.1', 10],
    ])
    expect(answer).to.deep.include({ facts: items, batch, replayed: false })
    const again = run(aBatch(two, { key: 'k' }), { 'request/local/k': batch })
    expect(again.answer).to.deep.equal({ type: 'BatchProcessed', facts: undefined, batch, replayed: true, seq: 9 })
    expect([again.transactions, again.writes.size]).to.deep.equal([[], 0])
    const other = run(aBatch(two, { key: 'k', fingerprint: 'other' }), { 'request/local/k': batch })
    expect(other.answer.refusal).to.deep.equal({ code: 'idempotency_key_reused' })
  })

  it('tells an item whose id came before by its fact of then, and moves nothing for it', () => {
    const mine = { id: 'mine', content: 'c', from: 'user1', to: 'b', amount: 5n }
    const [earlier] = run(aBatch([mine])).transactions as TransferFact[]
    const { answer, transactions, balance } = run(aBatch([mine, two[1] as never], { key: 'k' }), {
      'transfer/mine': earlier as never,
    })
    expect(answer.facts[0]).to.equal(earlier)
    expect((transactions[0] as BatchFact).earlier).to.deep.equal([[0, earlier]])
    expect(transactions).to.have.length(2)
    expect(balance).to.equal(0n)
  })

  it('that names one id twice moves once, if it means the same', () => {
    const mine = { id: 'mine', content: 'c', amount: 5n }
    const { answer, balance } = run(aBatch([mine, mine]))
    expect(answer.facts[0]).to.equal(answer.facts[1])
    expect(balance).to.equal(-5n)
    const refused = run(aBatch([mine, { ...mine, content: 'd' }]))
    expect(refused.answer.refusal).to.deep.equal({ code: 'id_exists_with_different_content', item: 1 })
  })

  it('is refused with an item whose id was refused before', () => {
    const { transactions } = runRequests(
      [aTransfer({ id: 'mine', content: 'c', from: 'poor' })],
      [aRecipient()].slice(1),
    )
    const { answer, writes } = run(aBatch([{}, { id: 'mine', content: 'c', from: 'poor' }]), {
      'transfer/mine': transactions[0] as never,
    })
    expect(answer.refusal).to.deep.equal({ code: 'insufficient_funds', account: 'poor', item: 1 })
    expect(writes.size).to.equal(0)
  })

  it('of nothing but what came before needs no seq', () => {
    const mine = { id: 'mine', content: 'c' }
    const [earlier] = run(aBatch([mine])).transactions as TransferFact[]
    const { answer, transactions } = run(aBatch([mine]), { 'transfer/mine': earlier as never })
    expect(answer).to.deep.include({ facts: [earlier], seq: 9 })
    expect(transactions).to.deep.equal([])
  })

  it('is told in full when it is only tried, and leaves nothing', () => {
    const { answer, balance, transactions, writes } = run(aBatch(two, { key: 'k', dryRun: true }), {}, false)
    expect(answer).to.deep.include({ type: 'BatchProcessed', replayed: false, seq: 9 })
    expect(answer.facts).to.have.length(2)
    expect([transactions, writes.size, balance]).to.deep.equal([[], 0, 0n])
    const refused = run(aBatch([{ from: 'poor' }], { key: 'k', dryRun: true }))
    expect(refused.answer.refusal).to.deep.equal({ code: 'insufficient_funds', account: 'poor', item: 0 })
  })

  it('is not tried when the disk is full', () => {
    const { answer, transactions } = run(aBatch(two), {}, false)
    expect(answer).to.deep.equal({ type: 'RequestRejected', reason: 'storage_full' })
    expect(transactions).to.deep.equal([])
  })
})

describe('A transfer that is only tried', () => {
  function tried(options: TransferOptions, earlier = {}) {
    const [visitor, reader] = [aRecipient(), aRecipient()]
    const request = { ...aTransfer(options), dryRun: true as const, replyTo: visitor }
    const { told, ...left } = runRequests([request, aBalanceQuery('user1', reader)], [visitor, reader], earlier, false)
    return { answer: told[0], balance: told[1].balance.state.posted, ...left }
  }

  it('is told in full, takes no name and leaves nothing', () => {
    const { answer, balance, transactions, writes } = tried({ id: 'mine', key: 'k' })
    expect(answer).to.deep.include({ type: 'TransactionProcessed', replayed: false, seq: 9 })
    expect(answer.fact).to.include({ id: 'mine', state: 'posted' }).and.not.have.property('ids')
    expect([transactions, writes.size, balance]).to.deep.equal([[], 0, 0n])
  })

  it('is refused as it would be, and ignores what its key did before', () => {
    expect(tried({ from: 'poor', key: 'k' }).answer.refusal).to.deep.equal({
      code: 'insufficient_funds',
      account: 'poor',
    })
    const before = { 'request/local/k': { seq: 1, time: 1, request: { fingerprint: 'another' } } }
    expect(tried({ key: 'k' }, before).answer).to.have.nested.property('fact.state', 'posted')
  })
})
