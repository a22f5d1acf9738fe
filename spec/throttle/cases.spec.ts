// The tables of cases, played: here those that overlap in three orders, in a thousand in spec/all/throttle.

import { tables } from './cases.ts'
import { play } from './harness.ts'

for (const [table, cases] of Object.entries(tables)) {
  describe(`Throttlers: ${table}`, () => {
    for (const [what, row] of Object.entries(cases)) {
      it(what, async () => {
        for (const seed of row.strict ? [1] : [1, 2, 3]) await play(row, seed)
      })
    }
  })
}
