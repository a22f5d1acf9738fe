// The rule of a transfer, as a table that reads like a ledger book.

import { expect } from 'chai'
import * as fc from 'fast-check'
import { type Account, encodeAccount, largestAmount, unusedAccount } from '../../actors/contracts/account.ts'
import { Accounts } from '../../actors/contracts/accounts.ts'
import { type Guard, type GuardedAccount, guardedAsset } from '../../actors/contracts/guard.ts'
import { type Effect, type Posting, transfer } from '../../actors/contracts/transfer.ts'

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

function written(held: Account | undefined): string | undefined {
  return held && encodeAccount(held)
}

function decide(from: string, to: string, source: Held, target: Held, amount: bigint) {
  const accounts = new Map([
    [to, account(target)],
    [from, account(source)],
  ])
  const state = new Accounts({ read: (key) => written(accounts.get(key.split('/').at(-1) ?? '')) })
  const refusal = transfer(state, [{ from, to, amount, asset: 'UNIT' }], 'posted', undefined, [7, 0])
  return refusal ?? moved(state.account('UNIT', from).posted, state.account('UNIT', to).posted)
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
    // What breaks a limit already may come nearer to it.
    ['may bring the source nearer to its maximum',  'alice', 'bob',   { posted: 60n, maximum: 50n },          0n,                                     5n,       moved(55n, 5n)],
    ['may bring the target nearer to its minimum',  'alice', 'bob',   0n,                                     { posted: -9n, minimum: 0n },           5n,       moved(-5n, -4n)],
    ['to itself does not make it worse',            'alice', 'alice', { posted: -9n, minimum: 0n },           { posted: -9n, minimum: 0n },           5n,       moved(-9n, -9n)],
    ['to itself does not fill it over',             'alice', 'alice', { posted: 60n, maximum: 50n },          { posted: 60n, maximum: 50n },          5n,       moved(60n, 60n)],
    ['tells insufficient funds before limit',       'alice', 'bob',   { posted: 0n, minimum: 0n },            { posted: 0n, maximum: 0n },            1n,       refused('insufficient_funds', 'alice')],
  ]

  for (const [what, from, to, source, target, amount, then] of rows) {
    it(what, () => {
      expect(decide(from, to, source, target, amount)).to.deep.equal(then)
    })
  }

  function left(
    values: Record<string, Account>,
    postings: readonly Posting[],
    effect: Effect = 'posted',
    guard?: Guard,
  ) {
    const accounts = new Accounts({ read: (key) => written(values[key.split('/').at(-1) ?? '']) })
    const refusal = transfer(accounts, postings, effect, guard, [7, 3])
    return refusal ?? new Map(accounts.touched().map(({ id, asset, after }) => [`${id} ${asset}`, after]))
  }

  const unit = { asset: 'UNIT' }

  it('steps versions and counts by one on both sides, and says where the entries stand', () => {
    const source = { ...unusedAccount, posted: 5n, version: 3, count: 2, last: [4, 0] as const, minimum: -9n }
    expect(left({ a: source }, [{ from: 'a', to: 'b', amount: 2n, ...unit }])).to.deep.equal(
      new Map([
        ['a UNIT', { ...source, posted: 3n, version: 4, count: 3, last: [7, 3] }],
        ['b UNIT', { ...unusedAccount, posted: 2n, version: 1, count: 1, last: [7, 3] }],
      ]),
    )
  })

  it('leaves version, count and last entry of a self-transfer as they were', () => {
    const source = { ...unusedAccount, posted: 5n, version: 3, count: 2, last: [4, 0] as const }
    expect(left({ a: source }, [{ from: 'a', to: 'a', amount: 2n, ...unit }])).to.deep.equal(
      new Map([['a UNIT', source]]),
    )
  })

  it('holds an amount: what is posted stays, what is available does not', () => {
    expect(left({}, [{ from: 'a', to: 'b', amount: 2n, ...unit }], 'pending')).to.deep.equal(
      new Map([
        ['a UNIT', { ...unusedAccount, pendingOut: 2n, version: 1 }],
        ['b UNIT', { ...unusedAccount, pendingIn: 2n, version: 1 }],
      ]),
    )
  })

  describe('of several postings', () => {
    const chain = [
      { from: 'b', to: 'c', amount: 5n, ...unit },
      { from: 'a', to: 'b', amount: 5n, ...unit },
    ]

    it('happens at once: what comes in later may be spent', () => {
      const poor = { ...unusedAccount, minimum: 0n }
      const outcome = left({ b: poor }, chain)
      expect(outcome).to.be.instanceOf(Map)
      expect((outcome as Map<string, Account>).get('b UNIT')).to.deep.equal({
        ...poor,
        version: 1,
        count: 2,
        last: [7, 4],
      })
    })

    it('is refused as a whole', () => {
      expect(left({ a: { ...unusedAccount, minimum: 0n } }, chain)).to.deep.equal(refused('insufficient_funds', 'a'))
      expect(left({ c: { ...unusedAccount, closed: true } }, chain)).to.deep.equal(refused('account_closed', 'c'))
    })

    it('keeps assets apart', () => {
      const outcome = left({}, [
        { from: 'a', to: 'b', amount: 1n, asset: 'EUR' },
        { from: 'b', to: 'a', amount: 9n, asset: 'USD' },
      ])
      const posted = [...(outcome as Map<string, Account>)].map(([name, account]) => [name, account.posted])
      expect(posted).to.deep.equal([
        ['a EUR', -1n],
        ['b EUR', 1n],
        ['b USD', -9n],
        ['a USD', 9n],
      ])
    })
  })

  describe('with a guard', () => {
    const held = { ...unusedAccount, posted: 10n, pendingOut: 4n, version: 3 }
    // biome-ignore format: a table
    const guards: readonly (readonly [GuardedAccount, boolean])[] = [
      [{},                      true],
      [{ available_gte: 6n },   true],
      [{ available_gte: 7n },   false],
      [{ available_lte: 6n },   true],
      [{ available_lte: 5n },   false],
      [{ posted_gte: 10n },     true],
      [{ posted_gte: 11n },     false],
      [{ posted_lte: 10n },     true],
      [{ posted_lte: 9n },      false],
      [{ version: 3 },          true],
      [{ version: 2 },          false],
      [{ version: 3, posted_gte: 11n }, false],
    ]
    for (const [wanted, met] of guards) {
      it(`of ${Object.entries(wanted).join(' and ')} ${met ? 'goes on' : 'stops'}`, () => {
        const outcome = left({ a: held }, [{ from: 'a', to: 'b', amount: 1n, ...unit }], 'posted', [['a', wanted]])
        if (met) expect(outcome).to.be.instanceOf(Map)
        else expect(outcome).to.deep.equal(refused('guard_failed', 'a'))
      })
    }

    it('looks at the asset of the posting that names the account, or at the first', () => {
      const postings = [
        { from: 'x', to: 'y', amount: 1n, asset: 'EUR' },
        { from: 'a', to: 'b', amount: 1n, asset: 'USD' },
      ]
      expect(['a', 'b'].map((id) => guardedAsset(id, postings))).to.deep.equal(['USD', 'USD'])
      expect(guardedAsset('y', postings)).to.equal('EUR')
      expect(guardedAsset('nobody', postings)).to.equal('EUR')
      expect(guardedAsset('nobody', [])).to.equal('')
    })

    it('is told after closed and before all that the limits say', () => {
      const poor = { ...unusedAccount, minimum: 0n }
      const postings = [{ from: 'a', to: 'b', amount: 1n, ...unit }]
      const guard: Guard = [['a', { version: 9 }]]
      expect(left({ a: poor }, postings, 'posted', guard)).to.deep.equal(refused('guard_failed', 'a'))
      expect(left({ a: { ...poor, closed: true } }, postings, 'posted', guard)).to.deep.equal(
        refused('account_closed', 'a'),
      )
    })
  })

  it('never makes or destroys an amount, and never leaves the range', () => {
    const amounts = fc.bigInt({ min: -max, max })
    const held = fc.record({ posted: amounts, minimum: fc.option(amounts), maximum: fc.option(amounts) })
    fc.assert(
      fc.property(held, held, fc.bigInt({ min: 1n, max }), (source, target, amount) => {
        const outcome = left({ a: account(source), b: account(target) }, [{ from: 'a', to: 'b', amount, ...unit }])
        if (!(outcome instanceof Map)) return true
        const [from, to] = [...outcome.values()] as [Account, Account]
        return from.posted + to.posted === source.posted + target.posted && from.posted >= -max && to.posted <= max
      }),
    )
  })
})
