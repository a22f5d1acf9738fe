// The tables of cases, many times each: whatever the order in which calls overlap, the same comes of them.

import { seedOfRun } from '../../setup/random.ts'
import { tables } from '../../throttle/cases.ts'
import { play } from '../../throttle/harness.ts'

/** THROTTLE_RUNS=1000 takes a minute or two. */
const runs = Number(process.env.THROTTLE_RUNS ?? 100)

describe(`Throttlers, ${runs} times`, () => {
  for (const [table, cases] of Object.entries(tables)) {
    it(table, async () => {
      // Each has a clock of its own, so they can be played side by side.
      for (const row of Object.values(cases)) {
        await Promise.all(Array.from({ length: runs }, (_, run) => play(row, seedOfRun() + run)))
      }
    })
  }
})
