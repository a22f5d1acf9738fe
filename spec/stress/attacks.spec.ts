// The pieces of the attacks: what a power cut may leave, and what counts as found out.

import { expect } from 'chai'
import { JournalDamaged } from '../../actors/state-storage/journal.ts'
import { type Image, ImageDisk } from '../../stress/attacks/image-disk.ts'
import { Tally } from '../../stress/attacks/summary.ts'
import { Findings } from '../../stress/checks/findings.ts'
import { BitAttack, turned } from '../../stress/damage/journal-bits.ts'
import { JournalJudge } from '../../stress/damage/journal-judge.ts'
import { makeSample, segmentPaths } from '../../stress/damage/sample.ts'
import { randomFrom } from '../../stress/harness/random.ts'
import { matrix, nameOf } from '../../stress/io/matrix.ts'
import { PowerModel } from '../../stress/power/power-model.ts'
import type { Operation, Step } from '../../stress/power/trace.ts'
import { rejection } from '../journal/journals.ts'

describe('a power cut', () => {
  const named: Operation = { type: 'name', folder: '/a', path: '/a/b', file: 1 }
  const write = (isSynced: boolean): Operation => {
    return { type: 'write', file: 1, position: 500, bytes: Buffer.alloc(600, 'x'), isSynced }
  }
  const done = (operation: Operation): Step[] => [
    { type: 'begun', operation },
    { type: 'ended', operation },
  ]
  const folderSynced = done({ type: 'syncFolder', folder: '/a' })
  const fileSynced = done({ type: 'sync', file: 1 })
  const made = [...done(named), ...folderSynced]

  const rows: readonly (readonly [string, readonly Step[], number])[] = [
    ['a name', done(named), 1],
    ['a name whose folder was synced', made, 0],
    [
      'a name made while its folder was being synced',
      [...folderSynced.slice(0, 1), ...done(named), ...folderSynced.slice(1)],
      1,
    ],
    ['a write, in three sectors', [...made, ...done(write(false))], 3],
    ['a write whose file was synced', [...made, ...done(write(false)), ...fileSynced], 0],
    ['a write that was under way when the sync began', [...made, ...done(write(false)).slice(0, 1), ...fileSynced], 3],
    ['a write that syncs, under way', [...made, ...done(write(true)).slice(0, 1)], 3],
    ['a write that syncs, done', [...made, ...done(write(true))], 0],
  ]
  for (const [what, steps, open] of rows) {
    it(`leaves open what became of ${what}: ${open} pieces`, () => {
      const model = new PowerModel(() => true, randomFrom(1))
      for (const step of steps) model.take(step)
      expect(model.open).to.equal(open)
    })
  }

  it('may take any sector of a write that nobody synced, and leaves zeros where a later one was written', () => {
    const model = new PowerModel(() => true, randomFrom(1))
    for (const step of [...made, ...done(write(false))]) model.take(step)
    const left = model.image((number) => number === 1).get('/a/b')
    expect(left?.length).to.equal(1024)
    expect(left?.indexOf('x')).to.equal(512)
    expect(model.markOf(() => true)).not.to.equal(model.markOf(() => false))
  })
})

describe('the judge of a damaged journal', () => {
  const sample = makeSample(randomFrom(1), 9_000)

  it('finds out a record that is not as it was written', async () => {
    const { image, lines, ...rest } = await sample
    const judge = new JournalJudge({ ...rest, image, lines: lines.with(0, lines[0]?.replace('users', 'USERS') ?? '') })
    expect((await rejection(judge.judge({ damaged: image, copies: 2 }))).message).to.include('another record')
  })

  it('finds out a copy that was not repaired', async () => {
    const { image } = await sample
    const judge = new JournalJudge(await sample)
    const damaged = turned(image, { path: segmentPaths(image, '/mirror')[0] ?? '', byte: 9, bit: 0 })
    expect(() => judge.demandEqualCopies(damaged)).to.throw('not as it was')
    expect(() => judge.demandEqualCopies(image)).not.to.throw()
  })

  it('counts a turned bit as held when it was repaired and found out', async () => {
    const tally = new Tally(new Findings())
    const attack = new BitAttack(await sample, tally)
    const path = segmentPaths((await sample).image, '/journal')[0] ?? ''
    for (const byte of [0, 300, 2_000]) await attack.turn({ path, byte, bit: 3 })
    expect(tally.findings.told()).to.deep.equal([])
    expect(tally.score('damage', 1)).to.include({ held: 6, of: 6 })
  })

  it('counts an error as a case that did not hold, and tells it', async () => {
    const tally = new Tally(new Findings())
    await tally.case(
      'kind',
      () => 'name',
      () => Promise.reject(new JournalDamaged('reason')),
    )
    await tally.case(
      'kind',
      () => 'name',
      async () => {},
    )
    expect(tally.kinds).to.deep.equal({ kind: '1 of 2' })
    expect(tally.findings.told().join()).to.match(/^kind, name: JournalDamaged: reason/)
  })
})

describe('a disk that begins as an image', () => {
  it('changes nothing in it', async () => {
    const image: Image = new Map([['/a/b', Buffer.from('before')]])
    const disk = new ImageDisk(image)
    const file = await disk.openToWrite('/a/b')
    await file.write(Buffer.from('AFTER it'), 3)
    expect(disk.image().get('/a/b')?.toString()).to.equal('befAFTER it')
    expect(image.get('/a/b')?.toString()).to.equal('before')
    expect(new ImageDisk(image).image().get('/a/b')).to.equal(image.get('/a/b'))
  })
})

describe('the matrix of failing system calls', () => {
  it('has each row once', () => {
    const names = matrix().map(nameOf)
    expect(new Set(names).size).to.equal(names.length)
  })
})
