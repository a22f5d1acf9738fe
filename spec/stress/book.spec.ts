// The second book is right by itself: it is what the server is held against.

import { expect } from 'chai'
import { Book } from '../../stress/checks/book.ts'

function bookOf(...entries: readonly (readonly [number, string, string, bigint])[]): Book {
  const book = new Book()
  for (const [seq, from, to, amount] of entries) book.enter(seq, from, to, amount)
  return book
}

describe('the second book', () => {
  it('moves an amount and counts the change on both sides', () => {
    const book = bookOf([1, 'alice', 'bob', 17n], [2, 'alice', 'bob', 3n])
    expect(book.latest('alice')).to.deep.equal({ seq: 2, posted: -20n, version: 2 })
    expect(book.latest('bob')).to.deep.equal({ seq: 2, posted: 20n, version: 2 })
    expect(book.total()).to.equal(0n)
  })

  it('changes nothing for a transfer from an account to itself', () => {
    expect(bookOf([1, 'alice', 'alice', 17n]).latest('alice')).to.deep.equal({ seq: 0, posted: 0n, version: 0 })
  })

  it('goes on from what an account held before', () => {
    const book = new Book()
    book.open('alice', 100n, 7)
    book.enter(12, 'alice', 'bob', 1n)
    expect(book.latest('alice')).to.deep.equal({ seq: 12, posted: 99n, version: 8 })
    expect(book.total()).to.equal(100n)
  })

  //    first  last  what alice held at some moment from the one through the other
  const moments = [
    [0, 0, [0n]],
    [0, 9, [0n, -1n, -3n, -6n]],
    [1, 1, [-1n]],
    [2, 3, [-1n, -3n]],
    [4, 4, [-3n]],
    [5, 9, [-6n]],
    [7, 9, [-6n]],
    [2, 2, [-1n]],
  ] as const
  for (const [first, last, held] of moments) {
    it(`knows what was held from ${first} through ${last}`, () => {
      const book = bookOf([1, 'alice', 'bob', 1n], [3, 'alice', 'bob', 2n], [5, 'alice', 'bob', 3n])
      expect(book.linesWithin('alice', first, last).map(({ posted }) => posted)).to.deep.equal(held)
    })
  }

  it('knows that an account never used held nothing', () => {
    expect(bookOf().linesWithin('nobody', 3, 9)).to.deep.equal([{ seq: 0, posted: 0n, version: 0 }])
  })
})
