// Sealed parts of the id index as files: no damaged byte is believed, no crash loses a name.

import fs from 'node:fs'
import path from 'node:path'
import { expect } from 'chai'
import { ArchiveDamaged, type IdPart } from '../../../actors/state-storage/archive.ts'
import { fewEntries, IdPartFiles } from '../../../src/archive/id-part-files.ts'
import { part } from '../../archive/archive-contract.ts'
import { removeTemporaryFolders, temporaryFolder } from '../../archive/setup/folders.ts'

const ledger = '0123456789abcdef0123456789abcdef'

describe('IdPartFiles', () => {
  let folder: string
  let files: IdPartFiles

  beforeEach(() => {
    folder = path.join(temporaryFolder(), 'ids')
    files = new IdPartFiles(folder)
    files.open()
  })
  afterEach(removeTemporaryFolders)

  const name = (after: number, through: number) =>
    `${String(after).padStart(16, '0')}-${String(through).padStart(16, '0')}.ids`
  const inFolder = (file: string) => path.join(folder, file)

  function reopened(): { notices: string[]; files: IdPartFiles } {
    const other = new IdPartFiles(folder)
    const notices = other.open()
    return { notices: [...notices, ...other.bind(ledger)], files: other }
  }

  function large(after: number, through: number): IdPart {
    return { after, through, entries: new Uint32Array(fewEntries * 4).fill(after + 1) }
  }

  it('says what it is in its first line', () => {
    files.save(ledger, part(0, 5, 1, 2, 0, 3))
    const line = fs.readFileSync(inFolder(name(0, 5)), 'latin1').split('\n')[0] ?? ''
    expect(JSON.parse(line)).to.include({ format: 'surety-ids-1', ledger, after: 0, through: 5, count: 1 })
  })

  it('is not believed with any of its bytes flipped, and is put aside', () => {
    files.save(ledger, part(0, 5, 1, 2, 0, 3, 4, 5, 0, 5))
    const file = inFolder(name(0, 5))
    const whole = fs.readFileSync(file)
    for (let at = 0; at < whole.length; at++) {
      for (const flip of [0x01, 0x20, 0x80]) {
        const damaged = Buffer.from(whole)
        damaged[at] = (damaged[at] ?? 0) ^ flip
        fs.writeFileSync(file, damaged)
        expect(() => files.load(name(0, 5)), `byte ${at} ^ ${flip}`).to.throw(ArchiveDamaged)
      }
    }
    const { notices, files: other } = reopened()
    expect(notices).to.have.length(1)
    expect(notices[0]).to.contain(`${name(0, 5)} is damaged and was put aside`)
    expect(other.names).to.deep.equal([])
    expect(fs.readdirSync(folder)).to.deep.equal([`${name(0, 5)}.damaged`])
  })

  it('is not believed when it is shorter, longer, or under another name', () => {
    files.save(ledger, part(0, 5, 1, 2, 0, 3))
    const whole = fs.readFileSync(inFolder(name(0, 5)))
    for (const content of [whole.subarray(0, -1), whole.subarray(0, -16), whole.subarray(0, 10), Buffer.alloc(0)]) {
      fs.writeFileSync(inFolder(name(0, 5)), content)
      expect(() => files.load(name(0, 5))).to.throw(ArchiveDamaged)
    }
    fs.writeFileSync(inFolder(name(0, 5)), Buffer.concat([whole, Buffer.alloc(16)]))
    expect(() => files.load(name(0, 5))).to.throw(ArchiveDamaged)
    fs.writeFileSync(inFolder(name(0, 6)), whole)
    expect(() => files.load(name(0, 6))).to.throw(ArchiveDamaged)
  })

  it('is put aside when it belongs to another ledger', () => {
    files.save('another', part(0, 5, 1, 2, 0, 3))
    const { notices, files: other } = reopened()
    expect(notices).to.have.length(1)
    expect(notices[0]).to.contain('belongs to ledger another')
    expect(other.names).to.deep.equal([])
  })

  it('leaves the others where they are when one of them is damaged', () => {
    files.save(ledger, large(0, 10))
    files.save(ledger, large(10, 20))
    files.save(ledger, large(20, 30))
    fs.appendFileSync(inFolder(name(10, 20)), 'x')
    expect(reopened().files.names).to.deep.equal([name(0, 10), name(20, 30)])
  })

  it('is written together with the one before while that is small', () => {
    files.save(ledger, part(0, 5, 1, 1, 0, 1))
    files.save(ledger, part(5, 7, 2, 2, 0, 6))
    expect(fs.readdirSync(folder)).to.deep.equal([name(0, 7)])
    files.save(ledger, large(7, 9))
    expect(fs.readdirSync(folder)).to.deep.equal([name(0, 9)])
    files.save(ledger, part(9, 10, 3, 3, 0, 10))
    files.save(ledger, part(10, 11, 4, 4, 0, 11))
    expect(files.names).to.deep.equal([name(0, 9), name(9, 11)])
    expect([...files.load(name(9, 11)).entries]).to.deep.equal([3, 3, 0, 10, 4, 4, 0, 11])
    expect(files.load(name(0, 9)).entries).to.have.length(8 + fewEntries * 4)
  })

  it('survives a crash at each step of being written together', () => {
    files.save(ledger, part(0, 5, 1, 1, 0, 1))
    const before = fs.readFileSync(inFolder(name(0, 5)))
    files.save(ledger, part(5, 7, 2, 2, 0, 6))
    // The temporary file half written; the new one there and the old one not yet removed.
    fs.writeFileSync(inFolder(`${name(0, 7)}.new`), before.subarray(0, 9))
    fs.writeFileSync(inFolder(name(0, 5)), before)
    const { notices, files: other } = reopened()
    expect(notices).to.deep.equal([])
    expect(other.names).to.deep.equal([name(0, 7)])
    expect(fs.readdirSync(folder)).to.deep.equal([name(0, 7)])
  })

  it('keeps the whole of two that overlap', () => {
    files.save(ledger, large(0, 10))
    files.save(ledger, large(5, 15))
    expect(reopened().files.names).to.deep.equal([name(0, 10), name(5, 15)])
  })
})
