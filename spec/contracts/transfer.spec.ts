// The rule of a transfer, as a table that reads like a ledger book.

import { expect } from 'chai'
import * as fc from 'fast-check'
import { type Account, largestAmount, unusedAccount } from '../../actors/contracts/account.ts'
import { transfer } from '../../actors/contracts/transfer.ts'

const max = largestAmount

function moved(from: bigint, to: bigint) {
  return { from, to }
}

function refused(code: string, account: string) {
  return { code, account }
}

type Held = bigint | Partial<Account>

function account(held: Held): Account {
  return typeof held === 'bigint' ? { ...unusedAccount, posted: held } : { ...unusedAccount, ...held }
}

function decide(from: string, to: string, source: Held, target: Held, amount: bigint) {
  const accounts = new Map([
    [to, account(target)],
    [from, account(source)],
  ])
  const state = { account: (_asset: string, id: string) => accounts.get(id) ?? unusedAccount }
  const outcome = transfer(state, { from, to, amount, asset: 'UNIT' }, [7, 0])
  return 'code' in outcome ? outcome : moved(outcome.from.posted, outcome.to.posted)
}

describe('A transfer', () => {
  // biome-ignore format: a table
  const rows: readonly (readonly [string, string, string, Held, Held, bigint, object])[] = [
    // what it shows                                from     to       source holds                            target holds                            amount    then
    ['moves an amount',                             'alice', 'bob',   100n,                                   0n,                                     17n,      moved(83n, 17n)],
    ['may go below zero when no minimum is set',    'alice', 'bob',   0n,                                     0n,                                     17n,      moved(-17n, 17n)],
    ['may take all above the minimum',              'alice', 'bob',   { posted: 100n, minimum: 0n },          0n,                                     100n,     moved(0n, 100n)],
    ['may not take one more',                       'alice', 'bob',   { posted: 100n, minimum: 0n },          0n,                                     101n,     refused('insufficient_funds', 'alice')],
    ['may use a negative minimum to the end',       'alice', 'bob',   { posted: 0n, minimum: -50n },          0n,                                     50n,      moved(-50n, 50n)],
    ['may not pass a negative minimum',             'alice', 'bob',   { posted: 0n, minimum: -50n },          0n,                                     51n,      refused('insufficient_funds', 'alice')],
    ['does not spend what is held',                 'alice', 'bob',   { posted: 100n, pendingOut: 40n, minimum: 0n }, 0n,                             61n,      refused('insufficient_funds', 'alice')],
    ['spends what is left beside a hold',           'alice', 'bob',   { posted: 100n, pendingOut: 40n, minimum: 0n }, 0n,                             60n,      moved(40n, 60n)],
    ['may fill the target to its maximum',          'alice', 'bob',   100n,                                   { posted: 10n, maximum: 50n },          40n,      moved(60n, 50n)],
    ['may not fill it over',                        'alice', 'bob',   100n,                                   { posted: 10n, maximum: 50n },          41n,      refused('limit_exceeded', 'bob')],
    ['counts what is held for the target',          'alice', 'bob',   100n,                                   { posted: 10n, pendingIn: 5n, maximum: 50n }, 36n, refused('limit_exceeded', 'bob')],
    ['to the sender itself changes nothing',        'alice', 'alice', 100n,                                   100n,                                   10n,      moved(100n, 100n)],
    ['to itself needs no funds',                    'alice', 'alice', { posted: 1n, minimum: 0n },            { posted: 1n, minimum: 0n },            10n,      moved(1n, 1n)],
    ['to itself is refused when it is closed',      'alice', 'alice', { posted: 1n, closed: true },           { posted: 1n, closed: true },           1n,       refused('account_closed', 'alice')],
    ['from a closed account is refused',            'alice', 'bob',   { posted: 100n, closed: true },         0n,                                     1n,       refused('account_closed', 'alice')],
    ['to a closed account is refused',              'alice', 'bob',   100n,                                   { posted: 0n, closed: true },           1n,       refused('account_closed', 'bob')],
    ['may bring the source to the end of the range','alice', 'bob',   { posted: -max + 1n },                  0n,                                     1n,       moved(-max, 1n)],
    ['may not push the source out of the range',    'alice', 'bob',   { posted: -max },                       0n,                                     1n,       refused('balance_overflow', 'alice')],
    ['counts holds against the range of the source','alice', 'bob',   { posted: -max + 5n, pendingOut: 5n },  0n,                                     1n,       refused('balance_overflow', 'alice')],
    ['may bring the target to the end of the range','alice', 'bob',   0n,                                     { posted: max - 1n },                   1n,       moved(-1n, max)],
    ['may not push the target out of the range',    'alice', 'bob',   0n,                                     { posted: max },                        1n,       refused('balance_overflow', 'bob')],
    ['counts holds against the range of the target','alice', 'bob',   0n,                                     { posted: max - 5n, pendingIn: 5n },    1n,       refused('balance_overflow', 'bob')],
    // Of several reasons the first is told: closed → overflow → insufficient funds → limit.
    ['tells closed before overflow',                'alice', 'bob',   { posted: -max },                       { closed: true },                       1n,       refused('account_closed', 'bob')],
    ['tells a closed source before a closed target','alice', 'bob',   { closed: true },                       { closed: true },                       1n,       refused('account_closed', 'alice')],
    ['tells overflow before insufficient funds',    'alice', 'bob',   { posted: 0n, minimum: 0n },            { posted: max },                        1n,       refused('balance_overflow', 'bob')],
    ['tells insufficient funds before limit',       'alice', 'bob',   { posted: 0n, minimum: 0n },            { posted: 0n, maximum: 0n },            1n,       refused('insufficient_funds', 'alice')],
  ]

  for (const [what, from, to, source, target, amount, then] of rows) {
    it(what, () => {
      expect(decide(from, to, source, target, amount)).to.deep.equal(then)
    })
  }

  it('steps versions and counts by one on both sides, and says where the entries stand', () => {
    const source = { ...unusedAccount, posted: 5n, version: 3, count: 2, last: [4, 0] as const, minimum: -9n }
    const state = { account: (_asset: string, id: string) => (id === 'a' ? source : unusedAccount) }
    expect(transfer(state, { from: 'a', to: 'b', amount: 2n, asset: 'UNIT' }, [7, 1])).to.deep.equal({
      from: { ...source, posted: 3n, version: 4, count: 3, last: [7, 1] },
      to: { ...unusedAccount, posted: 2n, version: 1, count: 1, last: [7, 1] },
    })
  })

  it('leaves version, count and last entry of a self-transfer as they were', () => {
    const source = { ...unusedAccount, posted: 5n, version: 3, count: 2, last: [4, 0] as const }
    const state = { account: () => source }
    const outcome = transfer(state, { from: 'a', to: 'a', amount: 2n, asset: 'UNIT' }, [7, 0])
    expect(outcome).to.deep.equal({ from: source, to: source })
  })

  it('never makes or destroys an amount, and never leaves the range', () => {
    const amounts = fc.bigInt({ min: -max, max })
    const held = fc.record({ posted: amounts, minimum: fc.option(amounts), maximum: fc.option(amounts) })
    fc.assert(
      fc.property(held, held, fc.bigInt({ min: 1n, max }), (source, target, amount) => {
        const state = { account: (_asset: string, id: string) => account(id === 'a' ? source : target) }
        const outcome = transfer(state, { from: 'a', to: 'b', amount, asset: 'UNIT' }, [1, 0])
        if ('code' in outcome) return true
        const conserved = outcome.from.posted + outcome.to.posted === source.posted + target.posted
        return conserved && outcome.from.posted >= -max && outcome.to.posted <= max
      }),
    )
  })
})
