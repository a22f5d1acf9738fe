// The real disk does what it is asked, and tells when it could not.

import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import sinon from 'sinon'
import { nodeDisk } from '../../src/journal/node-disk.ts'
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
    const short =
      (original: typeof fs.read) =>
      (descriptor: number, buffer: Buffer, offset: number, length: number, position: number, done: never) => {
        original(descriptor, buffer, offset, Math.min(length, 3), position, done)
      }
    sinon.replace(fs, 'write', short(write as unknown as typeof fs.read) as never)
    sinon.replace(fs, 'read', short(read) as never)
    await file.write(Buffer.from('hello world'), 0)
    const bytes = Buffer.alloc(11)
    expect(await file.read(bytes, 0)).to.equal(11)
    expect(bytes.toString()).to.equal('hello world')
    await file.close()
  })

  it('syncs by fdatasync, files and folders, and rejects when that fails', async () => {
    const file = await nodeDisk.create(join(folder, 'a'))
    const sync = sinon.spy(fs, 'fdatasync')
    await file.sync()
    await nodeDisk.syncFolder(folder)
    expect(sync.callCount).to.equal(2)
    sync.restore()
    sinon.replace(fs, 'fdatasync', ((_: number, done: (error: Error) => void) => done(new Error('bad disk'))) as never)
    expect((await rejection(file.sync())).message).to.equal('bad disk')
    expect((await rejection(nodeDisk.syncFolder(folder))).message).to.equal('bad disk')
    await file.close()
  })

  it('writes to files that are synced by the very write', async () => {
    const { O_DSYNC } = fs.constants
    const open = sinon.spy(fs, 'open')
    const files = [await nodeDisk.create(join(folder, 'a')), await nodeDisk.openToWrite(join(folder, 'b'))]
    for (const [, flags] of open.args) expect(Number(flags) & O_DSYNC).to.equal(O_DSYNC)
    sinon.replace(fs, 'write', ((...args: unknown[]) =>
      (args.at(-1) as (error: Error) => void)(new Error('bad disk'))) as never)
    for (const file of files)
      expect((await rejection(file.writeAndSync(Buffer.from('a'), 0))).message).to.equal('bad disk')
    await Promise.all(files.map((file) => file.close()))
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

  it('says how much is free', async () => {
    expect(await nodeDisk.freeBytes(folder)).to.be.greaterThan(0)
  })
})
