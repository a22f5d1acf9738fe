// What each kind of transfer enters in the accounts it names.

import { expect } from 'chai'
import type { AccountAfter, TransferFact } from '../../actors/contracts/transfer.ts'
import { type Entry, postingRows, postingsOf } from '../../src/archive/entries.ts'
import { randomFrom } from '../setup/random.ts'
import { SampleLedger } from './setup/sample-ledger.ts'

/** `account posted previous #ordinal` */
function shown({ account, posted, previous, ordinal }: Entry): string {
  return `${account} ${posted} ${previous === null ? '-' : previous.join('.')} #${ordinal}`
}

describe('The entries of a transfer', () => {
  // Before it: seq 1 moved 100 from w to a, seq 2 moved 40 from w to b.
  // biome-ignore format: a table
  const rows = [
    ['one posting',                 ['a>b:30'],                   ['3.0 | a 70 1.0 #2 | b 70 2.0 #2']],
    ['to an account never used',    ['a>c:30'],                   ['3.0 | a 70 1.0 #2 | c 30 - #1']],
    ['to itself',                   ['a>a:30'],                   []],
    ['two from one account',        ['a>b:30', 'a>c:5'],          ['3.0 | a 70 1.0 #2 | b 70 2.0 #2', '3.1 | a 65 3.0 #3 | c 5 - #1']],
    ['there and back',              ['a>b:30', 'b>a:10'],         ['3.0 | a 70 1.0 #2 | b 70 2.0 #2', '3.1 | b 60 3.0 #3 | a 80 3.0 #3']],
    ['through an account',          ['a>c:30', 'c>b:30'],         ['3.0 | a 70 1.0 #2 | c 30 - #1', '3.1 | c 0 3.0 #2 | b 70 2.0 #2']],
    ['to itself in between',        ['a>c:1', 'a>a:9', 'a>c:1'],  ['3.0 | a 99 1.0 #2 | c 1 - #1', '3.2 | a 98 3.0 #3 | c 2 3.0 #2']],
    ['to itself beside others',     ['b>b:9', 'a>c:1'],           ['3.1 | a 99 1.0 #2 | c 1 - #1']],
    ['two assets',                  ['a>b:1', 'a>b:2 EUR/2'],     ['3.0 | a 99 1.0 #2 | b 41 2.0 #2', '3.1 | a -2 - #1 | b 2 - #1']],
    ['more than 64 bits',           [`a>b:${2n ** 126n}`],        [`3.0 | a ${100n - 2n ** 126n} 1.0 #2 | b ${40n + 2n ** 126n} 2.0 #2`]],
    ['more than 64 bits, twice',    [`a>b:${2n ** 126n}`, 'b>a:1'], [`3.0 | a ${100n - 2n ** 126n} 1.0 #2 | b ${40n + 2n ** 126n} 2.0 #2`,
                                                                     `3.1 | b ${39n + 2n ** 126n} 3.0 #3 | a ${101n - 2n ** 126n} 3.0 #3`]],
  ] as const
  for (const [what, postings, expected] of rows) {
    it(`of ${what}`, () => {
      const ledger = new SampleLedger()
      ledger.line(['w>a:100'], ['w>b:40'])
      const entries = postingRows(ledger.transfer(3, postings), 0)
      expect(
        entries.map(({ position, from, to }) => [position.join('.'), shown(from), shown(to)].join(' | ')),
      ).to.deep.equal(expected)
    })
  }

  it('stand behind those of the facts of the same seq before it', () => {
    const ledger = new SampleLedger()
    const [row] = postingRows(ledger.transfer(1, ['a>b:1'], 7), 7)
    expect(row?.position).to.deep.equal([1, 7])
  })

  it('are none if it was refused, or if it is no transfer', () => {
    const fact = { ...new SampleLedger().transfer(1, ['a>b:1']), state: 'refused', balances: [] } as const
    expect(postingRows(fact, 0)).to.deep.equal([])
    expect(postingRows({ seq: 1, time: 1 }, 0)).to.deep.equal([])
  })

  describe('are told by what was posted, not by what was asked:', () => {
    const moved = '3.0 | a 70 1.0 #2 | b 70 2.0 #2'
    // Of a posting a>b:30; the last column: how many places it takes in its seq.
    const facts = [
      ['a transfer', { method: 'Transfer', state: 'posted' }, [moved], 1],
      ['a reversal', { method: 'Transfer', state: 'posted', reverses: 'tr_1' }, [moved], 1],
      ['a hold', { method: 'Transfer', state: 'pending' }, [], 1],
      ['a refused transfer', { method: 'Transfer', state: 'refused', balances: [] }, [], 1],
      ['a posted hold', { method: 'Post', state: 'posted' }, [moved], 0],
      ['a refused post', { method: 'Post', state: 'refused', postings: [], balances: [] }, [], 0],
      ['a voided hold', { method: 'Void', state: 'voided', postings: [] }, [], 0],
      ['an expired hold', { method: 'Expire', state: 'expired', postings: [] }, [], 0],
      ['settings', { method: 'SetAccount', state: 'set', postings: [] }, [], 0],
      ['an atomic batch', { method: 'Batch', state: 'posted', postings: [], balances: [] }, [], 0],
    ] as const
    for (const [what, members, expected, places] of facts) {
      it(what, () => {
        const ledger = new SampleLedger()
        ledger.line(['w>a:100'], ['w>b:40'])
        const fact = { ...ledger.transfer(3, ['a>b:30']), ...members } as TransferFact
        const shownRows = postingRows(fact, 0).map(({ position, from, to }) =>
          [position.join('.'), shown(from), shown(to)].join(' | '),
        )
        expect(shownRows).to.deep.equal(expected)
        expect(postingsOf(fact)).to.have.length(places)
      })
    }
  })

  it('of a hold posted in part are of the part', () => {
    const fact = { ...new SampleLedger().transfer(1, ['a>b:3']), method: 'Post', hold: { postings: [] } } as unknown
    expect(postingRows(fact as TransferFact, 0).map(({ amount }) => amount)).to.deep.equal(['3'])
  })

  describe('are not made from a fact that contradicts itself:', () => {
    const changes: Record<string, (after: AccountAfter, index: number) => AccountAfter[]> = {
      'a balance is missing': (after, index) => (index === 0 ? [] : [after]),
      'a balance is of another asset': (after) => [{ ...after, asset: 'X' }],
      'an account has no entries': (after) => [{ ...after, count: 0 }],
      'a first entry has one before it': (after) => [{ ...after, previous: [1, 0] }],
      'a later entry has none before it': (after) => [{ ...after, count: 9 }],
      'nothing is told of the entry before': ({ previous: _, ...after }) => [after],
    }
    for (const [what, change] of Object.entries(changes)) {
      for (const postings of [['a>b:1'], ['a>b:1', 'a>b:2']]) {
        it(`${what} (${postings.length})`, () => {
          const fact = new SampleLedger().transfer(2, postings)
          const changed: TransferFact = { ...fact, balances: fact.balances.flatMap(change) }
          expect(() => postingRows(changed, 0)).to.throw()
        })
      }
    }
  })

  for (const seed of [1, 2, 3]) {
    it(`chain every account's statement (seed ${seed})`, () => {
      const random = randomFrom(seed)
      const account = () => `u${Math.floor(random() * 4)}`
      const ledger = new SampleLedger()
      const entries = new Map<string, (Entry & { position: readonly [number, number] })[]>()
      for (let seq = 1; seq <= 300; seq++) {
        const many = random() < 0.5 ? 1 : 1 + Math.floor(random() * 6)
        const postings = Array.from({ length: many }, () => `${account()}>${account()}:${Math.ceil(random() * 99)}`)
        for (const { position, from, to } of postingRows(ledger.transfer(seq, postings), 0)) {
          for (const entry of [from, to]) {
            const statement = entries.get(entry.account) ?? []
            entries.set(entry.account, [...statement, { ...entry, position }])
          }
        }
      }
      for (const [id, chain] of entries) {
        const statement = ledger.statement('UNIT', id)
        expect(chain).to.have.length(statement.length)
        chain.forEach((entry, index) => {
          expect(entry.position).to.deep.equal(statement[index]?.position)
          expect(entry.posted).to.equal(String(statement[index]?.posted))
          expect(entry.previous).to.deep.equal(statement[index - 1]?.position ?? null)
          expect(entry.ordinal).to.equal(index + 1)
        })
      }
    })
  }
})
