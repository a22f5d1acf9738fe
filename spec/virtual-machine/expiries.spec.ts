// What is due comes out in order of (time, seq), however it went in.

import { expect } from 'chai'
import { Expiries } from '../../actors/virtual-machine/expiries.ts'
import { randomFrom, shuffled } from '../setup/random.ts'

describe('Expiries', () => {
  it('are none at first', () => {
    expect(new Expiries().next).to.equal(undefined)
    expect(new Expiries().takeDue(Number.MAX_SAFE_INTEGER, 10)).to.deep.equal([])
  })

  for (const seed of [1, 2, 3]) {
    it(`come out in order, when they are due, as many as asked for (seed ${seed})`, () => {
      const random = randomFrom(seed)
      const all = Array.from({ length: 500 }, (_, seq) => ({ transfer: `t${seq}`, at: Math.floor(random() * 50), seq }))
      const expiries = new Expiries()
      for (const expiry of shuffled(all, random)) expiries.add(expiry)
      const sorted = [...all].sort((one, other) => one.at - other.at || one.seq - other.seq)
      expect(expiries.next).to.equal(sorted[0]?.at)
      const taken = []
      for (let now = 0; now < 50; now++) {
        for (;;) {
          const due = expiries.takeDue(now, 7)
          expect(due.length).to.be.at.most(7)
          expect(due.every(({ at }) => at === now)).to.equal(true)
          taken.push(...due)
          if (due.length === 0) break
        }
      }
      expect(taken).to.deep.equal(sorted)
      expect(expiries.next).to.equal(undefined)
    })
  }
})
