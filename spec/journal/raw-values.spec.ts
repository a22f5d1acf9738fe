// The values of a line are its own letters, as many as are asked for, and the search for them always ends.

import { expect } from 'chai'
import { rawValues } from '../../src/journal/raw-values.ts'

const line = Buffer.from(
  '{"v":1,"transactions":[{"a":"]}"}],"writes":[["a",{"10":1,"2":[ 1.0 ]}],["b","ü"]],"prev":"c"}',
)

describe('The values of a line', () => {
  it('are told letter by letter, as many as are asked for', () => {
    const values = ['{"10":1,"2":[ 1.0 ]}', '"ü"']
    for (const count of [0, 1, 2]) expect(rawValues(line, count)).to.deep.equal(values.slice(0, count))
  })

  it('are not found in a line that is cut off, wherever that is', () => {
    const beginOfWrites = line.indexOf('[["a"')
    for (let end = 0; end < beginOfWrites; end++) {
      expect(() => rawValues(line.subarray(0, end), 1), `${end}`).to.throw('in its place')
    }
  })
})
