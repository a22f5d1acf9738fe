// A file of the simulated disk: after a power cut it shows what was on the disk, and nothing else.

import { expect } from 'chai'
import { Inode } from '../../stress/simulator/disk/inode.ts'

type Step = (file: Inode) => void

function write(text: string, position: number): Step {
  return (file) => file.write(Buffer.from(text), position)
}

const sync: Step = (file) => file.sync(file.order)
const syncLast: Step = (file) => file.syncOnly(file.order)
const failSync: Step = (file) => file.forgetUnsynced()

// biome-ignore format: a table
const rows: readonly (readonly [what: string, steps: readonly Step[], before: string, after: string])[] = [
  ['what was synced', [write('abc', 0), sync], 'abc', 'abc'],
  ['nothing of what was not', [write('abc', 0), sync, write('x', 1)], 'axc', 'abc'],
  ['nothing of what a failed sync has forgotten', [write('abc', 0), sync, write('x', 1), failSync], 'axc', 'abc'],
  ['nothing of it after a later sync either', [write('abc', 0), failSync, write('d', 3), sync], 'abcd', '\0\0\0d'],
  ['the one write that was synced by itself', [write('ab', 0), write('x', 1), syncLast], 'ax', '\0x'],
  ['the newer write where an older one is synced later', [write('ab', 0), write('x', 1), syncLast, sync], 'ax', 'ax'],
]

describe('A simulated file', () => {
  for (const [what, steps, before, after] of rows) {
    it(`shows ${what} after a power cut`, () => {
      const file = new Inode('/file')
      for (const step of steps) step(file)
      expect(file.shown.toString()).to.equal(before)
      file.restart()
      expect(file.shown.toString()).to.equal(after)
      expect(file.units()).to.deep.equal([])
    })
  }
})
