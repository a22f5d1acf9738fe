// Five commands, and every way in which a crash can end them: or at least every so many.

import { expect } from 'chai'
import { tryEveryEnd } from '../../../stress/simulator/every-end.ts'

describe('A small world', () => {
  it('keeps what was durable, and does each command once, whenever it ends and whatever the disk has kept', async () => {
    const { moments, ends } = await tryEveryEnd({ step: 5 })
    expect(moments).to.be.greaterThan(20)
    expect(ends).to.be.greaterThan(1_000)
  })
})
