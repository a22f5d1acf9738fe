// What the account lists of every archive promise, run on each of them.

import { expect } from 'chai'
import type { AccountAfter } from '../../actors/contracts/transfer.ts'
import type { Archive } from '../../actors/state-storage/archive.ts'
import type { Transaction } from '../../actors/state-storage/messages.ts'
import type { AccountListPlace, AccountListQuery, AccountLists } from '../../src/archive/accounts/account-lists.ts'
import { randomFrom } from '../setup/random.ts'
import { rejection } from './setup/rejection.ts'
import { SampleLedger, timeOf } from './setup/sample-ledger.ts'

const seed = 11

export type ListedArchive = Archive & { readonly accounts: AccountLists }

/** Waits until the lists go as far as the ledger. */
export function built(archive: ListedArchive, { head }: SampleLedger): Promise<void> {
  return new Promise((resolve, reject) => {
    archive.accounts.onceBuilt(head.seq, (failure) => (failure === undefined ? resolve() : reject(failure)))
  })
}

export const everything: AccountListQuery = { prefix: '', metadata: [], order: 'asc', after: null, limit: 1_000 }

/** A line that sets an account's metadata, and limits in an asset. */
export function settingLine(ledger: SampleLedger, account: string, metadata: Record<string, string>, asset = 'UNIT') {
  const seq = ledger.head.seq + 1
  const settings = { min_balance: '-5', max_balance: null, closed: false, metadata, revision: seq }
  const [balance] = ledger.transfer(seq, [`${account}>${account}:1 ${asset}`]).balances
  const balances: AccountAfter[] = [{ ...(balance as AccountAfter), version: 1_000 + seq }]
  const fact = { seq, time: timeOf(seq), method: 'SetAccount', renderer: 1, state: 'set', postings: [] }
  return ledger.lineOf([{ ...fact, balances, account, asset, settings } as Transaction])
}

