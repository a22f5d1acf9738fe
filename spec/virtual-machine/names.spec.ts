// Names never collide, and a server-made id says its seq.

import { expect } from 'chai'
import * as fc from 'fast-check'
import {
  isServerMade,
  requestName,
  reversalName,
  seqOfServerMade,
  serverMadeId,
  settlementName,
  transferName,
} from '../../actors/virtual-machine/names.ts'

describe('Names', () => {
  it('of two requests are the same only for the same principal and key', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '/', '%', '2', 'F'), maxLength: 4 })
    fc.assert(
      fc.property(text, text, text, text, (principal, key, otherPrincipal, otherKey) => {
        const same = principal === otherPrincipal && key === otherKey
        expect(requestName({ principal, key }) === requestName({ principal: otherPrincipal, key: otherKey })).to.equal(
          same,
        )
      }),
    )
  })

  it('of a request and of a transfer are never the same', () => {
    expect(requestName({ principal: 'a', key: 'b' })).to.equal('request/a/b')
    expect(requestName({ principal: 'a', key: 'b', item: 0 })).to.equal('request/a/b')
    expect(requestName({ principal: 'a', key: 'b', item: 3 })).to.equal('request-item/a/3/b')
    expect(settlementName('a')).to.equal('settlement/a')
    expect(reversalName('a')).to.equal('reversal/a')
    expect(transferName('a')).to.equal('transfer/a')
  })

  it('made by the server carry their seq', () => {
    expect(serverMadeId(42)).to.equal('tr_42')
    expect(seqOfServerMade('tr_42')).to.equal(42)
    expect(serverMadeId(42, 0)).to.equal('tr_42.0')
    for (const id of ['tr_42.8191', 'tr_42.0', 'tr_42.10', 'tr_42.99999']) expect(seqOfServerMade(id)).to.equal(42)
    expect(seqOfServerMade('tr_7')).to.equal(7)
    expect(isServerMade('tr_42')).to.equal(true)
    expect(isServerMade('tr_anything')).to.equal(true)
    expect(isServerMade('order-tr_1')).to.equal(false)
  })

  for (const id of [
    'tr_',
    'tr_0',
    'tr_042',
    'tr_-1',
    'tr_1x',
    'xtr_1',
    'tr_9007199254740993',
    'tr_99999999999999999',
    'tr_1.',
    'tr_1.x',
    'tr_1.5x',
    'tr_1.01',
    'tr_1.100000',
    'tr_1x5',
    'tr_1.5.5',
  ]) {
    it(`do not count '${id}', which the server never made`, () => {
      expect(seqOfServerMade(id)).to.equal(undefined)
    })
  }

  it('count the largest seq that a number can hold', () => {
    expect(seqOfServerMade('tr_9007199254740991')).to.equal(Number.MAX_SAFE_INTEGER)
  })
})
