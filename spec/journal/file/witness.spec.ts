// The mark of a clean stop, and what the journal is held against when another knows how far it once reached.

import { hash } from 'node:crypto'
import { expect } from 'chai'
import { JournalDamaged, type Witness } from '../../../actors/state-storage/journal.ts'
import { examine } from '../../../src/journal/file/examine.ts'
import { markText, readMark, refuseUnlessHeld, removeMark, writeMark } from '../../../src/journal/file/witness.ts'
import { killedLedger, linesOn, rejection } from '../journals.ts'
import { folder, MemoryDisk, mirror } from '../memory-disk.ts'
import { operationsOf } from './operations.ts'

const known: Witness = { seq: 7, hash: 'a'.repeat(64) }
const path = `${folder}/clean-stop.json`

describe('The mark of a clean stop', () => {
  it('tells seq and hash, and a digest of both', () => {
    const told = `{"seq":7,"hash":"${known.hash}"}`
    expect(markText(known)).to.equal(`${told.slice(0, -1)},"sha256":"${hash('sha256', told)}"}\n`)
  })

  it('is whole and on disk before it has its name, and its name is before it counts; none stays open', async () => {
    const disk = new MemoryDisk()
    const operations = operationsOf(disk)
    await writeMark(disk, folder, known)
    expect(operations).to.deep.equal([
      `create ${path}.new`,
      `write ${path}.new`,
      `sync ${path}.new`,
      `rename ${path}`,
      `syncFolder ${folder}`,
      `close ${path}`,
    ])
    expect(await readMark(disk, folder)).to.deep.equal(known)
  })

  it('is gone for good before it counts as gone', async () => {
    const disk = new MemoryDisk()
    await writeMark(disk, folder, known)
    const operations = operationsOf(disk)
    await removeMark(disk, folder)
    expect(operations).to.deep.equal([`remove ${path}`, `syncFolder ${folder}`])
    expect(await readMark(disk, folder)).to.equal(undefined)
  })

  it('says nothing where it is not what was written, and stays no open file', async () => {
    for (const text of ['', '{}', 'no json', 'null', markText(known).slice(0, -1), `${markText(known)} `]) {
      const disk = new MemoryDisk()
      disk.put(path, Buffer.from(text))
      const operations = operationsOf(disk)
      expect(await readMark(disk, folder), text).to.equal(undefined)
      expect(operations.at(-1)).to.equal(`close ${path}`)
    }
  })
})

describe('A journal that another knows of', () => {
  async function held(witness: Witness, counts: readonly number[] = [2, 1]) {
    const { disk } = await killedLedger(counts)
    const folders = [folder, mirror]
    return refuseUnlessHeld(disk, folders, await examine(disk, folders), witness)
  }

  async function refusalOf(witness: Witness): Promise<string> {
    const error = await rejection(held(witness))
    expect(error).to.be.instanceOf(JournalDamaged)
    return error.message
  }

  it('holds its last record and one before it', async () => {
    const { disk, lines } = await killedLedger([2, 1])
    const hashes = lines.map((line) => JSON.parse(line).hash)
    const folders = [folder, mirror]
    const found = await examine(disk, folders)
    for (const [seq, hash] of [
      [2, hashes[0]],
      [3, hashes[1]],
    ] as const) {
      await refuseUnlessHeld(disk, folders, found, { seq, hash })
    }
    expect(await linesOn(disk)).to.deep.equal(lines)
  })

  it('holds the genesis that an archive was bound to, and anything for one that never was', async () => {
    const { head } = (await examine((await killedLedger([])).disk, [folder, mirror])) ?? {}
    await held({ seq: 0, hash: head?.hash ?? '' })
    await held({ seq: 0, hash: '' })
    await refuseUnlessHeld(new MemoryDisk(), [folder], undefined, { seq: 0, hash: '' })
    expect(await refusalOf({ seq: 0, hash: 'b' })).to.include('another record at seq 0')
  })

  it('is refused where it ends before that', async () => {
    expect(await refusalOf({ seq: 4, hash: '' })).to.include('knows seq 4')
    expect(await refusalOf({ seq: 4, hash: 'a' })).to.equal(
      'acknowledged records are missing: the archive or a clean stop knows seq 4, but the journal in /journal and /mirror ends at seq 3',
    )
    const error = await rejection(refuseUnlessHeld(new MemoryDisk(), [folder], undefined, { seq: 0, hash: 'a' }))
    expect(error).to.be.instanceOf(JournalDamaged)
    expect(error.message).to.match(/knows seq 0, but the journal in \/journal ends at seq -1$/)
  })

  it('is refused where another record is there, or none ends there', async () => {
    for (const seq of [1, 2, 3]) {
      expect(await refusalOf({ seq, hash: 'a' })).to.equal(
        `the archive or a clean stop knows another record at seq ${seq} than the journal in /journal and /mirror holds there`,
      )
    }
  })

  it('is refused for the hash of a record that ends later than the seq', async () => {
    const { lines } = await killedLedger([2, 1])
    expect(await refusalOf({ seq: 1, hash: JSON.parse(lines[0] ?? '').hash })).to.include('another record at seq 1')
  })
})
