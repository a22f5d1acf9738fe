// A transaction's accounts: read once, written if changed, and never when an amount was made or lost.

import { expect } from 'chai'
import sinon from 'sinon'
import { unusedAccount } from '../../actors/contracts/account.ts'
import { Accounts } from '../../actors/contracts/accounts.ts'

function someAccounts(values: Record<string, string> = {}) {
  const state = { read: sinon.fake((key: string) => values[key]), write: sinon.fake() }
  return { accounts: new Accounts(state), state }
}

const nothing = { posted: 0n, pendingIn: 0n, pendingOut: 0n }

describe('Accounts', () => {
  it('are read once, and seen as they were changed', () => {
    const { accounts, state } = someAccounts({ 'account/UNIT/a': '{"posted":"5","version":1}' })
    accounts.change('UNIT', 'a', { ...nothing, posted: -2n }, [3, 0])
    accounts.change('UNIT', 'a', { ...nothing, posted: -1n }, [3, 1])
    expect(accounts.account('UNIT', 'a')).to.deep.include({ posted: 2n, version: 2, count: 2, last: [3, 1] })
    sinon.assert.calledOnceWithExactly(state.read, 'account/UNIT/a')
  })

  it('are told in the order of their first mention, as they were and as they are', () => {
    const { accounts } = someAccounts()
    accounts.account('UNIT', 'b')
    accounts.account('EUR', 'b')
    accounts.change('UNIT', 'a', { ...nothing, pendingIn: 1n }, [3, 0])
    accounts.account('UNIT', 'b')
    expect(accounts.touched().map(({ key }) => key)).to.deep.equal([
      'account/UNIT/b',
      'account/EUR/b',
      'account/UNIT/a',
    ])
    const after = { ...unusedAccount, pendingIn: 1n, version: 1 }
    expect(accounts.touched()[2]).to.deep.include({ before: unusedAccount, after })
  })

  it('are written only if they changed', () => {
    const { accounts, state } = someAccounts()
    accounts.account('UNIT', 'seen')
    accounts.change('UNIT', 'a', { ...nothing, posted: -1n }, [3, 0])
    accounts.change('UNIT', 'b', { ...nothing, posted: 1n }, [3, 0])
    accounts.set('UNIT', 'c', { minimum: 0n, maximum: 5n, closed: true })
    accounts.store(state)
    expect(state.write.args).to.deep.equal([
      ['account/UNIT/a', '{"posted":"-1","version":1,"last":[3,0],"count":1}'],
      ['account/UNIT/b', '{"posted":"1","version":1,"last":[3,0],"count":1}'],
      ['account/UNIT/c', '{"posted":"0","min_balance":"0","max_balance":"5","closed":true,"version":1}'],
    ])
  })

  it('are decoded once, as long as the state says the same of them', () => {
    const values: Record<string, string> = { 'account/UNIT/a': '{"posted":"5","version":1}' }
    const { accounts, state } = someAccounts(values)
    const first = accounts.account('UNIT', 'a')
    expect(new Accounts(state).account('UNIT', 'a')).to.equal(first)
    values['account/UNIT/a'] = '{"posted":"6","version":2}'
    expect(new Accounts(state).account('UNIT', 'a')).to.include({ posted: 6n, version: 2 })
  })

  it('are not decoded again from what they were written as, nor remembered where that was dropped', () => {
    const { accounts, state } = someAccounts()
    accounts.set('UNIT', 'a', { minimum: 0n, maximum: null, closed: false })
    accounts.store(state)
    expect(new Accounts(state).account('UNIT', 'a')).to.equal(unusedAccount)
    accounts.store({
      write: (key, value) => Object.assign(state, { read: () => ({ [key]: value })['account/UNIT/a'] }),
    })
    expect(new Accounts(state).account('UNIT', 'a')).to.equal(accounts.account('UNIT', 'a'))
  })

  // biome-ignore format: a table
  const bugs: readonly (readonly [string, readonly (readonly [string, string, object])[], string])[] = [
    ['makes an amount',                  [['UNIT', 'a', { posted: -1n }], ['UNIT', 'b', { posted: 2n }]],       'the sum of all UNIT would change by 1'],
    ['pays one asset with another',      [['EUR', 'a', { posted: -1n }],  ['USD', 'b', { posted: 1n }]],        'the sum of all EUR would change by -1'],
    ['holds for one what none has given', [['UNIT', 'a', { pendingOut: 1n }], ['UNIT', 'b', { pendingIn: 2n }]], 'the holds of UNIT would differ by 1'],
    ['releases more than is held',       [['UNIT', 'a', { pendingOut: -1n }]],                                  'account/UNIT/a would hold less than nothing'],
    ['takes back more than is held',     [['UNIT', 'b', { pendingIn: -1n }]],                                   'account/UNIT/b would hold less than nothing'],
  ]

  for (const [what, changes, message] of bugs) {
    it(`stop a bug that ${what}`, () => {
      const { accounts, state } = someAccounts()
      for (const [asset, id, change] of changes) accounts.change(asset, id, { ...nothing, ...change }, [3, 0])
      expect(() => accounts.store(state)).to.throw(message)
    })
  }
})
