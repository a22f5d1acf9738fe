// The short cut that reads a plain fact: the same as parsing it, or nothing.

import { expect } from 'chai'
import { plainFact } from '../../src/archive/plain-fact.ts'

const after = { account: 'a:1', asset: 'USD/2', posted: '-17', pending_in: '0', pending_out: '3', version: 4 }
const balances = [
  { ...after, previous: [2, 1], count: 9 },
  { ...after, account: 'b', posted: '17', previous: null, count: 1 },
]
const postings = [{ from: 'a:1', to: 'b', amount: '17', asset: 'USD/2' }]
const place = { method: 'Transfer', seq: 3, time: 1_700_000_000_000, renderer: 1 }
const plain = { ...place, balances, id: 'tr_3.7', state: 'posted', postings }

describe('plainFact', () => {
  it('reads one posting as JSON.parse would, wherever it stands in the line', () => {
    const body = JSON.stringify(plain)
    expect(plainFact(`[{},${body},{}]`, 4)).to.deep.equal({ body, transaction: JSON.parse(body) })
  })

  const others: readonly (readonly [string, object])[] = [
    ['holds', { ...plain, state: 'pending' }],
    ['refusals', { ...plain, state: 'refused' }],
    ['other methods', { ...plain, method: 'Post' }],
    ['other renderers', { ...plain, renderer: 2 }],
    ['text that is escaped', { ...plain, id: 'a"b' }],
    ['text that is not ASCII', { ...plain, id: 'é' }],
    ['names that were taken', { ...place, balances, ids: ['transfer/x'], id: 'x', state: 'posted', postings }],
    ['metadata', { ...plain, metadata: { note: 'x' } }],
    ['two postings', { ...plain, postings: [...postings, ...postings] }],
    ['a transfer to itself', { ...plain, balances: [after] }],
    ['numbers that are not whole', { ...plain, time: 1.5 }],
  ]
  for (const [what, fact] of others) {
    it(`leaves ${what} to be parsed`, () => {
      expect(plainFact(JSON.stringify(fact), 0)).to.equal(undefined)
    })
  }

  it('does not look past the place that it was told', () => {
    expect(plainFact(` ${JSON.stringify(plain)}`, 0)).to.equal(undefined)
  })
})
