// The real disk does what it is asked, and tells when it could not.

import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import sinon from 'sinon'
import type { DiskFile } from '../../src/journal/disk.ts'
import { nodeDisk, nodeDiskWith } from '../../src/journal/node-disk.ts'
import { rejection } from './journals.ts'

describe('The real disk', () => {
  let folder: string
  beforeEach(() => {
    folder = fs.mkdtempSync(join(tmpdir(), 'surety-disk-'))
  })
  afterEach(() => {
    sinon.restore()
    fs.rmSync(folder, { recursive: true })
  })

  it('writes and reads anywhere in a file', async () => {
    const file = await nodeDisk.create(join(folder, 'a'))
    await file.write(Buffer.from('world'), 6)
    await file.write(Buffer.from('hello '), 0)
    const bytes = Buffer.alloc(20)
    expect([await file.size(), await file.read(bytes, 3)]).to.deep.equal([11, 8])
    expect(bytes.toString('utf8', 0, 8)).to.equal('lo world')
    await file.close()
  })

  it('goes on where a read or a write stopped short', async () => {
    const file = await nodeDisk.create(join(folder, 'a'))
    const { read, write } = fs
    const asked: number[][] = []
    const short =
      (original: typeof fs.read) =>
      (descriptor: number, buffer: Buffer, offset: number, length: number, position: number, done: never) => {
        asked.push([offset, length, position])
        original(descriptor, buffer, offset, Math.min(length, 4), position, done)
      }
    sinon.replace(fs, 'write', short(write as unknown as typeof fs.read) as never)
    sinon.replace(fs, 'read', short(read) as never)
    const parts = [
      [0, 11, 5],
      [4, 7, 9],
      [8, 3, 13],
    ]
    await file.write(Buffer.from('hello world'), 5)
    expect(asked.splice(0)).to.deep.equal(parts)
    const bytes = Buffer.alloc(11)
    expect(await file.read(bytes, 5)).to.equal(11)
    expect(bytes.toString()).to.equal('hello world')
    expect(asked, 'and asks no more when it has all').to.deep.equal(parts)
    await file.close()
  })

  it('syncs by fdatasync, files and folders', async () => {
    const file = await nodeDisk.create(join(folder, 'a'))
    const sync = sinon.spy(fs, 'fdatasync')
    await file.sync()
    await nodeDisk.syncFolder(folder)
    expect(sync.callCount).to.equal(2)
    await file.close()
  })

  for (const [when, disk, flag, syncs] of [
    ['by the very write', nodeDisk, fs.constants.O_DSYNC, 0],
    ['after it, where the system has no such write', nodeDiskWith(undefined), 0, 1],
  ] as const) {
    it(`syncs what it writes: ${when}`, async () => {
      const open = sinon.spy(fs, 'open')
      const sync = sinon.spy(fs, 'fdatasync')
      for (const file of [await disk.create(join(folder, 'a')), await disk.openToWrite(join(folder, 'b'))]) {
        sync.resetHistory()
        await file.writeAndSync(Buffer.from('hello'), 0)
        expect(sync.callCount).to.equal(syncs)
        await file.close()
      }
      for (const [, flags] of open.args) expect(Number(flags) & fs.constants.O_DSYNC).to.equal(flag)
    })
  }

  //  what fails      what was asked
  const asked: readonly (readonly [Call, string, (file: DiskFile) => Promise<unknown>])[] = [
    ['fstat', 'the size', (file) => file.size()],
    ['read', 'a read', (file) => file.read(Buffer.alloc(1), 0)],
    ['write', 'a write', (file) => file.write(Buffer.alloc(1), 0)],
    ['write', 'a write that syncs', (file) => file.writeAndSync(Buffer.alloc(1), 0)],
    ['fdatasync', 'a sync', (file) => file.sync()],
    ['fdatasync', 'the sync of a folder', () => nodeDisk.syncFolder(folder)],
    ['close', 'a close', (file) => file.close()],
    ['open', 'opening to read', () => nodeDisk.openToRead(join(folder, 'a'))],
    ['open', 'opening to write', () => nodeDisk.openToWrite(join(folder, 'a'))],
    ['open', 'a creation', () => nodeDisk.create(join(folder, 'a'))],
  ]
  for (const [call, what, ask] of asked) {
    it(`rejects ${what} when ${call} fails`, async () => {
      const file = await nodeDisk.create(join(folder, 'a'))
      const fake = answering(call, new Error('bad disk'))
      expect((await rejection(ask(file))).message).to.equal('bad disk')
      fake.restore()
      await file.close()
    })
  }

  it('rejects a write that the disk takes nothing of, and does not try for ever', async () => {
    const file = await nodeDisk.create(join(folder, 'a'))
    answering('write', null, 0)
    expect((await rejection(file.write(Buffer.from('a'), 0))).message).to.equal('the disk takes no more bytes')
    await file.close()
  })

  it('closes what it opened, and a folder even when its sync failed', async () => {
    const open = sinon.spy(fs, 'open')
    const close = sinon.spy(fs, 'close')
    const file = await nodeDisk.create(join(folder, 'a'))
    await file.close()
    await rejection(file.size())
    await nodeDisk.syncFolder(folder)
    expect([open.callCount, close.callCount]).to.deep.equal([2, 2])
    answering('fdatasync', new Error('bad disk'))
    await rejection(nodeDisk.syncFolder(folder))
    expect([open.callCount, close.callCount]).to.deep.equal([3, 3])
  })

  it('makes a folder with its parents, and syncs each folder that holds a new one', async () => {
    const open = sinon.spy(fs, 'open')
    await nodeDisk.makeFolder(join(folder, 'a', 'b', 'c'))
    await nodeDisk.makeFolder(join(folder, 'a', 'b', 'c'))
    expect(open.args.map(([path]) => path)).to.deep.equal([folder, join(folder, 'a'), join(folder, 'a', 'b')])
    expect(fs.existsSync(join(folder, 'a', 'b', 'c'))).to.equal(true)
  })

  it('takes what is not there for nothing, and everything else for an error', async () => {
    expect(await nodeDisk.list(join(folder, 'none'))).to.deep.equal([])
    expect(await nodeDisk.openToRead(join(folder, 'none'))).to.equal(undefined)
    await nodeDisk.remove(join(folder, 'none'))
    fs.writeFileSync(join(folder, 'a'), '')
    await rejection(nodeDisk.remove(join(folder, 'a', 'b')))
    await rejection(nodeDisk.list(join(folder, 'a')))
    await rejection(nodeDisk.openToRead(join(folder, 'a', 'b')))
  })

  it('keeps the contents of a file opened to write, and empties one that is created', async () => {
    const path = join(folder, 'a')
    fs.writeFileSync(path, 'hello')
    await (await nodeDisk.openToWrite(path)).close()
    expect(fs.readFileSync(path, 'utf8')).to.equal('hello')
    await (await nodeDisk.create(path)).close()
    expect(fs.readFileSync(path, 'utf8')).to.equal('')
  })

  it('removes and renames files', async () => {
    fs.writeFileSync(join(folder, 'a'), 'hello')
    await nodeDisk.rename(join(folder, 'a'), join(folder, 'b'))
    expect(await nodeDisk.list(folder)).to.deep.equal(['b'])
    await nodeDisk.remove(join(folder, 'b'))
    expect(await nodeDisk.list(folder)).to.deep.equal([])
  })

  it('says how many bytes are free for everybody', async () => {
    const { bavail, bsize } = fs.statfsSync(folder)
    const free = await nodeDisk.freeBytes(folder)
    expect(free / (bavail * bsize), 'others write there, too').to.be.within(0.5, 2)
  })
})

type Call = 'fstat' | 'read' | 'write' | 'fdatasync' | 'close' | 'open'

/** Lets a call of the system end so, without being made. */
function answering(call: Call, error: Error | null, count?: number) {
  return sinon.stub(fs, call).callsFake(((...given: unknown[]) => {
    const done = given.at(-1) as (error: Error | null, count?: number) => void
    done(error, count)
  }) as never)
}
