// What opening looks at, tells, keeps and refuses, to the letter: an operator has nothing else.

import { expect } from 'chai'
import { JournalDamaged } from '../../../actors/state-storage/journal.ts'
import {
  appendRecords,
  damage,
  entryAfter,
  journalOn,
  killedLedger,
  placesIn,
  readAll,
  rejection,
  segmentPaths,
} from '../journals.ts'
import { folder, MemoryDisk, mirror } from '../memory-disk.ts'
import { openFilesOf, operationsOf } from './operations.ts'

const one = { segmentBytes: 9_000, preallocateBytes: 9_000 }
const several = { segmentBytes: 4_000, preallocateBytes: 2_000 }
const counts = Array.from({ length: 20 }, () => 1)
const genesis = '00000000000000000000.jsonl'

/** Turns a bit in the numbered line of a segment, in these copies. */
function damageLine(disk: MemoryDisk, path: string, number: number, copies: readonly string[] = [folder, mirror]) {
  const { begin } = placesIn(disk.contents(path)).at(number) ?? { begin: 0 }
  for (const copy of copies) damage(disk, path.replace(folder, copy), begin + 9)
  return begin
}

async function refusal(disk: MemoryDisk, options = {}): Promise<string> {
  const error = await rejection(journalOn(disk, options).open())
  expect(error).to.be.instanceOf(JournalDamaged)
  return error.message
}