export function accountsContract(make: () => ListedArchive): void {
  let archive: ListedArchive
  let ledger: SampleLedger

  beforeEach(async () => {
    archive = make()
    ledger = new SampleLedger()
    await archive.open()
    await archive.bind(ledger.id)
  })
  afterEach(() => archive.close())

  /** All of a list, page by page. */
  async function told(query: Partial<AccountListQuery>, limit = 1_000): Promise<string[]> {
    const items: string[] = []
    let after: AccountListPlace | null = null
    do {
      const read = await archive.accounts.list({ ...everything, ...query, limit, after })
      expect(read?.seq).to.equal(ledger.head.seq)
      items.push(...(read?.items ?? []).map(({ account, asset, state }) => `${account} ${asset} ${state.posted}`))
      after = read?.next ?? null
    } while (after !== null)
    return items
  }

  it(`list and sum what the statements end with, whatever is asked for (seed ${seed})`, async () => {
    const random = randomFrom(seed)
    const user = () => `u${Math.floor(random() * 9)}${random() < 0.5 ? ':x' : ''}`
    const posting = () => `${user()}>${user()}:${Math.ceil(random() * 99)}${random() < 0.3 ? ' EUR/2' : ''}`
    const line = () => ledger.line([posting()], [posting(), posting()])
    await archive.take(Array.from({ length: 60 }, line))
    await built(archive, ledger)
    await archive.take(Array.from({ length: 60 }, line))
    await built(archive, ledger)
    const all = [...ledger.statements].map(([key, statement]) => {
      const [, asset = '', account = ''] = /^(.+)\/(.+)$/.exec(key) ?? []
      return { account, asset, posted: statement.at(-1)?.posted ?? 0n }
    })
    for (const prefix of ['', 'u', 'u1', 'u1:', 'u1:x', 'u1:x1', 'v']) {
      for (const asset of [undefined, 'UNIT', 'EUR/2', 'GBP']) {
        const wanted = all.filter((one) => one.account.startsWith(prefix) && one.asset === (asset ?? one.asset))
        const lines = wanted
          .map(({ account, asset, posted }) => `${account} ${asset} ${posted}`)
          .sort((one, other) => (one < other ? -1 : 1))
        const query = { prefix, ...(asset !== undefined && { asset }) }
        expect(await told(query)).to.deep.equal(lines)
        expect(await told(query, 3)).to.deep.equal(lines)
        expect(await told({ ...query, order: 'desc' }, 3)).to.deep.equal(lines.toReversed())
        const sums = [...new Set(wanted.map((one) => one.asset))].sort().map((name) => {
          const ofAsset = wanted.filter((one) => one.asset === name)
          const posted = ofAsset.reduce((sum, one) => sum + one.posted, 0n)
          return { asset: name, accounts: ofAsset.length, posted, pendingIn: 0n, pendingOut: 0n }
        })
        expect(await archive.accounts.sum(query)).to.deep.equal({ seq: ledger.head.seq, sums })
      }
    }
  })

  it('find accounts by their metadata as it is now, in all of their assets', async () => {
    await archive.take([
      ledger.line(['a>b:1'], ['a>b:1 EUR/2'], ['c>b:1']),
      settingLine(ledger, 'a', { k: 'v', l: 'w' }),
      settingLine(ledger, 'b', { k: 'v' }),
      settingLine(ledger, 'c', { k: 'v' }),
    ])
    await built(archive, ledger)
    expect(await told({ metadata: [['k', 'v']] }, 2)).to.deep.equal([
      'a EUR/2 -1',
      'a UNIT -1',
      'b EUR/2 1',
      'b UNIT 2',
      'c UNIT -1',
    ])
    await archive.take([
      settingLine(ledger, 'b', { k: 'u', ['__proto__']: 'v' }),
      settingLine(ledger, 'c', {}, 'EUR/2'),
    ])
    await built(archive, ledger)
    const rows = [
      [[['k', 'v']], ['a EUR/2 -1', 'a UNIT -1']],
      [[['k', 'u']], ['b EUR/2 1', 'b UNIT 2']],
      [[['k', '']], []],
      [[['__proto__', 'v']], ['b EUR/2 1', 'b UNIT 2']],
      [
        [
          ['k', 'v'],
          ['l', 'w'],
        ],
        ['a EUR/2 -1', 'a UNIT -1'],
      ],
      [
        [
          ['k', 'v'],
          ['l', 'v'],
        ],
        [],
      ],
    ] as const
    for (const [metadata, items] of rows) expect(await told({ metadata }), `${metadata}`).to.deep.equal(items)
    expect(await told({ metadata: [['k', 'v']], order: 'desc' }, 1)).to.deep.equal(['a UNIT -1', 'a EUR/2 -1'])
    expect(await told({ metadata: [['k', 'v']], prefix: 'b' })).to.deep.equal([])
    expect(await told({ metadata: [['k', 'u']], asset: 'UNIT' })).to.deep.equal(['b UNIT 2'])
    expect(await told({})).to.include('c EUR/2 0')
  })

  it('keep limits that a transfer does not tell, and tell the metadata with each asset', async () => {
    await archive.take([settingLine(ledger, 'a', { k: 'v' })])
    await built(archive, ledger)
    const seq = ledger.head.seq + 1
    const fact = ledger.transfer(seq, ['a>b:2'])
    const balances = fact.balances.map((balance) => ({ ...balance, version: 5_000, pending_out: '3' }))
    await archive.take([ledger.lineOf([{ ...fact, balances } as Transaction])])
    await built(archive, ledger)
    const read = await archive.accounts.list(everything)
    const limits = { minimum: -5n, maximum: null, closed: false }
    expect(read?.items[0]?.state).to.include({ posted: -2n, pendingOut: 3n, version: 5_000, ...limits })
    expect(read?.items.map(({ notes }) => notes.metadata)).to.deep.equal([{ k: 'v' }, {}])
    expect(read?.items[1]?.state).to.include({ minimum: null })
  })

  it('list nothing that was touched and not changed', async () => {
    await archive.take([ledger.line(['a>a:1'], ['b>c:1'])])
    await built(archive, ledger)
    expect(await told({})).to.deep.equal(['b UNIT -1', 'c UNIT 1'])
  })

  it('go on where they were after the archive was closed, and begin anew after a reset', async () => {
    await archive.take([ledger.line(['a>b:1'])])
    await built(archive, ledger)
    await archive.close()
    await archive.open()
    await archive.take([ledger.line(['a>c:1'])])
    await built(archive, ledger)
    expect(await told({})).to.deep.equal(['a UNIT -2', 'b UNIT 1', 'c UNIT 1'])
    await archive.reset()
    ledger = new SampleLedger()
    await archive.bind(ledger.id)
    await archive.take([ledger.line(['x>y:1'])])
    await built(archive, ledger)
    expect(await told({})).to.deep.equal(['x UNIT -1', 'y UNIT 1'])
  })

  it('tell those who wait when they go that far, each once, and not who was forgotten', async () => {
    const heard: string[] = []
    await archive.take([ledger.line(['a>b:1'])])
    archive.accounts.onceBuilt(2, () => heard.push('two'))
    archive.accounts.onceBuilt(2, () => heard.push('forgotten'))()
    await built(archive, ledger)
    expect(heard).to.deep.equal([])
    await archive.take([ledger.line(['a>b:1'])])
    await built(archive, ledger)
    expect([heard, archive.accounts.built()]).to.deep.equal([['two'], 2])
  })

  it('are read only while the archive is open', async () => {
    await archive.close()
    expect(await rejection(archive.accounts.list(everything))).to.match(/not open/)
    expect(await rejection(archive.accounts.sum({ prefix: '' }))).to.match(/not open/)
  })
}
