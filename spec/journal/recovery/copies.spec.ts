// Two copies that have drifted apart: one missing, foreign, behind or ahead, or at odds with the other.

import { expect } from 'chai'
import { JournalDamaged } from '../../../actors/state-storage/journal.ts'
import {
  appendRecords,
  journalOn,
  killedLedger,
  linesOn,
  rejection,
  segmentPaths,
  snapshot,
  survivesAll,
} from '../journals.ts'
import { folder, type MemoryDisk, mirror } from '../memory-disk.ts'

const counts = [1, 2, 1, 1, 1, 3, 1]

async function expectRefused(disk: MemoryDisk, reason: string): Promise<void> {
  const before = snapshot(disk)
  const error = await rejection(journalOn(disk).open())
  expect(error).to.be.instanceOf(JournalDamaged)
  expect(error.message).to.include(reason)
  expect(snapshot(disk)).to.deep.equal(before)
}

function removeCopy(disk: MemoryDisk, copy: string): void {
  for (const path of disk.paths(copy)) disk.delete(path)
}

/** Puts a copy in the place of another disk's. */
function replaceCopy(disk: MemoryDisk, copy: string, source: MemoryDisk): void {
  removeCopy(disk, copy)
  for (const path of source.paths(copy)) disk.put(path, source.contents(path))
}

for (const [copy, other] of [
  [folder, mirror],
  [mirror, folder],
] as const) {
  describe(`A ledger whose copy in ${copy}`, () => {
    it('is missing is refused, and made whole only when told so', async () => {
      const { disk, lines } = await killedLedger(counts)
      removeCopy(disk, copy)
      await expectRefused(disk, '--rebuild-mirror')
      expect(await linesOn(disk, { rebuildMirror: true })).to.deep.equal(lines)
      removeCopy(disk, other)
      expect(await linesOn(disk, { rebuildMirror: true })).to.deep.equal(lines)
      expect(await linesOn(disk)).to.deep.equal(lines)
    })

    it('is missing is made without asking while there is no record yet', async () => {
      const { disk } = await killedLedger([])
      removeCopy(disk, copy)
      expect(await linesOn(disk, { randomLedgerId: () => 'never used' })).to.deep.equal([])
      expect(segmentPaths(disk, copy).length).to.equal(1)
    })

    it('lacks a segment gets it from the other copy', async () => {
      const { disk, lines } = await killedLedger(counts)
      for (const path of segmentPaths(disk, copy)) {
        const incomplete = disk.afterPowerCut(survivesAll)
        incomplete.delete(path)
        expect(await linesOn(incomplete), path).to.deep.equal(lines)
        removeCopy(incomplete, other)
        expect(await linesOn(incomplete, { rebuildMirror: true }), path).to.deep.equal(lines)
      }
    })

    it('is behind catches up', async () => {
      const { disk, lines } = await killedLedger(counts)
      for (let count = 0; count <= counts.length; count++) {
        const { disk: behind } = await killedLedger(counts.slice(0, count))
        const mixed = disk.afterPowerCut(survivesAll)
        replaceCopy(mixed, copy, behind)
        expect(await linesOn(mixed), `${count}`).to.deep.equal(lines)
        removeCopy(mixed, other)
        expect(await linesOn(mixed, { rebuildMirror: true }), `${count}`).to.deep.equal(lines)
      }
    })

    it('belongs to another ledger is refused', async () => {
      for (const records of [counts, [1]]) {
        const { disk } = await killedLedger(records)
        const { disk: foreign } = await killedLedger(records, { randomLedgerId: () => 'f'.repeat(32) })
        replaceCopy(disk, copy, foreign)
        await expectRefused(disk, 'another ledger')
      }
    })

    it('holds another record in the same place is refused', async () => {
      const segments = { segmentBytes: 5000, preallocateBytes: 5000 }
      const { disk } = await killedLedger([1, 2, 1], segments)
      const { disk: fork } = await killedLedger([1, 1, 2], segments)
      replaceCopy(disk, copy, fork)
      await expectRefused(disk, 'another record')
    })
  })
}

describe('A ledger', () => {
  it('that lacks a segment in both copies is refused', async () => {
    const { disk } = await killedLedger(counts)
    for (const path of segmentPaths(disk, folder).slice(0, -1)) {
      const incomplete = disk.afterPowerCut(survivesAll)
      incomplete.delete(path)
      incomplete.delete(path.replace(folder, mirror))
      await expectRefused(incomplete, 'missing')
    }
  })

  it('holds a record that reached only one of the copies', async () => {
    for (const copy of [folder, mirror]) {
      const { disk, lines } = await killedLedger([1])
      const journal = journalOn(disk)
      const { head } = await journal.open()
      disk.before = ({ name, path }) => {
        if (name === 'write' && path.startsWith(copy) && path.endsWith('.jsonl')) throw new Error('no power')
      }
      await rejection(appendRecords(journal, head, [1]))
      const left = disk.afterPowerCut(survivesAll)
      const found = await linesOn(left)
      expect([found.length, found[0]]).to.deep.equal([2, lines[0]])
      expect(await linesOn(left)).to.deep.equal(found)
    }
  })
})

describe('A start', () => {
  it('reads a small closed segment once in each copy', async () => {
    const { disk } = await killedLedger(counts)
    const closed = [folder, mirror].flatMap((copy) => segmentPaths(disk, copy).slice(1, -1))
    const reads = new Map<string, number>()
    disk.before = ({ name, path }) => {
      if (name === 'read') reads.set(path, (reads.get(path) ?? 0) + 1)
    }
    await journalOn(disk).open()
    expect(closed.map((path) => reads.get(path))).to.deep.equal(closed.map(() => 1))
    expect(closed.length).to.be.greaterThan(1)
  })
})
