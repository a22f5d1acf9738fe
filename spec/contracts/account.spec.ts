// An account reads back as it was written, and no two accounts share a key.

import { expect } from 'chai'
import * as fc from 'fast-check'
import {
  type Account,
  accountKey,
  available,
  decodeAccount,
  encodeAccount,
  largestAmount,
  unusedAccount,
} from '../../actors/contracts/account.ts'

const amounts = fc.bigInt({ min: -largestAmount, max: largestAmount })
const positions = fc.tuple(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), fc.nat(65_535))

const held = fc.bigInt({ min: 0n, max: largestAmount })

const accounts: fc.Arbitrary<Account> = fc.record({
  posted: amounts,
  pendingIn: held,
  pendingOut: held,
  minimum: fc.option(amounts),
  maximum: fc.option(amounts),
  closed: fc.boolean(),
  version: fc.nat(),
  last: fc.constant(null),
  count: fc.constant(0),
})

const used = fc.tuple(accounts, positions, fc.nat()).map(([account, last, count]) => ({ ...account, last, count }))

describe('An account', () => {
  it('reads back as it was written', () => {
    fc.assert(
      fc.property(fc.oneof(accounts, used), (account) => {
        expect(decodeAccount(encodeAccount(account))).to.deep.equal(account)
      }),
    )
  })

  it('is written as JSON that leaves out what is at its default', () => {
    const account = { ...unusedAccount, posted: -17n, version: 1, last: [1, 0] as const, count: 1 }
    expect(encodeAccount(account)).to.equal('{"posted":"-17","version":1,"last":[1,0],"count":1}')
    expect(
      encodeAccount({ ...unusedAccount, pendingIn: 1n, pendingOut: 2n, minimum: 0n, maximum: 9n, closed: true }),
    ).to.equal(
      '{"posted":"0","pending_in":"1","pending_out":"2","min_balance":"0","max_balance":"9","closed":true,"version":0}',
    )
  })

  it('is believed only in the form in which it is written', () => {
    for (const value of [
      '',
      '{}',
      '{"posted":"1"}',
      '{"posted":"x","version":1}',
      '{"posted":"1","version":1} ',
      ' {"posted":"1","version":1}',
      'null',
    ]) {
      expect(() => decodeAccount(value)).to.throw(`no account was ever written as ${value}`)
    }
  })

  // biome-ignore format: a table
  const parts = [
    [{ pendingIn: 1n },  '"pending_in":"1",'],
    [{ pendingOut: 1n }, '"pending_out":"1",'],
    [{ minimum: -1n },   '"min_balance":"-1",'],
    [{ maximum: 1n },    '"max_balance":"1",'],
    [{ closed: true },   '"closed":true,'],
  ] as const

  for (const [part, text] of parts) {
    it(`is written with ${text.slice(0, -1)} where that is all that is not at its default`, () => {
      expect(encodeAccount({ ...unusedAccount, ...part })).to.equal(`{"posted":"0",${text}"version":0}`)
    })
  }

  it('holds 127 bits of each sign', () => {
    expect(largestAmount).to.equal(170_141_183_460_469_231_731_687_303_715_884_105_727n)
  })

  it('that was never used holds nothing', () => {
    expect(decodeAccount(undefined)).to.deep.equal(unusedAccount)
    expect(unusedAccount).to.include({ posted: 0n, version: 0, count: 0, last: null })
  })

  it('has available what is posted less what is held from it', () => {
    expect(available({ ...unusedAccount, posted: 10n, pendingIn: 100n, pendingOut: 4n })).to.equal(6n)
  })

  it('shares its key with no other account or asset', () => {
    const id = fc.stringMatching(/^[A-Za-z0-9._:@-]{1,6}$/)
    const asset = fc.stringMatching(/^[A-Z0-9/_]{1,6}$/)
    fc.assert(
      fc.property(asset, id, asset, id, (asset, id, otherAsset, otherId) => {
        const same = asset === otherAsset && id === otherId
        expect(accountKey(asset, id) === accountKey(otherAsset, otherId)).to.equal(same)
      }),
    )
    expect(accountKey('USD/2', 'users:42')).to.equal('account/USD/2/users:42')
  })
})
