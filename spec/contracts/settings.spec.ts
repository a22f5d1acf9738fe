// Settings: limits and whether an account is closed, for one asset; metadata for the account, with a revision.

import { expect } from 'chai'
import { ledger } from '../../actors/contracts/ledger.ts'
import type { SettingsCommand, SettingsFact } from '../../actors/contracts/settings.ts'
import { aBalanceQuery, aRequest, aTransfer } from '../setup/actors.ts'
import { Book } from './book.ts'

function set(book: Book, command: Partial<SettingsCommand>) {
  const whole = { replace: false, account: 'a', asset: 'UNIT', ...command }
  const { fact, refusal } = book.decide(aRequest('SetAccount', whole, { key: 'k' }))
  return refusal?.code ?? (fact as SettingsFact).settings
}

const nothing = { min_balance: null, max_balance: null, closed: false, metadata: {} }

describe('The settings of an account', () => {
  it('are kept, each change with a new revision', () => {
    const book = new Book()
    expect(set(book, { minimum: -5n, maximum: 10n })).to.deep.equal({
      ...nothing,
      min_balance: '-5',
      max_balance: '10',
      revision: 1,
    })
    expect(set(book, { closed: true })).to.deep.equal({
      ...nothing,
      min_balance: '-5',
      max_balance: '10',
      closed: true,
      revision: 2,
    })
    expect(set(book, { minimum: null, closed: false })).to.deep.equal({ ...nothing, max_balance: '10', revision: 3 })
  })

  it('that are not set are told as none', () => {
    expect(set(new Book(), { minimum: 1n })).to.deep.equal({ ...nothing, min_balance: '1', revision: 1 })
    expect(set(new Book(), { maximum: 1n })).to.deep.equal({ ...nothing, max_balance: '1', revision: 1 })
  })

  it('that are refused are told as refused, with nothing of them', () => {
    const command = { replace: false, account: 'a', asset: 'UNIT', minimum: 0n, ifMatch: '*' } as const
    const { fact } = new Book().decide(aRequest('SetAccount', command, { key: 'k', requestId: 'req' }))
    expect(fact).to.deep.equal({
      ...{ method: 'SetAccount', state: 'refused', seq: 1, time: 1_000, renderer: 1 },
      ...{ account: 'a', asset: 'UNIT', postings: [], balances: [] },
      request: { principal: 'local', key: 'k', fingerprint: 'fingerprint' },
      refusal: { code: 'precondition_failed', request_id: 'req' },
      ids: ['request/local/k'],
    })
  })

  it('are replaced when that is asked for: what is not told is as if it had never been', () => {
    const book = new Book()
    set(book, { minimum: 0n, closed: true, metadata: { k: 'v' } })
    expect(set(book, { replace: true, maximum: 1n, metadata: { l: 'w' } })).to.deep.equal({
      ...nothing,
      max_balance: '1',
      metadata: { l: 'w' },
      revision: 2,
    })
  })

  it('merge metadata: null takes a member out, and no name is special', () => {
    const book = new Book()
    const proto = JSON.parse('{"__proto__":"p","b":"1","a":"2"}')
    const first = set(book, { metadata: proto }) as { metadata: object }
    expect(JSON.stringify(first.metadata)).to.equal('{"__proto__":"p","a":"2","b":"1"}')
    const notes = set(book, { metadata: { b: null, constructor: 'c' } as never }) as { metadata: object }
    expect(JSON.stringify(notes.metadata)).to.equal('{"__proto__":"p","a":"2","constructor":"c"}')
  })

  it('do not let metadata grow past 16 members, however many changes bring them', () => {
    const book = new Book()
    const members = (from: number, count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${from + index}`, 'v']))
    expect(set(book, { metadata: members(0, 10) })).to.have.property('revision', 1)
    expect(set(book, { metadata: members(10, 7), minimum: 5n })).to.equal('limit_exceeded')
    expect(set(book, { metadata: members(10, 6) })).to.deep.include({ revision: 2, min_balance: null })
  })

  // biome-ignore format: a table
  const rows = [
    [undefined, true], ['*', true], [[1], true], [[7, 1], true], [[2], false], [[], false],
  ] as const
  for (const [ifMatch, seen] of rows) {
    it(`change after revision 1 if that is among ${JSON.stringify(ifMatch)}: ${seen}`, () => {
      const book = new Book()
      set(book, { minimum: 0n })
      const outcome = set(book, { minimum: 1n, ...(ifMatch !== undefined && { ifMatch }) })
      if (seen) expect(outcome).to.have.property('revision', 2)
      else expect(outcome).to.equal('precondition_failed')
    })
  }

  it('that were never made match no revision', () => {
    expect(set(new Book(), { minimum: 0n, ifMatch: '*' })).to.equal('precondition_failed')
  })

  it('hold for one asset; the metadata for all', () => {
    const book = new Book()
    set(book, { asset: 'EUR', minimum: 0n, metadata: { k: 'v' } })
    const state = { read: (key: string) => book.values.get(key) }
    const unit = ledger.call(aBalanceQuery('a'), state)
    expect(unit.state.minimum).to.equal(null)
    expect(unit.notes).to.deep.equal({ revision: 1, metadata: { k: 'v' } })
    expect(book.does(aTransfer({ from: 'a', asset: 'EUR' }))).to.equal('insufficient_funds')
    expect(book.does(aTransfer({ from: 'a' }))).to.equal('posted')
  })

  it('step the version of the account, and move nothing', () => {
    const book = new Book()
    const { fact } = book.decide(aRequest('SetAccount', { replace: false, account: 'a', asset: 'UNIT', minimum: 0n }))
    expect(fact).to.deep.include({ account: 'a', asset: 'UNIT', postings: [] })
    expect(fact.balances).to.deep.equal([
      { account: 'a', asset: 'UNIT', posted: '0', pending_in: '0', pending_out: '0', version: 1, count: 0 },
    ])
  })

  it('may be such that the account breaks them already: then it may only come nearer', () => {
    const book = new Book()
    book.does(aTransfer({ from: 'a', to: 'b', amount: 10n }))
    set(book, { minimum: 0n })
    expect(book.does(aTransfer({ from: 'a', to: 'b', amount: 1n }))).to.equal('insufficient_funds')
    expect(book.does(aTransfer({ from: 'b', to: 'a', amount: 1n }))).to.equal('posted')
  })
})
