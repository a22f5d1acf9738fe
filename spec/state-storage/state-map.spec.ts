// The map keeps what was written last, and hands itself out in pages.

import { expect } from 'chai'
import { StateMap } from '../../actors/state-storage/state-map.ts'
import { randomFrom } from '../setup/random.ts'

function aMap(count: number) {
  const map = new StateMap()
  const entries = Array.from(
    { length: count },
    (_, index) => [`account/UNIT/user${index}`, `{"posted":"${index}"}`] as const,
  )
  map.apply(entries)
  return { map, entries }
}

describe('StateMap', () => {
  it('reads what was written last, and nothing where nothing was', () => {
    const map = new StateMap()
    map.apply([
      ['a', '1'],
      ['b', '2'],
    ])
    map.apply([['a', '3']])
    expect([map.get('a'), map.get('b'), map.get('c')]).to.deep.equal(['3', '2', undefined])
    expect(map.size).to.equal(2)
  })

  it('forgets a key whose value is null', () => {
    const map = new StateMap()
    map.apply([['a', '1']])
    map.apply([['a', 'null']])
    expect(map.get('a')).to.equal(undefined)
    expect(map.size).to.equal(0)
  })

  it('agrees with a plain map over random writes (seed 42)', () => {
    const random = randomFrom(42)
    const plain = new Map<string, string>()
    const map = new StateMap()
    for (let step = 0; step < 5_000; step++) {
      const [key, value] = [`key${Math.floor(random() * 500)}`, String(Math.floor(random() * 9))]
      map.apply([[key, value === '0' ? 'null' : value]])
      if (value === '0') plain.delete(key)
      else plain.set(key, value)
    }
    expect(new Map([...map.pages()].flat())).to.deep.equal(plain)
    expect(map.size).to.equal(plain.size)
  })

  it('hands out every entry once, in pages of bounded size', () => {
    const { map, entries } = aMap(6_000)
    const pages = [...map.pages()]
    expect(pages.length).to.be.greaterThan(3)
    for (const page of pages) expect(page.length).to.be.within(1, 2_048)
    expect(new Map(pages.flat())).to.deep.equal(new Map(entries))
    expect(pages.flat()).to.have.length(6_000)
  })

  it('finds the entries whose key begins with something', () => {
    const map = new StateMap()
    map.apply([
      ['pending/a', '1'],
      ['pending', '2'],
      ['account/pending/b', '3'],
      ['pending/c', '4'],
    ])
    const found = [...map.entriesUnder('pending/')].sort()
    expect(found).to.deep.equal([
      ['pending/a', '1'],
      ['pending/c', '4'],
    ])
    expect([...map.entriesUnder('')]).to.have.length(4)
  })

  it('ends a page with the part that fills it', () => {
    const [first = [], ...others] = [...aMap(3_000).map.pages()]
    const full = new StateMap()
    full.apply([...first.slice(first.length - 1_024), ...others.flat()])
    expect([...full.pages()][0]).to.have.length(1_024)
  })

  it('has no page when it is empty', () => {
    expect([...new StateMap().pages()]).to.deep.equal([])
  })

  it('hands out pages in an order that does not depend on the order of the writes', () => {
    const { map, entries } = aMap(3_000)
    const other = new StateMap()
    other.apply([...entries].reverse())
    expect([...other.pages()]).to.deep.equal([...map.pages()])
  })

  it('spreads keys that look alike over its parts', () => {
    const pages = [...aMap(30_000).map.pages()]
    expect(Math.max(...pages.map((page) => page.length))).to.be.lessThan(2_048)
  })
})
