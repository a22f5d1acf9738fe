// The power may go at any moment: between any two operations on the disks.

import { randomFrom } from '../../setup/random.ts'
import { surviveAPowerCut } from './power-cuts.ts'

const seed = Math.floor(Math.random() * 2 ** 31)

describe('A power cut', () => {
  it('loses nothing that was acknowledged, where all is lost that was not synced', async () => {
    for (let number = 1; await surviveAPowerCut(number, () => 0.9); number += 2);
  })

  it(`loses nothing that was acknowledged, where chance decides what is lost (seed ${seed})`, async () => {
    for (let number = 2; await surviveAPowerCut(number, randomFrom(seed + number)); number += 2);
  })
})
