// What the file journal does around its records: its locks, its messages, its lines, and what it takes for granted.

import { hash } from 'node:crypto'
import { expect } from 'chai'
import sinon from 'sinon'
import { JournalDamaged } from '../../../actors/state-storage/journal.ts'
import { FileJournal } from '../../../src/journal/file-journal.ts'
import { encodeGenesis, ledgerOf } from '../../../src/journal/record.ts'
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
import { operationsOf } from './operations.ts'

const one = { segmentBytes: 9_000, preallocateBytes: 9_000 }

describe('A file journal', () => {
  it('tells its lines as they stand, the genesis too', async () => {
    const journal = journalOn(new MemoryDisk())
    const { head } = await journal.open()
    const written = await appendRecords(journal, head, [1, 2, 1, 1])
    const told: string[] = []
    for await (const line of journal.lines(-1, 5)) told.push(Buffer.from(line).toString())
    expect(told.slice(1)).to.deep.equal(written)
    expect(ledgerOf(Buffer.from(told[0] ?? ''))).to.equal('0123456789abcdef0123456789abcdef')
    await journal.close()
    expect(() => journal.lines(0, 1)).to.throw('the journal is not open')
  })

  it('holds the lock of each folder while it is open, and not after it was refused or closed', async () => {
    const released: string[] = []
    const takeLock = sinon.fake((path: string) => ({ release: () => void released.push(path) }))
    const { disk } = await killedLedger([1])
    const journal = journalOn(disk, { takeLock })
    await rejection(journal.open({ seq: 9, hash: 'a' }))
    expect(takeLock.args).to.deep.equal([[folder], [mirror]])
    expect(released.splice(0)).to.deep.equal([folder, mirror])
    await journal.open()
    expect((await rejection(journal.open())).message).to.equal('the journal is open already')
    expect(released).to.deep.equal([])
    await journal.close()
    expect(released.splice(0)).to.deep.equal([folder, mirror])
    await journal.open()
    await journal.close()
    expect(released).to.deep.equal([folder, mirror])
  })

  it('is not opened again after it failed', async () => {
    const journal = journalOn(new MemoryDisk())
    const { head } = await journal.open()
    const gap = await rejection(journal.append(entryAfter({ ...head, seq: 5 })))
    await journal.close()
    expect(await rejection(journal.open())).to.equal(gap)
  })

  it('that is not open can be asked for room, and closed', async () => {
    const journal = journalOn(new MemoryDisk())
    expect(journal.hasSpaceFor(1)).to.equal(false)
    await journal.close()
    await journal.open()
    await journal.close()
    expect(journal.hasSpaceFor(1), 'its disks have it').to.equal(true)
    await journal.close()
  })

  it('takes the mark of a clean stop away once, and looks for it no more', async () => {
    const { disk } = await killedLedger([1], one)
    const clean = journalOn(disk, one)
    await clean.open()
    await clean.close()
    const journal = journalOn(disk, one)
    const { head } = await journal.open()
    const operations = operationsOf(disk)
    await appendRecords(journal, head, [1, 1, 1])
    expect(operations.filter((operation) => operation.startsWith('remove'))).to.deep.equal([
      `remove ${folder}/clean-stop.json`,
      `remove ${mirror}/clean-stop.json`,
    ])
    await journal.close()
  })

  it('reports what it mends while it reads, once, and nothing where nothing was lost', async () => {
    const { disk } = await killedLedger(
      Array.from({ length: 9 }, () => 1),
      { segmentBytes: 3_000, preallocateBytes: 3_000 },
    )
    const [path = ''] = segmentPaths(disk, mirror)
    damage(disk, path, (placesIn(disk.contents(path))[1]?.begin ?? 0) + 9)
    const report = sinon.fake()
    const journal = journalOn(disk, { report })
    await journal.open()
    await readAll(journal)
    await readAll(journal)
    await journal.close()
    expect(report.args).to.deep.equal([[`${path}: seq 1 was damaged and taken from the other copy`]])
  })

  it('is damaged by a record whose hash is right and whose form is not: a bug wrote it', async () => {
    const { disk } = await killedLedger([], one)
    const genesis = encodeGenesis('0123456789abcdef0123456789abcdef', 1_000)
    const body = `{"v":1,"seq":[1,1],"time":1000,"transactions":[null],"writes":[],"prev":"${genesis.head.hash}"`
    const line = `${body},"hash":"${hash('sha256', body)}"}\n`
    for (const path of [...segmentPaths(disk, folder), ...segmentPaths(disk, mirror)]) {
      disk.put(path, Buffer.concat([genesis.bytes, Buffer.from(line)]))
    }
    const journal = journalOn(disk, one)
    await journal.open()
    const error = await rejection(readAll(journal))
    expect(error).to.be.instanceOf(JournalDamaged)
    expect(error.message).to.equal('the record of seq 1 cannot be read: its transactions do not cover seq 1 to 1')
    await journal.close()
  })

  it('makes room of 1 MiB, keeps 256 MiB free, and draws an id for the ledger, unless told otherwise', async () => {
    const disk = new MemoryDisk()
    const quarter = 256 * 1024 * 1024
    disk.free = quarter + 10
    const options = { folder, mirror: undefined, disk, takeLock: () => ({ release() {} }) }
    const journal = new FileJournal(options)
    const { ledger, head } = await journal.open()
    expect(ledger).to.match(/^[0-9a-f]{32}$/)
    expect(head.time).to.be.closeTo(Date.now(), 60_000)
    const bytes = disk.contents(segmentPaths(disk, folder)[0] ?? '')
    expect(bytes.length - bytes.toString('latin1').trimEnd().length - 1).to.equal(1024 * 1024)
    expect([10, 11].map((size) => journal.hasSpaceFor(size))).to.deep.equal([true, false])
    await journal.close()
    expect((await new FileJournal({ ...options, disk: new MemoryDisk() }).open()).ledger).to.not.equal(ledger)
  })

  it('has as much room as the fuller of its disks', async () => {
    const disk = new MemoryDisk()
    disk.freeBytes = async (path) => (path === mirror ? 100 : 200)
    const journal = journalOn(disk)
    await journal.open()
    expect([100, 101].map((size) => journal.hasSpaceFor(size))).to.deep.equal([true, false])
    await journal.close()
  })
})
