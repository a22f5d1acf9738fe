// Segments are made ahead of need, each twice as large as the last, once; a disk that is full is not one that is bad.

import { expect } from 'chai'
import { blank } from '../../../src/journal/file/line-reader.ts'
import { SegmentWriter } from '../../../src/journal/file/segment-writer.ts'
import { rejection, turns } from '../journals.ts'
import { folder, MemoryDisk, mirror } from '../memory-disk.ts'
import { operationsOf } from './operations.ts'

const next = `${folder}/next.new`

async function aWriter({ position = 10, capacity = 100, segmentBytes = 1_000 } = {}) {
  const disk = new MemoryDisk()
  const folders = [folder, mirror]
  const files = await Promise.all(folders.map((name) => disk.create(`${name}/first`)))
  const operations = operationsOf(disk)
  return { disk, operations, writer: new SegmentWriter({ disk, folders, files, position, capacity, segmentBytes }) }
}

function failing(disk: MemoryDisk, code: string, fails: () => boolean = () => true): string[] {
  const creations: string[] = []
  disk.before = ({ name, path }) => {
    if (name === 'create') creations.push(path)
    if (path.endsWith('next.new') && fails()) throw Object.assign(new Error('no'), { code })
  }
  return creations
}

describe('The writer of segments', () => {
  it('has room up to its capacity', async () => {
    const { writer } = await aWriter()
    expect([writer.fits(90), writer.fits(91)]).to.deep.equal([true, false])
  })

  it('makes the next segment when more than half is full, not before, and once', async () => {
    const { operations, writer } = await aWriter()
    const creations = () => operations.filter((operation) => operation.startsWith('create'))
    await writer.append(Buffer.alloc(40))
    expect(creations()).to.deep.equal([])
    for (const bytes of [1, 1]) await writer.append(Buffer.alloc(bytes))
    await turns(5)
    expect(creations()).to.deep.equal([`create ${next}`, `create ${mirror}/next.new`])
    await writer.close()
  })

  for (const [segmentBytes, size] of [
    [1_000, 200],
    [150, 150],
  ] as const) {
    it(`makes it twice as large, but not above ${segmentBytes}: ${size}`, async () => {
      const { disk, writer } = await aWriter({ segmentBytes })
      await writer.beginSegment(7)
      const path = `${folder}/00000000000000000007.jsonl`
      expect(disk.contents(path)).to.deep.equal(Buffer.alloc(size, blank))
      expect([writer.fits(size), writer.fits(size + 1)]).to.deep.equal([true, false])
      await writer.append(Buffer.from('line'))
      expect(disk.contents(path).toString().trimEnd()).to.equal('line')
      await writer.close()
    })
  }

  it('closes what is full, and at the end all that is open', async () => {
    const { operations, writer } = await aWriter()
    const closed = () => operations.filter((operation) => operation.startsWith('close')).length
    await writer.beginSegment(7)
    expect(closed()).to.equal(2)
    await writer.close()
    expect(closed()).to.equal(4)
  })

  it('closes the next segment, too, and does not mind that it could not be made', async () => {
    const made = await aWriter()
    await made.writer.append(Buffer.alloc(50))
    await made.writer.close()
    expect(made.operations.filter((operation) => operation.startsWith('close'))).to.have.length(4)
    const { disk, writer } = await aWriter()
    failing(disk, 'ENOSPC')
    await writer.append(Buffer.alloc(50))
    await writer.close()
  })

  for (const code of ['ENOSPC', 'EDQUOT']) {
    it(`has no room for what does not fit while the disk is full (${code}), and tries once at a time`, async () => {
      const { disk, writer } = await aWriter()
      let isFull = true
      const creations = failing(disk, code, () => isFull)
      await writer.append(Buffer.alloc(50))
      await turns(5)
      expect([writer.hasRoomFor(40), writer.hasRoomFor(41)]).to.deep.equal([true, false])
      expect([writer.hasRoomFor(41), writer.hasRoomFor(41)]).to.deep.equal([false, false])
      expect(creations).to.have.length(4)
      await turns(5)
      isFull = false
      expect(writer.hasRoomFor(41)).to.equal(false)
      await turns(5)
      expect(writer.hasRoomFor(41)).to.equal(true)
      expect(creations).to.have.length(6)
      await writer.append(Buffer.alloc(1))
      await writer.close()
    })
  }

  for (const code of ['EIO', undefined]) {
    it(`writes nothing more, even what fits, once the next segment met a bad disk (${code})`, async () => {
      const { disk, operations, writer } = await aWriter()
      failing(disk, code as string)
      await writer.append(Buffer.alloc(50))
      await turns(5)
      expect(writer.hasRoomFor(1)).to.equal(true)
      const before = operations.length
      expect((await rejection(writer.append(Buffer.alloc(1)))).message).to.equal('no')
      expect(operations.length).to.equal(before)
      await writer.close()
    })
  }

  it('waits for no other disk to know that one is bad', async () => {
    const { disk, writer } = await aWriter()
    const { promise: held, resolve: letGo } = Promise.withResolvers<void>()
    disk.before = ({ path }) => {
      if (path === next) throw Object.assign(new Error('no'), { code: 'EIO' })
      return path === `${mirror}/next.new` ? held : undefined
    }
    await writer.append(Buffer.alloc(50))
    await turns(5)
    expect((await rejection(writer.append(Buffer.alloc(1)))).message).to.equal('no')
    letGo()
    await writer.close()
  })
})
