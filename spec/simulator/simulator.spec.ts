// The simulator: the same seed does the same again, a whole node lives through it, and planted bugs do not.

import { expect } from 'chai'
import { type Climate, climateOf } from '../../stress/simulator/climate.ts'
import { replayLine } from '../../stress/simulator/shrink.ts'
import { simulate } from '../../stress/simulator/simulate.ts'
import { bugs } from './bugs.ts'

const limits = { minutes: 1, without: [], clients: 2, commands: Number.POSITIVE_INFINITY }

const busy = {
  evils: ['kill', 'power', 'recovery', 'slow'],
  calm: 6,
  pause: 1_500,
  bulks: 0.05,
  batch: 1,
  crowds: 0.5,
} as const

/** Small, and with nothing but what the bug needs to be seen. */
function world(seed: number, change: Partial<Climate> = {}): Climate {
  return { ...climateOf(seed, limits), ...busy, ...change }
}

describe('The simulator', () => {
  it('does the same again with the same seed, and something else with another', async () => {
    const [one, again, other] = [await simulate(world(7)), await simulate(world(7)), await simulate(world(8))]
    expect(one.wrong).to.equal(undefined)
    expect(again).to.deep.equal(one)
    expect(other.hash).to.not.equal(one.hash)
    expect(one.starts).to.be.greaterThan(2)
    expect(one.records).to.be.greaterThan(20)
  })

  for (const [bug, tamper] of Object.entries(bugs)) {
    it(`finds ${bug}`, async () => {
      const outcomes: (string | undefined)[] = []
      for (let seed = 1; seed <= 3 && outcomes.at(-1) === undefined; seed++) {
        outcomes.push((await simulate(world(seed), undefined, tamper)).wrong)
      }
      expect(outcomes.at(-1)).to.be.a('string')
    })
  }

  it('tells the line that makes a failure happen again', () => {
    expect(replayLine(7, { minutes: 0.4, without: ['rot', 'lost'], clients: 1, commands: 9 })).to.equal(
      'npm run simulate -- --seed 7 --minutes 0.4 --without rot,lost --clients 1 --commands 9',
    )
    expect(replayLine(7, limits)).to.equal('npm run simulate -- --seed 7 --minutes 1 --clients 2')
  })
})
