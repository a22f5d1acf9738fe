// A new file has its name only when it is whole and on disk.

import { expect } from 'chai'
import { NewFile, removeUnfinished } from '../../../src/journal/file/new-file.ts'
import { folder, MemoryDisk } from '../memory-disk.ts'
import { operationsOf } from './operations.ts'

const chunk = 4 * 1024 * 1024
const path = `${folder}/a`

async function aFile() {
  const disk = new MemoryDisk()
  const operations = operationsOf(disk)
  const file = await NewFile.create(disk, folder, 'a')
  operations.length = 0
  return { disk, operations, file }
}

describe('A new file', () => {
  it('is written at once, synced, named, and its folder synced', async () => {
    const { disk, operations, file } = await aFile()
    await file.add(Buffer.from('one '))
    await file.add(Buffer.from('two'))
    expect(operations).to.deep.equal([])
    const open = await file.publish('a')
    expect(operations).to.deep.equal([
      `write ${path}.new`,
      `sync ${path}.new`,
      `rename ${path}`,
      `syncFolder ${folder}`,
    ])
    expect(disk.contents(path).toString()).to.equal('one two')
    await open.close()
    expect(operations.at(-1)).to.equal(`close ${path}`)
  })

  it('is not asked to write nothing', async () => {
    const { operations, file } = await aFile()
    await file.publish('a')
    expect(operations).to.not.include(`write ${path}.new`)
  })

  it('is written chunk by chunk as it grows, and each piece once', async () => {
    const { disk, operations, file } = await aFile()
    await file.add(Buffer.alloc(chunk - 1, 'a'))
    expect(operations).to.deep.equal([])
    await file.add(Buffer.from('b'))
    expect(operations).to.deep.equal([`write ${path}.new`])
    await file.add(Buffer.from('c'))
    expect(operations).to.have.length(1)
    await file.publish('a')
    const bytes = disk.contents(path)
    expect([bytes.length, bytes.toString('latin1', chunk - 2)]).to.deep.equal([chunk + 1, 'abc'])
  })

  it('is filled with blanks, each chunk synced, up to its size and not beyond', async () => {
    const { disk, operations, file } = await aFile()
    await file.add(Buffer.from('text'))
    await file.blankUpTo(chunk + 10)
    expect(operations).to.deep.equal(['write', 'write', 'sync', 'write', 'sync'].map((name) => `${name} ${path}.new`))
    const bytes = disk.contents(`${path}.new`)
    expect(bytes.length).to.equal(chunk + 10)
    expect(bytes.toString('latin1')).to.equal(`text${' '.repeat(chunk + 6)}`)
    operations.length = 0
    await file.blankUpTo(chunk + 10)
    expect(operations).to.deep.equal([])
  })

  it('that was never published is removed, and nothing else', async () => {
    const disk = new MemoryDisk()
    for (const name of ['a', 'a.new', 'b.new', 'new', 'a.new.jsonl']) disk.put(`${folder}/${name}`, Buffer.from('x'))
    await removeUnfinished(disk, folder)
    expect(disk.paths(folder)).to.deep.equal(['a', 'a.new.jsonl', 'new'].map((name) => `${folder}/${name}`))
  })
})
