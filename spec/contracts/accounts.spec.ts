// A transaction's accounts: read once, written if changed, and never when an amount was made or lost.

import { expect } from 'chai'
import sinon from 'sinon'
import { type Account, unusedAccount } from '../../actors/contracts/account.ts'
import { Accounts } from '../../actors/contracts/accounts.ts'

function someAccounts(values: Record<string, string> = {}) {
  const state = { read: sinon.spy((key: string) => values[key]), write: sinon.spy() }
  return { accounts: new Accounts(state), state }
}

function stepped(account: Account, change: bigint): Account {
  return { ...account, posted: account.posted + change, version: account.version + 1 }
}

describe('Accounts', () => {
  it('are read once, and seen as they were set', () => {
    const { accounts, state } = someAccounts({ 'account/UNIT/a': '{"posted":"5","version":1}' })
    const before = accounts.account('UNIT', 'a')
    accounts.set('UNIT', 'a', stepped(before, -2n))
    expect(accounts.account('UNIT', 'a')).to.include({ posted: 3n, version: 2 })
    sinon.assert.calledOnceWithExactly(state.read, 'account/UNIT/a')
  })

  it('are told in the order of their first mention, as they were and as they are', () => {
    const { accounts } = someAccounts()
    accounts.account('UNIT', 'b')
    accounts.account('EUR', 'b')
    accounts.set('UNIT', 'a', stepped(unusedAccount, 1n))
    accounts.account('UNIT', 'b')
    expect(accounts.touched().map(({ key }) => key)).to.deep.equal([
      'account/UNIT/b',
      'account/EUR/b',
      'account/UNIT/a',
    ])
    expect(accounts.touched()[2]).to.deep.include({ before: unusedAccount, after: stepped(unusedAccount, 1n) })
  })

  it('are written only if they changed', () => {
    const { accounts, state } = someAccounts()
    accounts.account('UNIT', 'seen')
    accounts.set('UNIT', 'a', stepped(unusedAccount, -1n))
    accounts.set('UNIT', 'b', stepped(unusedAccount, 1n))
    accounts.store(state)
    expect(state.write.args).to.deep.equal([
      ['account/UNIT/a', '{"posted":"-1","version":1}'],
      ['account/UNIT/b', '{"posted":"1","version":1}'],
    ])
  })

  it('stop a bug that makes an amount', () => {
    const { accounts, state } = someAccounts()
    accounts.set('UNIT', 'a', stepped(unusedAccount, -1n))
    accounts.set('UNIT', 'b', stepped(unusedAccount, 2n))
    expect(() => accounts.store(state)).to.throw('the sum of all UNIT would change by 1')
  })

  it('stop a bug that pays one asset with another', () => {
    const { accounts, state } = someAccounts()
    accounts.set('EUR', 'a', stepped(unusedAccount, -1n))
    accounts.set('USD', 'b', stepped(unusedAccount, 1n))
    expect(() => accounts.store(state)).to.throw('the sum of all EUR would change by -1')
  })

  it('stop a bug that changes an account without stepping its version', () => {
    const { accounts, state } = someAccounts()
    accounts.set('UNIT', 'a', { ...unusedAccount, closed: true })
    expect(() => accounts.store(state)).to.throw('account/UNIT/a goes from version 0 to 0')
  })
})
