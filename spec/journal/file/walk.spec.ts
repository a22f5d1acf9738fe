// The walk through segments reads those that it needs, gives out what was asked for, and leaves no file open.

import { expect } from 'chai'
import { JournalDamaged } from '../../../actors/state-storage/journal.ts'
import { examine } from '../../../src/journal/file/examine.ts'
import { walkSegments } from '../../../src/journal/file/walk.ts'
import { damage, killedLedger, placesIn, rejection, segmentPaths } from '../journals.ts'
import { folder, type MemoryDisk, mirror } from '../memory-disk.ts'
import { openFilesOf } from './operations.ts'

const folders = [folder, mirror]
const counts = [1, 1, 2, 1, 1, 1, 3, 1, 1]

async function aLedger() {
  const { disk } = await killedLedger(counts)
  const segments = (await examine(disk, folders))?.segments ?? []
  const firsts = segments.map(({ first }) => first)
  return { disk, segments, firsts, seqs: (after: number, until: number) => seqs(disk, segments, after, until) }
}

async function seqs(disk: MemoryDisk, segments: Parameters<typeof walkSegments>[2], after: number, until: number) {
  const found: string[] = []
  for await (const { seal } of walkSegments(disk, folders, segments, after, until)) {
    found.push(seal.first === seal.last ? `${seal.first}` : `${seal.first}-${seal.last}`)
  }
  return found
}

describe('The walk', () => {
  const all = ['0', '1', '2', '3-4', '5', '6', '7', '8-10', '11', '12']
  // after, until, what is given out
  const rows: readonly (readonly [number, number, readonly string[]])[] = [
    [-1, 12, all],
    [0, 12, all.slice(1)],
    [2, 5, ['3-4', '5']],
    [3, 3, []],
    [3, 2, []],
    [12, 12, []],
    [3, 4, ['3-4']],
    [4, 5, ['5']],
    [7, 9, ['8-10']],
    [9, 10, ['8-10']],
    [11, 12, ['12']],
  ]
  for (const [after, until, given] of rows) {
    it(`gives out what holds a seq above ${after}, up to ${until}: ${given.join(' ')}`, async () => {
      expect(await (await aLedger()).seqs(after, until)).to.deep.equal(given)
    })
  }

  it('reads no segment that it does not need, and closes each', async () => {
    const { disk, firsts, seqs } = await aLedger()
    expect(firsts.length).to.be.greaterThan(3)
    for (const [index, first] of firsts.entries()) {
      const end = (firsts[index + 1] ?? 13) - 1
      for (const [after, until] of [
        [first - 1, first],
        [first - 1, end],
      ] as const) {
        const open = openFilesOf(disk)
        await seqs(after, until)
        expect(open.paths).to.deep.equal([segmentPaths(disk, folder)[index], segmentPaths(disk, mirror)[index]])
        expect(open.count).to.equal(0)
      }
    }
  })

  it('tells where the record is that no copy holds', async () => {
    const { disk, segments } = await aLedger()
    const [path = ''] = segmentPaths(disk, folder)
    const { begin } = placesIn(disk.contents(path))[1] ?? { begin: 0 }
    for (const bad of [path, path.replace(folder, mirror)]) damage(disk, bad, begin + 9)
    const error = await rejection(seqs(disk, segments, -1, 12))
    expect(error).to.be.instanceOf(JournalDamaged)
    expect(error.message).to.equal(`${path}, byte ${begin}: the record after seq 0 is damaged in every copy`)
  })
})
