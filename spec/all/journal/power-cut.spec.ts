// Many power cuts at every operation, each losing another part of what was not synced.

import { surviveAPowerCut } from '../../journal/recovery/power-cuts.ts'
import { randomFrom, seedOfRun } from '../../setup/random.ts'

describe('Power cuts at every operation', () => {
  for (const [what, random] of [
    ['the process alone dies', () => 0],
    ['all is lost that was not synced', () => 0.9],
  ] as const) {
    it(`lose nothing that was acknowledged, where ${what}`, async () => {
      for (let number = 1; await surviveAPowerCut(number, random); number++);
    })
  }

  for (let round = 0; round < 20; round++) {
    it(`lose nothing that was acknowledged, in round ${round}`, async () => {
      const seed = seedOfRun() + 1000 * round
      for (let number = 1; await surviveAPowerCut(number, randomFrom(seed + number)); number++);
    })
  }
})
