// A process that dies while it writes leaves part of a record. What was acknowledged stays, what was not is cut off.

import { expect } from 'chai'
import { JournalDamaged } from '../../../actors/state-storage/journal.ts'
import {
  journalOn,
  killedLedger,
  linesIn,
  linesOn,
  placesIn,
  rejection,
  snapshot,
  survivesAll,
} from '../../journal/journals.ts'
import { folder, mirror } from '../../journal/memory-disk.ts'
import {
  expectCutAfterAnyByte,
  expectKeptByTheOther,
  main,
  oneSegment,
  other,
} from '../../journal/recovery/torn-tails.ts'

describe('A journal cut after any byte', () => {
  it('keeps every whole record if both copies end there', () => expectCutAfterAnyByte([1, 1], 'ends there'))
  it('keeps all if only the mirror is blank from there', () => expectKeptByTheOther([1], 'is blank from there', other))

  it('is damaged if not even the genesis is whole in any copy', async () => {
    const { disk } = await killedLedger([1], oneSegment)
    const bytes = disk.contents(main)
    for (let length = 0; length < (placesIn(bytes)[0]?.end ?? 0); length++) {
      for (const path of [main, other]) disk.put(path, bytes.subarray(0, length))
      const before = snapshot(disk)
      expect(await rejection(journalOn(disk).open()), `${length}`).to.be.instanceOf(JournalDamaged)
      expect(snapshot(disk)).to.deep.equal(before)
    }
  })

  it('is damaged if a witness knows what would be cut off', async () => {
    const { disk, lines } = await killedLedger([1, 1], oneSegment)
    const { hash } = JSON.parse(lines[1] ?? '')
    for (const path of [main, other]) disk.put(path, shortened(disk.contents(path)))
    const before = snapshot(disk)
    expect(await rejection(journalOn(disk).open({ seq: 2, hash }))).to.be.instanceOf(JournalDamaged)
    expect(snapshot(disk)).to.deep.equal(before)
    expect(await linesOn(disk, oneSegment)).to.deep.equal(lines.slice(0, 1))
  })

  it('is damaged if it was stopped cleanly: then nothing was being written', async () => {
    const { disk, lines } = await killedLedger([1, 1], oneSegment)
    expect(await linesOn(disk, oneSegment)).to.deep.equal(lines)
    for (const path of [main, other]) disk.put(path, shortened(disk.contents(path)))
    for (const copy of [folder, mirror]) {
      const oneMark = disk.afterPowerCut(survivesAll)
      oneMark.delete(`${copy}/clean-stop.json`)
      const before = snapshot(oneMark)
      expect(await rejection(journalOn(oneMark).open())).to.be.instanceOf(JournalDamaged)
      expect(snapshot(oneMark)).to.deep.equal(before)
    }
  })

  it('goes on behind a cut as if nothing had been there', async () => {
    const { disk, lines } = await killedLedger([1, 1], oneSegment)
    for (const path of [main, other]) disk.put(path, shortened(disk.contents(path)))
    const journal = journalOn(disk, oneSegment)
    const { head } = await journal.open()
    const time = head.time + 5
    const { line } = await journal.append({
      first: 2,
      last: 2,
      time,
      transactions: [{ seq: 2, time }],
      writes: new Map(),
    })
    await journal.close()
    for (const path of [main, other]) expect(linesIn(disk.contents(path)).slice(1)).to.deep.equal([lines[0], line])
  })
})

/** Without the last byte of the last line, which is its newline, and the one before. */
function shortened(bytes: Buffer): Buffer {
  return Buffer.from(bytes).fill(' ', bytes.lastIndexOf('\n') - 1)
}
