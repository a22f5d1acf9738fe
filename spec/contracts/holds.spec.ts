// Holds end once: posted, voided or expired; and what has moved can be moved back once.

import { expect } from 'chai'
import { holdOf } from '../../actors/contracts/holds/hold.ts'
import { ledger } from '../../actors/contracts/ledger.ts'
import type { SettlementFact, TransferFact } from '../../actors/contracts/transfer.ts'
import type { Commands } from '../../actors/virtual-machine/messages.ts'
import { aRequest, aTransfer } from '../setup/actors.ts'
import { Book, bookWith } from './book.ts'

const held = { from: 'a', to: 'b', amount: 10n, id: 'h', pending: {} }

type Step = readonly [keyof Omit<Commands, 'Transfer' | 'SetAccount'>, object, string]

function play(book: Book, steps: readonly Step[]) {
  for (const [method, command, then] of steps) {
    expect(
      book.does(aRequest(method, { transfer: 'h', ...command } as never)),
      `${method} ${JSON.stringify(then)}`,
    ).to.equal(then)
  }
}

describe('A hold', () => {
  it('keeps the amount aside', () => {
    const book = bookWith(held)
    expect([book.balance('a'), book.balance('b')]).to.deep.equal(['0/0/10/-10', '0/10/0/0'])
    expect(JSON.parse(book.values.get('pending/h') ?? '')).to.deep.include({ id: 'h', seq: 1, time: 1_000 })
  })

  // biome-ignore format: a table
  const stories: readonly (readonly [string, readonly Step[], string, string])[] = [
    // what happens to it                 step by step                                                                     a then          b then
    ['is posted whole',                   [['Post', {}, 'posted']],                                                        '-10/0/0/-10',  '10/0/0/10'],
    ['is posted whole when all is asked for', [['Post', { amount: 10n }, 'posted']],                                      '-10/0/0/-10',  '10/0/0/10'],
    ['is posted in part: the rest is released', [['Post', { amount: 4n }, 'posted']],                                      '-4/0/0/-4',    '4/0/0/4'],
    ['is not posted above what it holds', [['Post', { amount: 11n }, 'post_exceeds_pending']],                             '0/0/10/-10',   '0/10/0/0'],
    ['is voided',                         [['Void', {}, 'voided']],                                                        '0/0/0/0',      '0/0/0/0'],
    ['expires',                           [['Expire', {}, 'expired']],                                                     '0/0/0/0',      '0/0/0/0'],
    ['is posted once',                    [['Post', {}, 'posted'], ['Post', {}, 'already_posted']],                        '-10/0/0/-10',  '10/0/0/10'],
    ['is not voided once it is posted',   [['Post', {}, 'posted'], ['Void', {}, 'already_posted']],                        '-10/0/0/-10',  '10/0/0/10'],
    ['is not posted once it is voided',   [['Void', {}, 'voided'], ['Post', {}, 'already_voided']],                        '0/0/0/0',      '0/0/0/0'],
    ['is not posted once it has expired', [['Expire', {}, 'expired'], ['Post', {}, 'expired'], ['Void', {}, 'expired']],   '0/0/0/0',      '0/0/0/0'],
    ['expires once',                      [['Expire', {}, 'expired'], ['Expire', {}, 'expired']],                          '0/0/0/0',      '0/0/0/0'],
    ['does not expire once it is posted', [['Post', {}, 'posted'], ['Expire', {}, 'already_posted']],                      '-10/0/0/-10',  '10/0/0/10'],
    ['is reversed once it is posted',     [['Post', { amount: 4n }, 'posted'], ['Reverse', {}, 'posted']],                 '0/0/0/0',      '0/0/0/0'],
    ['is reversed once',                  [['Post', {}, 'posted'], ['Reverse', {}, 'posted'], ['Reverse', {}, 'already_reversed']], '0/0/0/0', '0/0/0/0'],
    ['is not reversed while it is open',  [['Reverse', {}, 'transfer_not_posted']],                                        '0/0/10/-10',   '0/10/0/0'],
    ['is not reversed when it was voided', [['Void', {}, 'voided'], ['Reverse', {}, 'transfer_not_posted']],               '0/0/0/0',      '0/0/0/0'],
  ]

  for (const [what, steps, a, b] of stories) {
    it(what, () => {
      const book = bookWith(held)
      play(book, steps)
      expect([book.balance('a'), book.balance('b')]).to.deep.equal([a, b])
      const isOpen = book.balance('a') === '0/0/10/-10'
      expect(book.values.get('pending/h')?.slice(0, 5), 'whether the map still holds it').to.equal(
        isOpen ? '{"id"' : 'null',
      )
    })
  }

  it('tells the whole transfer when it ends', () => {
    const book = bookWith({ ...held, reference: 'r', metadata: { k: 'v' } })
    const { fact } = book.decide(aRequest('Post', { transfer: 'h', amount: 4n }, { key: 'k' }))
    expect(fact).to.deep.include({
      method: 'Post',
      id: 'h',
      state: 'posted',
      postings: [{ from: 'a', to: 'b', amount: '4', asset: 'UNIT' }],
      ids: ['request/local/k', 'settlement/h'],
    })
    expect((fact as SettlementFact).hold).to.deep.equal({
      id: 'h',
      seq: 1,
      time: 1_000,
      postings: [{ from: 'a', to: 'b', amount: '10', asset: 'UNIT' }],
      reference: 'r',
      metadata: { k: 'v' },
    })
    expect((fact as SettlementFact).balances.map(({ previous, count }) => [previous, count])).to.deep.equal([
      [null, 1],
      [null, 1],
    ])
  })

  it('keeps what the client said of its time', () => {
    const asked = { ...aTransfer(held), command: { ...aTransfer(held).command, effectiveAt: '2026-01-01T00:00:00Z' } }
    const book = new Book()
    expect(book.decide(asked).fact).to.include({ effective_at: '2026-01-01T00:00:00Z' })
    const { fact } = book.decide(aRequest('Void', { transfer: 'h' }))
    expect((fact as SettlementFact).hold).to.include({ effective_at: '2026-01-01T00:00:00Z' })
  })

  it('is kept without what was not asked for', () => {
    const { fact } = new Book().decide(aTransfer(held))
    const postings = [{ from: 'a', to: 'b', amount: '10', asset: 'UNIT' }]
    expect(holdOf(fact as TransferFact)).to.deep.equal({ id: 'h', seq: 1, time: 1_000, postings })
  })

  it('that ends without being posted moves nothing', () => {
    for (const method of ['Void', 'Expire'] as const) {
      const { fact } = bookWith(held).decide(aRequest(method, { transfer: 'h' }))
      expect(fact.postings).to.deep.equal([])
    }
  })

  it('makes no entry until it is posted', () => {
    const { fact } = new Book().decide(aTransfer(held))
    expect(fact.balances.every((balance) => !('previous' in balance) && balance.count === 0)).to.equal(true)
  })

  it('that is refused takes no name but the request’s', () => {
    const { fact } = new Book().decide(aRequest('Post', { transfer: 'never' }, { key: 'k', requestId: 'req' }))
    expect(fact).to.deep.equal({
      ...{
        method: 'Post',
        state: 'refused',
        id: 'never',
        seq: 1,
        time: 1_000,
        renderer: 1,
        postings: [],
        balances: [],
      },
      request: { principal: 'local', key: 'k', fingerprint: 'fingerprint' },
      refusal: { code: 'not_found', request_id: 'req' },
      ids: ['request/local/k'],
    })
  })

  it('is held until its own expiry, yet counts as expired as soon as it is due', () => {
    const book = bookWith({ ...held, pending: { expiresIn: 60 } })
    book.time = 60_999
    expect(book.decide(aRequest('Post', { transfer: 'h', amount: 11n })).refusal?.code).to.equal('post_exceeds_pending')
    book.time = 61_000
    play(book, [
      ['Post', {}, 'expired'],
      ['Void', {}, 'expired'],
    ])
    expect(book.balance('a')).to.equal('0/0/10/-10')
    play(book, [['Expire', {}, 'expired']])
    expect(book.balance('a')).to.equal('0/0/0/0')
  })

  it('from an account to itself holds nothing, and still tells the account when it ends', () => {
    for (const method of ['Post', 'Void', 'Expire'] as const) {
      const book = bookWith({ ...held, from: 'a', to: 'a' })
      const { fact } = book.decide(aRequest(method, { transfer: 'h' }))
      expect(fact.balances.map(({ account, posted, version }) => [account, posted, version])).to.deep.equal([
        ['a', '0', 0],
      ])
    }
  })

  it('tells when it ends, if it does', () => {
    const told: object[] = []
    const expiries = { add: (expiry: object) => void told.push(expiry) }
    const book = new Book()
    for (const pending of [{}, { expiresIn: 60 }]) {
      ledger.expiryOf(book.decide(aTransfer({ ...held, id: `h${told.length}`, pending })).fact, expiries)
    }
    ledger.expiryOf(book.decide(aTransfer({})).fact, expiries)
    book.does(aRequest('SetAccount', { replace: false, account: 'a', asset: 'UNIT', closed: true }))
    const refused = book.decide(aTransfer({ ...held, id: 'refused', pending: { expiresIn: 60 } }))
    expect(refused.refusal?.code).to.equal('account_closed')
    ledger.expiryOf(refused.fact, expiries)
    expect(told).to.deep.equal([{ transfer: 'h0', at: 61_000, seq: 2 }])
  })

  it('of several postings is posted whole or not at all', () => {
    const postings = [
      { from: 'a', to: 'b', amount: 5n, asset: 'UNIT' },
      { from: 'b', to: 'c', amount: 3n, asset: 'UNIT' },
      { from: 'c', to: 'c', amount: 1n, asset: 'UNIT' },
    ]
    const book = bookWith({ ...held, postings })
    play(book, [['Post', { amount: 5n }, 'post_exceeds_pending']])
    expect(book.balance('b')).to.equal('0/5/3/-3')
    play(book, [['Post', {}, 'posted']])
    expect(['a', 'b', 'c'].map((id) => book.balance(id))).to.deep.equal(['-5/0/0/-5', '2/0/0/2', '3/0/0/3'])
    const { fact } = book.decide(aRequest('Reverse', { transfer: 'h' }))
    expect(fact.postings.map(({ from, to, amount }) => [from, to, amount])).to.deep.equal([
      ['c', 'c', '1'],
      ['c', 'b', '3'],
      ['b', 'a', '5'],
    ])
    expect(['a', 'b', 'c'].map((id) => book.balance(id))).to.deep.equal(['0/0/0/0', '0/0/0/0', '0/0/0/0'])
  })

  it('is not posted to or from a closed account, but released', () => {
    for (const account of ['a', 'b']) {
      const book = bookWith(held)
      const close = { replace: false, account, asset: 'UNIT', closed: true }
      expect(book.does(aRequest('SetAccount', close))).to.equal('set')
      const { refusal } = book.decide(aRequest('Post', { transfer: 'h' }))
      expect(refusal).to.deep.equal({ code: 'account_closed', account })
      play(book, [['Void', {}, 'voided']])
      expect(book.balance(account)).to.equal('0/0/0/0')
    }
  })
})

describe('What is no hold', () => {
  // biome-ignore format: a table
  const rows: readonly (readonly [string, Step])[] = [
    ['a transfer that is not there is not posted',    ['Post', { transfer: 'x' }, 'not_found']],
    ['a transfer that is not there is not voided',    ['Void', { transfer: 'x' }, 'not_found']],
    ['a transfer that is not there is not reversed',  ['Reverse', { transfer: 'x' }, 'not_found']],
    ['a posted transfer is not posted',               ['Post', { transfer: 'p' }, 'transfer_not_pending']],
    ['a posted transfer is not voided',               ['Void', { transfer: 'p' }, 'transfer_not_pending']],
    ['a posted transfer is reversed',                 ['Reverse', { transfer: 'p' }, 'posted']],
    ['a transfer with a server-made id is reversed',  ['Reverse', { transfer: 'tr_2' }, 'posted']],
    ['an id that the server never made is not found', ['Reverse', { transfer: 'tr_x' }, 'not_found']],
  ]
  for (const [what, [method, command, then]] of rows) {
    it(what, () => {
      const book = bookWith({ id: 'p' }, {})
      expect(book.does(aRequest(method, command as never))).to.equal(then)
    })
  }
})
