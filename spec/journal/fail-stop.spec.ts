// Durable in both copies before it answers, and silent for ever after the first error.

import { expect } from 'chai'
import { entryAfter, journalOn, linesIn, linesOn, readAll, rejection, turns } from './journals.ts'
import { folder, MemoryDisk, mirror, type Operation } from './memory-disk.ts'

describe('FileJournal under faults', () => {
  for (const copy of [folder, mirror]) {
    it(`settles no append before ${copy} is synced`, async () => {
      const disk = new MemoryDisk()
      const journal = journalOn(disk)
      const { head } = await journal.open()
      const { held, release } = holdBack(disk, ({ name, path }) => name === 'sync' && path.startsWith(copy))
      let settled = false
      const append = journal.append(entryAfter(head)).then(() => {
        settled = true
      })
      await held
      await turns(50)
      expect(settled).to.equal(false)
      expect((await readAll(journal)).length).to.equal(0)
      release()
      await append
      await journal.close()
    })
  }

  it('writes no record before the last one is synced in both copies', async () => {
    const disk = new MemoryDisk()
    const journal = journalOn(disk, { segmentBytes: 100_000, preallocateBytes: 50_000 })
    const { head } = await journal.open()
    const { held, release } = holdBack(disk, ({ name, path }) => name === 'sync' && path.startsWith(mirror))
    const appends = [0, 1].map((seq) => journal.append(entryAfter({ ...head, seq })))
    await held
    await turns(50)
    const path = disk.paths(folder).find((path) => path.endsWith('.jsonl')) ?? ''
    expect(linesIn(disk.contents(path)).length).to.equal(2)
    release()
    await Promise.all(appends)
    await journal.close()
  })

  const faults = ['write', 'sync'] as const
  for (const name of faults) {
    for (const copy of [folder, mirror]) {
      it(`fails for good when the ${name} of the second record fails in ${copy}`, async () => {
        const disk = new MemoryDisk()
        const journal = journalOn(disk, { segmentBytes: 100_000, preallocateBytes: 50_000 })
        const { head } = await journal.open()
        const first = await journal.append(entryAfter(head))
        let failed = 0
        const operations: Operation[] = []
        disk.before = (operation) => {
          operations.push(operation)
          if (operation.name === name && operation.path.startsWith(copy) && failed++ === 0) throw new Error('bad disk')
        }
        const both = [1, 2].map((seq) => rejection(journal.append(entryAfter({ ...first.head, seq }))))
        expect((await Promise.all(both)).map(({ message }) => message)).to.deep.equal(['bad disk', 'bad disk'])
        const done = operations.length
        expect((await rejection(journal.append(entryAfter(first.head)))).message).to.equal('bad disk')
        expect(operations.length).to.equal(done)
        await journal.close()
        expect(disk.paths(folder).join()).not.to.include('clean-stop')
        const [line, ...others] = await linesOn(disk)
        expect(line).to.equal(first.line)
        expect(others.length).to.be.at.most(1)
      })
    }
  }

  it('after a failed sync believes only what it has written anew: what reads well may not be on the disk', async () => {
    const disk = new MemoryDisk()
    const journal = journalOn(disk)
    const { head } = await journal.open()
    disk.before = ({ name }) => {
      if (name === 'sync') throw new Error('bad disk')
    }
    await rejection(journal.append(entryAfter(head)))
    await journal.close()
    disk.before = () => {}
    const again = journalOn(disk)
    expect((await again.open()).head.seq).to.equal(1)
    expect((await linesOn(disk.afterPowerCut(() => 0.9))).length).to.equal(1)
    await again.close()
  })

  it('fails for good when the next segment cannot be made, and says before that there is no room', async () => {
    const disk = new MemoryDisk()
    const journal = journalOn(disk)
    const { head } = await journal.open()
    disk.before = ({ name, path }) => {
      if (name === 'create' && path.includes('next')) throw new Error('disk full')
    }
    const lines: string[] = []
    let error: Error | undefined
    let last = head
    while (error === undefined && last.seq < 20) {
      const room = journal.hasSpaceFor(500)
      const appended = await journal.append(entryAfter(last)).catch((reason) => {
        error = reason as Error
        expect(room).to.equal(false)
      })
      if (appended) last = appended.head
      if (appended) lines.push(appended.line)
    }
    expect(error?.message).to.equal('disk full')
    await journal.close()
    disk.before = () => {}
    expect(await linesOn(disk)).to.deep.equal(lines)
  })

  it('makes the next segment when the disk has room for it again, and leaves no file open meanwhile', async () => {
    const disk = new MemoryDisk()
    const journal = journalOn(disk)
    let { head: last } = await journal.open()
    let files = 0
    let isFull = true
    disk.before = ({ name, path }) => {
      if (!path.includes('next')) return
      if (name === 'write' && isFull && path.startsWith(mirror)) throw new Error('disk full')
      if (name === 'create') files += 1
      if (name === 'close') files -= 1
    }
    while (journal.hasSpaceFor(500)) {
      last = (await journal.append(entryAfter(last))).head
      await turns(3)
    }
    for (let attempt = 0; attempt < 5; attempt++) {
      expect(journal.hasSpaceFor(500)).to.equal(false)
      await turns(3)
    }
    expect(files).to.equal(0)
    isFull = false
    expect(journal.hasSpaceFor(500)).to.equal(false)
    await turns(3)
    expect(journal.hasSpaceFor(500)).to.equal(true)
    await journal.append(entryAfter(last, 3))
    await journal.close()
    expect(await readAllOn(disk)).to.equal(last.seq + 3)
  })
})

async function readAllOn(disk: MemoryDisk): Promise<number> {
  const { head } = await journalOn(disk).open()
  return head.seq
}

/** Holds back the first operation that `which` picks. */
function holdBack(disk: MemoryDisk, which: (operation: Operation) => boolean) {
  const { promise: held, resolve: hold } = Promise.withResolvers<void>()
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  disk.before = async (operation) => {
    if (!which(operation)) return
    hold()
    await released
  }
  return { held, release }
}
