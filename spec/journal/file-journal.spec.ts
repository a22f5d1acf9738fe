// The durable journal on its disks: what it leaves there, and what it knows of them.

import { expect } from 'chai'
import { itKeepsTheJournalContract } from './journal-contract.ts'
import { appendRecords, entryAfter, journalOn, linesIn, linesOn, turns } from './journals.ts'
import { folder, MemoryDisk, mirror } from './memory-disk.ts'

describe('FileJournal on a disk in memory', () => {
  itKeepsTheJournalContract(async () => {
    const disk = new MemoryDisk()
    return { journal: journalOn(disk), restarted: () => journalOn(disk) }
  })

  it('refuses a mirror in its own folder', () => {
    expect(() => journalOn(new MemoryDisk(), { mirror: `${folder}/.` })).to.throw('another folder')
  })

  it('works without a mirror', async () => {
    const disk = new MemoryDisk()
    const journal = journalOn(disk, { mirror: undefined })
    const { head } = await journal.open()
    const lines = await appendRecords(journal, head, [1, 1, 1, 1, 1])
    await journal.close()
    expect(await linesOn(disk, { mirror: undefined })).to.deep.equal(lines)
    expect(disk.paths(mirror)).to.deep.equal([])
  })

  it('writes the same bytes to both copies, in segments named by their first seq', async () => {
    const disk = new MemoryDisk()
    const journal = journalOn(disk)
    const { head } = await journal.open()
    const lines = await appendRecords(journal, head, [1, 1, 1, 1, 1, 1])
    await journal.close()
    const segments = disk.paths(folder).filter((path) => path.endsWith('.jsonl'))
    expect(segments.length).to.be.greaterThan(2)
    for (const path of segments) {
      const first = linesIn(disk.contents(path))[0] ?? ''
      expect(path).to.equal(`${folder}/${String(JSON.parse(first).seq[0]).padStart(20, '0')}.jsonl`)
      expect(disk.contents(path.replace(folder, mirror)).equals(disk.contents(path))).to.equal(true)
    }
    const all = segments.flatMap((path) => linesIn(disk.contents(path)))
    expect(all.slice(1)).to.deep.equal(lines)
  })

  it('takes room ahead of need, so that no append changes the size of a file', async () => {
    const disk = new MemoryDisk()
    const journal = journalOn(disk, { segmentBytes: 8000, preallocateBytes: 2000 })
    const sizes = () => [...disk.paths(folder), ...disk.paths(mirror)].map((path) => [path, disk.contents(path).length])
    let { head } = await journal.open()
    for (let record = 0; record < 12; record++) {
      const next = disk.paths(folder).some((path) => path.endsWith('.new'))
      const before = sizes()
      head = (await journal.append(entryAfter(head))).head
      if (!next && disk.paths(folder).length * 2 === before.length) expect(sizes()).to.deep.equal(before)
      await turns(20)
    }
    expect(Math.max(...sizes().map(([, size]) => Number(size)))).to.equal(8000)
    await journal.close()
  })

  it('takes records larger than a segment and larger than its window of reading', async () => {
    const disk = new MemoryDisk()
    const journal = journalOn(disk)
    const { head } = await journal.open()
    const lines = await appendRecords(journal, head, [1, 30, 1, 4000, 1])
    await journal.close()
    expect(await linesOn(disk)).to.deep.equal(lines)
  })

  it('has room as long as the smaller disk has it with the margin', async () => {
    const disk = new MemoryDisk()
    let now = 1000
    let measured = 0
    disk.free = 5000
    disk.before = ({ name, path }) => {
      if (name === 'freeBytes' && path === mirror) measured++
    }
    const journal = journalOn(disk, { marginBytes: 4000, now: () => now })
    await journal.open()
    expect([1000, 1001].map((bytes) => journal.hasSpaceFor(bytes))).to.deep.equal([true, false])
    disk.free = 9000
    expect(journal.hasSpaceFor(1001)).to.equal(false)
    now += 1000
    journal.hasSpaceFor(0)
    await turns(10)
    expect([5000, 5001].map((bytes) => journal.hasSpaceFor(bytes))).to.deep.equal([true, false])
    disk.before = () => {
      throw new Error('no answer')
    }
    now += 1000
    journal.hasSpaceFor(0)
    await turns(10)
    expect(journal.hasSpaceFor(5000)).to.equal(true)
    expect(measured).to.equal(2)
    disk.before = () => {}
    await journal.close()
  })

  it('marks a clean stop, and takes the mark away before the next append', async () => {
    const disk = new MemoryDisk()
    const journal = journalOn(disk)
    const { head } = await journal.open()
    const { head: last } = await journal.append(entryAfter(head))
    await journal.close()
    for (const copy of [folder, mirror]) {
      expect(JSON.parse(disk.contents(`${copy}/clean-stop.json`).toString())).to.include({ seq: 1, hash: last.hash })
    }
    const again = journalOn(disk)
    await again.open()
    expect(marks(disk)).to.equal(2)
    disk.before = ({ name, path }) => {
      if (name === 'write' && path.endsWith('.jsonl')) expect(marks(disk.afterPowerCut(() => 1))).to.equal(0)
    }
    await again.append(entryAfter(last))
    expect(marks(disk)).to.equal(0)
    await again.close()
  })
})

function marks(disk: MemoryDisk): number {
  return [...disk.paths(folder), ...disk.paths(mirror)].filter((path) => path.endsWith('clean-stop.json')).length
}
