// What has moved can be moved back: once, the other way, and only if it has moved.

import { expect } from 'chai'
import type { TransferFact } from '../../actors/contracts/transfer.ts'
import { aRequest } from '../setup/actors.ts'
import { Book, bookWith } from './book.ts'

describe('A reversal', () => {
  it('goes the other way, and both are linked', () => {
    const book = bookWith({ id: 'p', from: 'a', to: 'b', amount: 7n })
    const command = { transfer: 'p', id: 'back', content: 'c', reference: 'sorry', metadata: { why: 'x' } }
    const { fact } = book.decide(aRequest('Reverse', command))
    expect(fact).to.deep.include({
      method: 'Transfer',
      id: 'back',
      content: 'c',
      state: 'posted',
      reverses: 'p',
      reference: 'sorry',
      postings: [{ from: 'b', to: 'a', amount: '7', asset: 'UNIT' }],
      ids: ['transfer/back', 'reversal/p'],
    })
  })

  it('goes the other way from the last posting on', () => {
    const postings = [
      { from: 'a', to: 'b', amount: 5n, asset: 'UNIT' },
      { from: 'b', to: 'c', amount: 3n, asset: 'UNIT' },
    ]
    const { fact } = bookWith({ id: 'p', postings }).decide(aRequest('Reverse', { transfer: 'p' }))
    expect(fact.postings.map(({ from, to, amount }) => [from, to, amount])).to.deep.equal([
      ['c', 'b', '3'],
      ['b', 'a', '5'],
    ])
  })

  it('that was refused cannot be reversed, as it has posted nothing', () => {
    const book = bookWith({ id: 'p', from: 'a', to: 'b' })
    const close = { replace: false, account: 'a', asset: 'UNIT', closed: true }
    expect(book.does(aRequest('SetAccount', close))).to.equal('set')
    const { fact } = book.decide(aRequest('Reverse', { transfer: 'p', id: 'back', content: 'c' }))
    expect((fact as TransferFact).refusal?.code).to.equal('account_closed')
    book.facts.set('transfer/back', fact)
    expect(book.does(aRequest('Reverse', { transfer: 'back' }))).to.equal('transfer_not_posted')
  })

  it('of what is not there is kept as one of nothing', () => {
    const command = { transfer: 'never', id: 'back', content: 'c' }
    const { fact } = new Book().decide(aRequest('Reverse', command, { requestId: 'req' }))
    expect(fact).to.deep.equal({
      ...{ method: 'Transfer', state: 'refused', id: 'back', content: 'c', reverses: 'never' },
      ...{ seq: 1, time: 1_000, renderer: 1, postings: [], balances: [], ids: ['transfer/back'] },
      refusal: { code: 'not_found', request_id: 'req' },
    })
  })

  it('is not reversed itself', () => {
    const book = bookWith({ id: 'p' })
    expect(book.does(aRequest('Reverse', { transfer: 'p', id: 'back', content: 'c' }))).to.equal('posted')
    expect(book.does(aRequest('Reverse', { transfer: 'back' }))).to.equal('already_reversed')
  })

  it('stays within the limits', () => {
    const book = bookWith({ id: 'p', from: 'a', to: 'b', amount: 7n }, { from: 'b', to: 'c', amount: 7n })
    const limit = { replace: false, account: 'b', asset: 'UNIT', minimum: 0n }
    expect(book.does(aRequest('SetAccount', limit))).to.equal('set')
    const { fact } = book.decide(aRequest('Reverse', { transfer: 'p', id: 'back', content: 'c' }))
    expect((fact as TransferFact).refusal?.code).to.equal('insufficient_funds')
    expect(fact.ids).to.deep.equal(['transfer/back'])
  })
})
