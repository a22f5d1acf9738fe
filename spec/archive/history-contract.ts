// What the history of every archive promises, run on each of them.

import { expect } from 'chai'
import type { Position } from '../../actors/contracts/account.ts'
import type { TransferFact } from '../../actors/contracts/transfer.ts'
import type { Archive } from '../../actors/state-storage/archive.ts'
import type { AccountPlace, History, Order, TransferFilter } from '../../src/archive/history/history.ts'
import { randomFrom } from '../setup/random.ts'
import { rejection } from './setup/rejection.ts'
import { SampleLedger, timeOf } from './setup/sample-ledger.ts'

const seed = 7

export function historyContract(make: () => Archive & { readonly history: History }): void {
  let archive: Archive & { readonly history: History }
  let ledger: SampleLedger

  beforeEach(async () => {
    archive = make()
    ledger = new SampleLedger()
    await archive.open()
    await archive.bind(ledger.id)
  })
  afterEach(() => archive.close())

  function placeOf(account: string, count?: number): AccountPlace {
    const statement = ledger.statement('UNIT', account).slice(0, count)
    return { account, asset: 'UNIT', last: statement.at(-1)?.position ?? null, count: statement.length }
  }

  /** Some 700 entries an account: of single transfers, of several postings, of atomic batches. */
  async function fill(): Promise<void> {
    const random = randomFrom(seed)
    const user = () => `u${Math.floor(random() * 3)}`
    const posting = () => `${user()}>${user()}:${Math.ceil(random() * 99)}`
    const lines = Array.from({ length: 960 }, (_, at) => {
      if (at % 10 === 0) return ledger.line([posting(), posting(), posting()])
      if (at % 10 === 1) {
        const { seq } = ledger.head
        return ledger.lineOf([
          ledger.transfer(seq + 1, [posting(), posting()], 0),
          ledger.transfer(seq + 1, [posting()], 2),
        ])
      }
      return ledger.line([posting()])
    })
    await archive.take(lines)
  }

  /** All of a list, page by page. */
  async function paged<After>(
    page: (after: After | null) => Promise<{ readonly facts: readonly string[]; readonly next: After | null }>,
  ) {
    const facts: TransferFact[] = []
    let after: After | null = null
    do {
      const read: { readonly facts: readonly string[]; readonly next: After | null } = await page(after)
      facts.push(...read.facts.map((fact) => JSON.parse(fact) as TransferFact))
      after = read.next
    } while (after !== null)
    return facts
  }

  it(`tells any part of a statement, newest first (seed ${seed})`, async () => {
    await fill()
    for (const account of ['u0', 'u2']) {
      const statement = ledger.statement('UNIT', account)
      const { length } = statement
      expect(length).to.be.greaterThan(513)
      const borders = [1, 255, 256, 257, 512, 513, length]
      for (const low of borders) {
        for (const high of borders) {
          const lines = await archive.history.statement(placeOf(account), { low, high })
          const expected = statement.slice(low - 1, Math.max(high, low - 1)).toReversed()
          expect(lines.map(({ position }) => position)).to.deep.equal(expected.map(({ position }) => position))
          const amounts = lines.map(({ posted, amount }) => [posted, amount])
          expect(amounts).to.deep.equal(expected.map(({ posted, change }) => [String(posted), String(change)]))
        }
      }
    }
  })

  it('tells of each line who was on the other side, when, and in which transfer', async () => {
    await archive.take([ledger.line(['a>b:5']), ledger.line(['c>a:2', 'a>a:9', 'd>a:3'])])
    const [last, ...others] = await archive.history.statement(placeOf('a'), { low: 1, high: 9 })
    expect(last).to.deep.equal({
      position: [2, 2],
      transfer: (ledger.facts[1] as TransferFact).id,
      time: timeOf(2),
      amount: '3',
      posted: '0',
      counterparty: 'd',
    })
    expect(others.map(({ counterparty }) => counterparty)).to.deep.equal(['c', 'b'])
    expect(await archive.history.statement(placeOf('nobody'), { low: 1, high: 0 })).to.deep.equal([])
  })

  it(`knows the balance as of any seq and any time (seed ${seed})`, async () => {
    await fill()
    const statement = ledger.statement('UNIT', 'u0')
    const postedAt = (seq: number) => String(statement.findLast(({ position }) => position[0] <= seq)?.posted ?? 0n)
    const borders = [1, 255, 256, 257, 511, 512, 513].map((ordinal) => statement[ordinal - 1]?.position[0] ?? 0)
    for (const seq of [0, 1, ...borders, ...borders.map((border) => border - 1), ledger.head.seq + 1]) {
      expect(await archive.history.postedAsOf(placeOf('u0'), { seq })).to.equal(postedAt(seq))
      expect(await archive.history.postedAsOf(placeOf('u0'), { time: timeOf(seq) })).to.equal(postedAt(seq))
      expect(await archive.history.postedAsOf(placeOf('u0'), { time: timeOf(seq) - 1 })).to.equal(postedAt(seq - 1))
    }
    expect(await archive.history.postedAsOf(placeOf('nobody'), { seq: 5 })).to.equal('0')
  })

  it('shows nothing of an account that came after the place it was asked for', async () => {
    await fill()
    const statement = ledger.statement('UNIT', 'u0')
    for (const count of [1, 255, 256, 257, 400]) {
      const place = placeOf('u0', count)
      const lines = await archive.history.statement(place, { low: 1, high: 9_999 })
      expect(lines.length).to.equal(count)
      expect(await archive.history.postedAsOf(place, { seq: 9_999 })).to.equal(String(statement[count - 1]?.posted))
      const read = await archive.history.transfersOf(place, { order: 'asc', after: null, limit: 1_000, filter: {} })
      expect(JSON.parse(read.facts.at(-1) ?? '').seq).to.equal(statement[count - 1]?.position[0])
    }
  })

  const orders: readonly Order[] = ['asc', 'desc']
  for (const order of orders) {
    it(`lists each transfer of an account once, whatever the page, ${order} (seed ${seed})`, async () => {
      await fill()
      const all = ledger.facts.filter((fact) => {
        return (fact as TransferFact).postings.some(({ from, to }) => from !== to && (from === 'u1' || to === 'u1'))
      })
      const between = all.filter(({ time }) => time >= timeOf(100) && time < timeOf(700))
      const inOrder = (facts: typeof all) => (order === 'asc' ? facts : facts.toReversed())
      for (const limit of [7, 1_000]) {
        const query = { order, limit, filter: {} }
        const found = await paged<number>((after) => archive.history.transfersOf(placeOf('u1'), { ...query, after }))
        expect(found).to.deep.equal(inOrder(all))
        const times = { since: timeOf(100), until: timeOf(700) }
        const some = await paged<number>((after) =>
          archive.history.transfersOf(placeOf('u1'), { ...query, ...times, after }),
        )
        expect(some).to.deep.equal(inOrder(between))
      }
    })

    it(`lists all transfers once, whatever the page, ${order} (seed ${seed})`, async () => {
      await fill()
      const through = ledger.head.seq - 5
      const inOrder = (facts: typeof ledger.facts) => (order === 'asc' ? facts : facts.toReversed())
      const seen = ledger.facts.filter(({ seq }) => seq <= through)
      for (const limit of [99, 250, 1_000]) {
        const query = { order, limit, filter: {} }
        const found = await paged<Position>((after) => archive.history.transfers(through, { ...query, after }))
        expect(found).to.deep.equal(inOrder(seen))
        const times = { since: timeOf(300), until: timeOf(500) }
        const some = await paged<Position>((after) => archive.history.transfers(through, { ...query, ...times, after }))
        expect(some).to.deep.equal(inOrder(seen.filter(({ seq }) => seq >= 300 && seq < 500)))
      }
      const query = { order, limit: 10, filter: {}, after: null }
      const never = { facts: [], next: null }
      expect(await archive.history.transfers(through, { ...query, since: timeOf(5_000) })).to.deep.equal(never)
      expect(await archive.history.transfers(through, { ...query, until: timeOf(1) })).to.deep.equal(never)
      expect(await archive.history.transfers(0, query)).to.deep.equal(never)
    })
  }

  const filters: readonly (readonly [TransferFilter, readonly number[]])[] = [
    [{}, [1, 2, 3, 4]],
    [{ reference: 'r' }, [2, 3]],
    [{ reference: '' }, []],
    [{ metadata: [['k', 'v']] }, [3]],
    [{ metadata: [['toString', 'v']] }, []],
    [
      {
        metadata: [
          ['k', 'v'],
          ['l', 'w'],
        ],
      },
      [3],
    ],
    [{ account: 'b' }, [1, 2, 4]],
    [{ asset: 'EUR/2' }, [2]],
    [{ account: 'b', asset: 'EUR/2' }, [2]],
    [{ states: ['posted', 'pending'], reference: 'r' }, [2, 3]],
  ]
  it('filters by state, account, asset, reference and metadata', async () => {
    const facts = [
      ledger.transfer(1, ['a>b:1']),
      { ...ledger.transfer(2, ['b>a:1 EUR/2', 'c>a:1']), reference: 'r' },
      { ...ledger.transfer(3, ['a>c:1']), reference: 'r', metadata: { k: 'v', l: 'w' } },
      { ...ledger.transfer(4, ['a>b:7']), state: 'pending' as const, balances: [] },
      { seq: 5, time: timeOf(5), method: 'SetAccount', state: 'set', postings: [] },
    ]
    await archive.take([ledger.lineOf(facts)])
    for (const [filter, seqs] of filters) {
      const query = { order: 'asc', after: null, limit: 10, filter } as const
      const { facts: found, next } = await archive.history.transfers(5, query)
      expect(
        found.map((fact) => JSON.parse(fact).seq),
        JSON.stringify(filter),
      ).to.deep.equal(seqs)
      expect(next).to.equal(null)
    }
    const details = { order: 'desc', after: null, limit: 10, filter: { reference: 'r' } } as const
    const place: AccountPlace = { account: 'a', asset: 'UNIT', last: [3, 0], count: 3 }
    const { facts: found } = await archive.history.transfersOf(place, details)
    expect(found.map((fact) => JSON.parse(fact).seq)).to.deep.equal([3, 2])
  })

  it('looks at so many rows for a page, and says where to go on', async () => {
    const last = 2_100
    const facts = Array.from({ length: last }, (_, at) => {
      const fact = { ...ledger.transfer(at + 1, ['a>a:1']) }
      return at + 1 === last ? { ...fact, reference: 'r' } : fact
    })
    await archive.take([ledger.lineOf(facts)])
    const query = { order: 'asc', limit: 5, filter: { reference: 'r' } } as const
    const first = await archive.history.transfers(last, { ...query, after: null })
    expect(first).to.deep.equal({ facts: [], next: [2_000, 0] })
    const second = await archive.history.transfers(last, { ...query, after: first.next })
    expect(second.facts.map((fact) => JSON.parse(fact).seq)).to.deep.equal([last])
    expect(second.next).to.equal(null)
  })

  it('tells once when the archive goes far enough, unless it is to be forgotten', async () => {
    const told: string[] = []
    archive.history.onceCommitted(1, () => told.push('one'))
    archive.history.onceCommitted(2, () => told.push('two'))
    const forget = archive.history.onceCommitted(2, () => told.push('forgotten'))
    await archive.take([ledger.line(['a>b:1'])])
    expect(told).to.deep.equal(['one'])
    expect(archive.history.committed()).to.equal(1)
    forget()
    await archive.take([ledger.line(['a>b:1']), ledger.line(['a>b:1'])])
    expect(told).to.deep.equal(['one', 'two'])
    await archive.close()
    await archive.open()
    expect(archive.history.committed()).to.equal(3)
    expect((await archive.history.statement(placeOf('a'), { low: 1, high: 3 })).length).to.equal(3)
  })

  it('is read only while the archive is open, and is empty after a reset', async () => {
    await archive.take([ledger.line(['a>b:1'])])
    await archive.reset()
    expect(archive.history.committed()).to.equal(0)
    await archive.bind(ledger.id)
    await archive.close()
    expect(await rejection(archive.history.statement(placeOf('a'), { low: 1, high: 1 }))).to.match(/not open/)
  })
}