describe('Opening a journal', () => {
  for (const copies of [[folder, mirror], [folder]]) {
    it(`believes a closed segment by its first and last lines, in ${copies.length} copies; reading does not`, async () => {
      const options = { ...several, mirror: copies[1] }
      const { disk } = await killedLedger(counts, options)
      const closed = segmentPaths(disk, folder).slice(0, -1)
      const path = closed.find((name) => placesIn(disk.contents(name)).length > 3) ?? ''
      damageLine(disk, path, 1, copies)
      const journal = journalOn(disk, options)
      expect((await journal.open()).notices).to.deep.equal([])
      expect((await rejection(readAll(journal))).message).to.include('is damaged in every copy')
    })
  }

  it('tells how many records it took from the other copy, and where only blank room was damaged', async () => {
    const { disk } = await killedLedger(counts, several)
    const [first = '', second = ''] = segmentPaths(disk, folder)
    const last = segmentPaths(disk, folder).at(-1) ?? ''
    damageLine(disk, first, 0, [mirror])
    damage(disk, second, disk.contents(second).length - 1)
    for (const number of [0, 1]) damageLine(disk, last, number, [mirror])
    const { notices } = await journalOn(disk, several).open()
    expect(notices).to.deep.equal([
      `${first.replace(folder, mirror)}: 1 record was missing or damaged and taken from the other copy`,
      `${second}: what stood behind its last record was damaged, and is gone; no record was`,
      `${last.replace(folder, mirror)}: 2 records were missing or damaged and taken from the other copy`,
    ])
  })

  it('keeps what it cuts off beside the segment, and says so', async () => {
    const { disk } = await killedLedger([1, 1, 1], several)
    const path = segmentPaths(disk, folder).at(-1) ?? ''
    const bytes = disk.contents(path)
    const { end } = placesIn(bytes).at(-1) ?? { end: 0 }
    bytes.write('{"v":torn', end)
    disk.put(path, bytes)
    const journal = journalOn(disk, several)
    const { notices } = await journal.open()
    const name = `${path.slice(folder.length + 1)}.${end}.1000.cut`
    expect(notices).to.deep.equal([
      `${folder}: 9 bytes behind seq 3 were not a whole record in any copy; they were never acknowledged, were cut off and are kept in ${name}`,
    ])
    expect(disk.contents(`${folder}/${name}`).toString()).to.equal('{"v":torn')
    expect(disk.paths(mirror).filter((other) => other.endsWith('.cut'))).to.deep.equal([])
  })

  it('takes no record for a later one that has no end', async () => {
    const { disk, lines } = await killedLedger([1, 1, 1], one)
    const path = `${folder}/${genesis}`
    const bytes = disk.contents(path)
    const { begin } = placesIn(bytes).at(-2) ?? { begin: 0 }
    const torn = Buffer.concat([bytes.subarray(0, begin), Buffer.from(`{torn\n${lines[2]}x`)])
    for (const copy of [folder, mirror]) disk.put(path.replace(folder, copy), torn)
    expect((await journalOn(disk, one).open()).head.seq).to.equal(1)
  })

  it('refuses damage before a later record, and tells both places', async () => {
    const { disk } = await killedLedger([1, 1, 1], one)
    const path = `${folder}/${genesis}`
    const begin = damageLine(disk, path, 1)
    const later = placesIn(disk.contents(path))[2]?.begin
    expect(await refusal(disk, one)).to.equal(
      `${path}, byte ${begin}: no copy holds the record that belongs there, but there is a later one at byte ${later}`,
    )
  })

  it('refuses damage at the end of a closed segment, and tells both copies', async () => {
    const { disk } = await killedLedger(counts, several)
    const [path = ''] = segmentPaths(disk, folder)
    const begin = damageLine(disk, path, -1)
    expect(await refusal(disk, several)).to.equal(
      `${path} and ${path.replace(folder, mirror)}, byte ${begin}: damaged in every copy, and there are later segments`,
    )
  })

  it('refuses a gap between segments, and tells which one is missing', async () => {
    const { disk } = await killedLedger(counts, several)
    const [, second = '', third = ''] = segmentPaths(disk, folder).map((path) => path.slice(folder.length + 1))
    for (const copy of [folder, mirror]) disk.delete(`${copy}/${second}`)
    const missing = `records are missing in every copy: seq ${Number.parseInt(second, 10)} should begin ${second}, but ${third} is next`
    expect(await refusal(disk, several)).to.equal(missing)
    damageLine(disk, `${folder}/${genesis}`, 0, [mirror]) // so that all of the segment before the gap is looked at
    expect(await refusal(disk, several)).to.equal(missing)
    for (const copy of [folder, mirror]) disk.delete(`${copy}/${genesis}`)
    expect(await refusal(disk, several)).to.match(/^records are missing in every copy: seq 0 should begin 0{20}\.jsonl/)
  })

  it('refuses a genesis that is damaged in every copy', async () => {
    const { disk } = await killedLedger([], one)
    damageLine(disk, `${folder}/${genesis}`, 0)
    expect(await refusal(disk, one)).to.equal(`the genesis is damaged in every copy of ${genesis}`)
  })

  it('does not go on with a disk that reads differently when it is read again', async () => {
    const { disk } = await killedLedger([1, 1], one)
    const path = `${folder}/${genesis}`
    let openings = 0
    disk.before = ({ name, path: opened }) => {
      if (name === 'openToRead' && opened === path && ++openings === 3) damageLine(disk, path, -1)
    }
    expect(await rejection(journalOn(disk, one).open())).to.include({
      message: `${genesis} does not read twice the same: the disk cannot be trusted; start again, and replace it if that does not help`,
      code: 'EIO',
    })
    // It had not been acknowledged, and is damaged now as if it had never been whole.
    await journalOn(disk, one).open()
  })

  it('does not go on with a disk that does not show what was written', async () => {
    const disk = new MemoryDisk()
    disk.list = async () => []
    expect((await rejection(journalOn(disk).open())).message).to.equal(
      `the genesis was written to ${folder} and ${mirror} and is not there`,
    )
  })

  it('makes room for records, within the size of a segment', async () => {
    const sizeAfter = async (options: object) => {
      const { disk } = await killedLedger([1], one)
      await journalOn(disk, options).open()
      const bytes = disk.contents(`${folder}/${genesis}`)
      return { room: bytes.length - bytes.toString('latin1').trimEnd().length - 1, size: bytes.length }
    }
    expect((await sizeAfter({ segmentBytes: 5_000, preallocateBytes: 600 })).room).to.equal(600)
    expect((await sizeAfter({ segmentBytes: 5_000, preallocateBytes: 6_000 })).size).to.equal(5_000)
    expect((await sizeAfter({ segmentBytes: 100, preallocateBytes: 600 })).room).to.equal(0)
  })

  it('takes no mark away where there is none', async () => {
    const disk = new MemoryDisk()
    const journal = journalOn(disk, one)
    const { head } = await journal.open()
    const operations = operationsOf(disk)
    await journal.append(entryAfter(head))
    expect(operations.filter((operation) => operation.startsWith('remove'))).to.deep.equal([])
    await journal.close()
  })

  it('leaves no file open, whatever it had to mend', async () => {
    const { disk } = await killedLedger(counts, several)
    const [path = '', second = ''] = segmentPaths(disk, folder)
    damageLine(disk, path, 0, [mirror])
    damageLine(disk, second, 1, [mirror])
    const open = openFilesOf(disk)
    const journal = journalOn(disk, several)
    const { head } = await journal.open()
    expect(open.count, 'the last segment in both copies').to.equal(2)
    await readAll(journal)
    expect(open.count).to.equal(2)
    await appendRecords(journal, head, counts)
    await journal.close()
    expect(open.count).to.equal(0)
  })
})
