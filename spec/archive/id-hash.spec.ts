// The keyed hash of names.

import { createHash } from 'node:crypto'
import { expect } from 'chai'
import { idHash } from '../../src/archive/id-hash.ts'

describe('The hash of a name', () => {
  it('is the first 64 bits of SHA-256 over a key of its own, the ledger and the name', () => {
    for (const name of ['', 'transfer/a', 'request/p/\u{1f4b0}', 'x'.repeat(300)]) {
      const digest = createHash('sha256').update(`surety id index 1\nabc\n${name}`).digest()
      expect(idHash('abc')(name)).to.deep.equal([digest.readUInt32BE(0), digest.readUInt32BE(4)])
    }
  })

  it('is another in another ledger', () => {
    expect(idHash('one')('a')).not.to.deep.equal(idHash('two')('a'))
  })
})
