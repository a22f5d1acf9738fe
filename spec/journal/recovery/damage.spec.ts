// What one copy has lost, the other still holds; what both have lost, no start may pass over in silence.

import { hash } from 'node:crypto'
import { expect } from 'chai'
import { JournalDamaged } from '../../../actors/state-storage/journal.ts'
import {
  damage,
  journalOn,
  killedLedger,
  linesIn,
  linesOn,
  placesIn,
  readAll,
  rejection,
  segmentPaths,
  snapshot,
  survivesAll,
} from '../journals.ts'
import { folder, type MemoryDisk, mirror } from '../memory-disk.ts'

const nineRecords = [1, 1, 2, 1, 1, 1, 3, 1, 1]

describe('A damaged journal', () => {
  for (const copy of [folder, mirror]) {
    it(`takes each record that is bad in ${copy} from the other copy, and mends it there`, async () => {
      const { disk, lines } = await killedLedger(nineRecords)
      for (const { path, begin, end } of placesOf(disk, copy)) {
        for (const position of [begin, (begin + end) >> 1, end - 1]) {
          const damaged = disk.afterPowerCut(survivesAll)
          damage(damaged, path, position)
          expect(await linesOn(damaged), `${path} ${position}`).to.deep.equal(lines)
          expectEqualCopies(damaged)
        }
      }
    })

    it(`takes what ${copy} cannot read from the other copy`, async () => {
      const { disk, lines } = await killedLedger(nineRecords)
      for (const path of segmentPaths(disk, copy)) {
        const unreadable = disk.afterPowerCut(survivesAll)
        unreadable.before = ({ name, path: read }) => {
          if (name === 'read' && read === path) throw new Error('unreadable sector')
        }
        expect(await linesOn(unreadable), path).to.deep.equal(lines)
        unreadable.before = () => {}
        expectEqualCopies(unreadable)
      }
    })
  }

  it('is refused if the end of the last segment can be read in no copy: it may hold a record', async () => {
    const { disk } = await killedLedger([1, 1])
    const before = snapshot(disk)
    disk.before = ({ name, path }) => {
      if (name === 'read' && path.endsWith('.jsonl')) throw new Error('unreadable sector')
    }
    expect((await rejection(journalOn(disk).open())).message).to.include('cannot be read')
    expect(snapshot(disk)).to.deep.equal(before)
  })

  it('tells of what it mended, at the start and while reading', async () => {
    const { disk } = await killedLedger(nineRecords)
    const [first, , ...others] = segmentPaths(disk, mirror)
    const last = others.at(-1) ?? ''
    damage(disk, first ?? '', (placesIn(disk.contents(first ?? ''))[1]?.begin ?? 0) + 9)
    damage(disk, last, 9)
    const reports: string[] = []
    const journal = journalOn(disk, { report: (notice) => reports.push(notice) })
    const { notices } = await journal.open()
    await readAll(journal)
    await journal.close()
    expect(notices.map((notice) => notice.slice(0, notice.indexOf(':')))).to.include(last)
    expect([...notices, ...reports].join()).to.include(first)
  })

  it('takes some records from the one copy and some from the other', async () => {
    const { disk, lines } = await killedLedger(nineRecords)
    const places = placesOf(disk, folder)
    for (let number = 0; number < places.length; number++) {
      const damaged = disk.afterPowerCut(survivesAll)
      for (const [index, { path, begin }] of places.entries()) {
        damage(damaged, index === number ? path : path.replace(folder, mirror), begin + 9)
      }
      expect(await linesOn(damaged), `${number}`).to.deep.equal(lines)
      expectEqualCopies(damaged)
    }
  })

  it('has lost nothing where one copy is damaged in the blank rest of a closed segment', async () => {
    const { disk, lines } = await killedLedger(nineRecords)
    for (const path of segmentPaths(disk, mirror).slice(0, -1)) {
      const damaged = disk.afterPowerCut(survivesAll)
      damage(damaged, path, disk.contents(path).length - 1)
      expect(await linesOn(damaged), path).to.deep.equal(lines)
    }
  })

  it('mends what one disk has written over with a record of another place', async () => {
    const { disk, lines } = await killedLedger(nineRecords)
    const places = placesOf(disk, mirror)
    for (const [index, { path, begin, end }] of places.entries()) {
      const other = places[(index + 3) % places.length] ?? { path, begin, end }
      const damaged = disk.afterPowerCut(survivesAll)
      const bytes = damaged.contents(path)
      damaged.put(path, Buffer.concat([bytes.subarray(0, begin), lineAt(disk, other), bytes.subarray(end)]))
      expect(await linesOn(damaged), `${path} ${begin}`).to.deep.equal(lines)
    }
  })

  for (const [where, options] of [
    ['one of two copies', {}],
    ['the only copy', { folder: mirror, mirror: undefined }],
  ] as const) {
    it(`does not take a record that stands twice in ${where}, the second time at the end, for a later one`, async () => {
      for (const number of [1, 2]) {
        const { disk, lines } = await killedLedger([1, 1], options)
        const [path = ''] = segmentPaths(disk, mirror)
        const bytes = disk.contents(path)
        const { end } = placesIn(bytes).at(-1) ?? { end: 0 }
        const again = lineAt(disk, { path, ...(placesIn(bytes)[number] ?? { begin: 0, end: 0 }) })
        disk.put(path, Buffer.concat([bytes.subarray(0, end), Buffer.from('  '), again]))
        expect(await linesOn(disk, options), `record ${number}`).to.deep.equal(lines)
      }
    })
  }

  for (const kept of [folder, mirror]) {
    it(`does not take a last record that only ${kept} holds, and in a wrong place, for a later one`, async () => {
      const { disk, lines } = await killedLedger([1, 1], { segmentBytes: 9000, preallocateBytes: 4500 })
      const [path = ''] = segmentPaths(disk, kept)
      const bytes = disk.contents(path)
      const place = placesIn(bytes).at(-1) ?? { begin: 0, end: 0 }
      const line = lineAt(disk, { path, ...place })
      const before = bytes.subarray(0, place.begin)
      for (const copy of [folder, mirror]) disk.put(path.replace(kept, copy), before)
      disk.put(path, Buffer.concat([before, Buffer.alloc(512, ' '), line]))
      const alone = disk.afterPowerCut(survivesAll)
      expect(await linesOn(disk)).to.deep.equal(lines.slice(0, -1))
      // Without another copy it may have been acknowledged.
      const only = journalOn(alone, { folder: kept, mirror: undefined })
      expect(await rejection(only.open())).to.be.instanceOf(JournalDamaged)
    })
  }

  for (const segmentBytes of [1200, 9000]) {
    it(`is refused if a record is bad in both copies and there is a later one, in segments of ${segmentBytes}`, async () => {
      const { disk } = await killedLedger(nineRecords, { segmentBytes, preallocateBytes: segmentBytes / 2 })
      for (const { path, begin, end } of placesOf(disk, folder).slice(0, -1)) {
        for (const position of [begin, (begin + end) >> 1, end - 1]) {
          const damaged = disk.afterPowerCut(survivesAll)
          for (const bad of [path, path.replace(folder, mirror)]) damage(damaged, bad, position)
          const error = await rejection(openAndRead(damaged))
          expect(error, `${path} ${position}`).to.be.instanceOf(JournalDamaged)
          expect(error.message).to.include(path).and.to.include(`byte ${begin}`)
        }
      }
    })
  }

  it('is refused at the start, and left as it is, if that is at an end of a segment or in the last one', async () => {
    const { disk } = await killedLedger(nineRecords)
    const last = segmentPaths(disk, folder).at(-1)
    const places = placesOf(disk, folder).slice(0, -1)
    for (const [index, { path, begin }] of places.entries()) {
      if (begin !== 0 && path === places[index + 1]?.path && path !== last) continue
      const damaged = disk.afterPowerCut(survivesAll)
      for (const bad of [path, path.replace(folder, mirror)]) damage(damaged, bad, begin + 9)
      const before = snapshot(damaged)
      expect(await rejection(journalOn(damaged).open()), `${path} ${begin}`).to.be.instanceOf(JournalDamaged)
      expect(snapshot(damaged)).to.deep.equal(before)
    }
  })

  for (const copies of [[folder], [mirror], [folder, mirror]]) {
    it(`loses nothing where only the blank room behind a full segment is damaged, in ${copies.join(' and ')}`, async () => {
      const { disk, lines } = await killedLedger(nineRecords)
      for (const path of segmentPaths(disk, folder).slice(0, -1)) {
        const damaged = disk.afterPowerCut(survivesAll)
        const length = disk.contents(path).length
        const paths = copies.map((copy) => path.replace(folder, copy))
        for (const bad of paths) damage(damaged, bad, length - 1)
        const journal = journalOn(damaged)
        const { notices } = await journal.open()
        expect(notices.map((notice) => notice.slice(0, notice.indexOf(':')))).to.deep.equal(paths)
        expect((await readAll(journal)).map(({ line }) => line)).to.deep.equal(lines)
        expectEqualCopies(damaged)
        expect(await linesOn(damaged)).to.deep.equal(lines)
      }
    })
  }

  it('is not what a damaged mark of a clean stop looks like, whatever bit of it was turned', async () => {
    const { disk, lines } = await killedLedger([1])
    await linesOn(disk)
    const path = `${folder}/clean-stop.json`
    const mark = disk.contents(path)
    for (let bit = 0; bit < 8 * mark.length; bit++) {
      const bytes = Buffer.from(mark)
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      disk.put(path, bytes)
      expect(await linesOn(disk), `${bit}`).to.deep.equal(lines)
    }
  })

  it('is refused if a newer Surety wrote it', async () => {
    const { disk } = await killedLedger([1])
    for (const copy of [folder, mirror]) newer(disk, segmentPaths(disk, copy)[0] ?? '')
    const before = snapshot(disk)
    expect((await rejection(journalOn(disk).open())).message).to.include('newer')
    expect(snapshot(disk)).to.deep.equal(before)
  })
})

/** Every line of a copy: the genesis first, then the records. */
function placesOf(disk: MemoryDisk, copy: string) {
  return segmentPaths(disk, copy).flatMap((path) => placesIn(disk.contents(path)).map((place) => ({ path, ...place })))
}

function lineAt(disk: MemoryDisk, { path, begin, end }: { path: string; begin: number; end: number }): Buffer {
  return disk.contents(path).subarray(begin, end)
}

function expectEqualCopies(disk: MemoryDisk): void {
  for (const path of segmentPaths(disk, folder)) {
    expect(linesIn(disk.contents(path.replace(folder, mirror))), path).to.deep.equal(linesIn(disk.contents(path)))
  }
}

async function openAndRead(disk: MemoryDisk): Promise<void> {
  const journal = journalOn(disk)
  await journal.open()
  await readAll(journal)
}

/** Seals the genesis anew as one of format version 2. */
function newer(disk: MemoryDisk, path: string): void {
  const bytes = disk.contents(path)
  const { end } = placesIn(bytes)[0] ?? { end: 0 }
  const body = bytes.toString('utf8', 0, end - 1 - 75).replace('"v":1', '"v":2')
  disk.put(path, Buffer.from(`${body},"hash":"${hash('sha256', body)}"}\n`))
}
