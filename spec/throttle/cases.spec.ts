// The tables of cases, played: those that overlap in three orders here, in many more in spec/all/throttle.

import { seedOfRun } from '../setup/random.ts'
import { tables } from './cases.ts'
import { play } from './harness.ts'

for (const [table, cases] of Object.entries(tables)) {
  describe(`Throttlers: ${table}`, () => {
    for (const [what, row] of Object.entries(cases)) {
      it(what, async () => {
        for (const seed of row.strict ? [0] : [0, 1, 2]) await play(row, seedOfRun() + seed)
      })
    }
  })
}
