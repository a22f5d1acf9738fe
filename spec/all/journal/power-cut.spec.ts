// Many power cuts at every operation, each losing another part of what was not synced.

import { surviveAPowerCut } from '../../journal/recovery/power-cuts.ts'
import { randomFrom } from '../../setup/random.ts'

const seed = Math.floor(Math.random() * 2 ** 31)

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
    it(`lose nothing that was acknowledged (seed ${seed + 1000 * round})`, async function () {
      this.timeout(30_000)
      for (let number = 1; await surviveAPowerCut(number, randomFrom(seed + 1000 * round + number)); number++);
    })
  }
})
