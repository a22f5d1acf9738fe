// What an answer tells and what is on the tape: the same letter by letter, or not.

import { expect } from 'chai'
import { isSame } from '../../stress/simulator/audit/same.ts'

const rows: readonly (readonly [one: unknown, other: unknown, same: boolean])[] = [
  [{ id: 'x', seq: 1 }, { id: 'x', seq: 1 }, true],
  [{ id: 'x', seq: 1 }, { seq: 1, id: 'x' }, false],
  [{ id: 'x' }, { id: 'x', seq: 1 }, false],
  [{ id: 'x', seq: undefined }, { id: 'x' }, true],
  [{ id: '1' }, { id: 1 }, false],
  [{ id: null }, { id: {} }, false],
  [[1, [2, { a: 3 }]], [1, [2, { a: 3 }]], true],
  [[1, [2, { a: 3 }]], [1, [2, { a: 4 }]], false],
  [[1, 2], [1], false],
  [[], {}, false],
  [undefined, undefined, true],
  [undefined, { id: 'x' }, false],
]

describe('Facts', () => {
  for (const [one, other, same] of rows) {
    it(`${JSON.stringify(one)} and ${JSON.stringify(other)} are ${same ? '' : 'not '}the same`, () => {
      expect(isSame(one, other)).to.equal(same)
      expect(isSame(other, one)).to.equal(same)
    })
  }
})
