// Seqs that nobody told are filled by lost writes as well as they can be, and by none that could not have taken them.

import { expect } from 'chai'
import { type Filler, unfilled } from '../../stress/serializability/gaps.ts'
import { randomFrom, seedOfRun } from '../setup/random.ts'

const endless = Number.POSITIVE_INFINITY

/** How many can be filled at most, by trying everything. */
function mostFilled([first, ...others]: readonly number[], fillers: readonly Filler[]): number {
  if (first === undefined) return 0
  const left = mostFilled(others, fillers)
  const fitting = fillers.filter(({ lower, upper }) => lower < first && first <= upper)
  const taken = fitting.map((one) => 1 + mostFilled(others, fillers.toSpliced(fillers.indexOf(one), 1)))
  return Math.max(left, ...taken)
}

describe('Gaps', () => {
  //  gaps       from above … through                    left over
  const rows: readonly (readonly [readonly number[], readonly (readonly [number, number])[], readonly number[]])[] = [
    [[], [[0, endless]], []],
    [[3], [], [3]],
    [[3], [[2, 3]], []],
    [[3], [[3, endless]], [3]], // it began when 3 had been told
    [[3], [[0, 2]], [3]], // its answer saw no more than 2
    [[3, 4], [[0, endless]], [4]], // one write, one seq
    [
      [3, 4],
      [
        [0, endless],
        [0, 3],
      ],
      [],
    ],
    [
      [3, 4],
      [
        [2, 4],
        [3, 4],
      ],
      [],
    ],
  ]
  for (const [gaps, fillers, left] of rows) {
    it(`${gaps.join(', ')} with ${fillers.map((one) => `(${one.join('–')}]`).join(' ')} leave ${left.join(', ')}`, () => {
      const given = fillers.map(([lower, upper]) => ({ lower, upper }))
      expect(unfilled(gaps, given)).to.deep.equal(left)
    })
  }

  it(`are filled as well as trying everything fills them`, () => {
    const seed = seedOfRun()
    const random = randomFrom(seed)
    for (let time = 0; time < 200; time++) {
      const gaps = [1, 2, 3, 4, 5, 6, 7].filter(() => random() < 0.6)
      const fillers = Array.from({ length: 5 }, () => {
        const lower = Math.floor(random() * 7)
        return { lower, upper: random() < 0.2 ? endless : lower + 1 + Math.floor(random() * 4) }
      })
      expect(gaps.length - unfilled(gaps, fillers).length, `seed ${seed}, time ${time}`).to.equal(
        mostFilled(gaps, fillers),
      )
    }
  })
})
