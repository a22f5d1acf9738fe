// How much room the disks have is known without waiting, and asked of them once a second at most.

import { expect } from 'chai'
import { Space } from '../../src/journal/space.ts'
import { turns } from './journals.ts'
import { folder, MemoryDisk, mirror } from './memory-disk.ts'

const begin = 1_000_000

/** Of two folders; counts how often the disk was asked, which must be told to answer once it is held. */
async function measuredSpace() {
  const disk = new MemoryDisk()
  const state = { now: begin, asked: 0, held: Promise.resolve(), free: 100 }
  disk.freeBytes = async (path) => {
    if (path === mirror) state.asked += 1
    await state.held
    return state.free
  }
  const space = new Space(disk, [folder, mirror], 10, () => state.now)
  await space.measure()
  state.asked = 0
  return { space, state, disk }
}

describe('The room on the disks', () => {
  //  after      is asked for
  const rows = [
    [0, 0],
    [999, 0],
    [1_000, 1],
    [5_000, 1],
    [-999, 0],
    [-1_000, 1], // the clock was set back
  ] as const
  for (const [after, asked] of rows) {
    it(`is measured ${asked === 0 ? 'no more' : 'anew'} when it is asked for ${after} ms after it was`, async () => {
      const { space, state } = await measuredSpace()
      state.now += after
      for (let time = 0; time < 3; time++) {
        space.hasRoomFor(1)
        await turns(1)
      }
      expect(state.asked).to.equal(asked)
    })
  }

  it('is not measured again while a disk has not answered, however long that takes', async () => {
    const { space, state } = await measuredSpace()
    const { promise, resolve } = Promise.withResolvers<void>()
    state.held = promise
    for (let second = 0; second < 5; second++) {
      state.now += 1_000
      expect(space.hasRoomFor(90)).to.equal(true)
    }
    expect(state.asked).to.equal(1)
    state.free = 99
    resolve()
    await turns(1)
    expect([89, 90].map((bytes) => space.hasRoomFor(bytes))).to.deep.equal([true, false])
    state.now += 1_000
    space.hasRoomFor(0)
    expect(state.asked).to.equal(2)
  })

  it('is what it was last while a disk does not tell, which is asked again', async () => {
    const { space, state, disk } = await measuredSpace()
    const { freeBytes } = disk
    disk.freeBytes = async () => {
      throw new Error('no answer')
    }
    state.now += 1_000
    await space.measure()
    expect([90, 91].map((bytes) => space.hasRoomFor(bytes))).to.deep.equal([true, false])
    disk.freeBytes = freeBytes
    state.now += 1_000
    space.hasRoomFor(0)
    expect(state.asked).to.equal(1)
  })
})
