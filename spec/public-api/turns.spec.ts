// Long answers are made by turns: few pieces at a time, and between two of them whoever else has come.

import { expect } from 'chai'
import { Turns } from '../../src/public-api/turns.ts'

const aTurn = () => new Promise(setImmediate)

describe('Turns', () => {
  it('lets two work at a time, in the order in which they came', async () => {
    const turns = new Turns()
    const begun: number[] = []
    const ends: (() => void)[] = []
    const all = [0, 1, 2, 3].map((n) =>
      turns.run(async () => {
        begun.push(n)
        await new Promise<void>((resolve) => ends.push(resolve))
        return n
      }),
    )
    await aTurn()
    expect(begun).to.deep.equal([0, 1])
    for (let left = 4; left > 0; left--) {
      ends.shift()?.()
      await aTurn()
      await aTurn()
    }
    expect(begun).to.deep.equal([0, 1, 2, 3])
    expect(await Promise.all(all)).to.deep.equal([0, 1, 2, 3])
  })

  it('goes on after a piece that fails', async () => {
    const turns = new Turns()
    const failed = [0, 1, 2].map(() => turns.run(() => Promise.reject(new Error('no'))).catch(() => 'failed'))
    expect(await Promise.all(failed)).to.deep.equal(['failed', 'failed', 'failed'])
    expect(await turns.run(async () => 'made')).to.equal('made')
  })
})
