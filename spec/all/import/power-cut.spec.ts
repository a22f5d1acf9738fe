// Whenever the power goes while an import is put in place, what is there afterwards is the old ledger or the new one.

import { expect } from 'chai'
import { finishImport } from '../../../src/import/installation.ts'
import { emptyLedger, foldersWith, foundOn, importInto, oldLedger, someLines } from '../../import/installed.ts'
import { cutPowerAt } from '../../journal/memory-disk.ts'
import { randomFrom, seedOfRun } from '../../setup/random.ts'

describe('The installation of an import', () => {
  for (const mirror of ['/mirror', undefined]) {
    const folders = foldersWith(mirror)
    const where = mirror === undefined ? 'without a mirror' : 'with a mirror'

    it(`leaves the empty ledger or the whole one wherever the power is cut ${where}`, async () => {
      const seed = seedOfRun()
      const random = randomFrom(seed)
      const lines = await someLines()
      const fates = new Set<string>()
      for (let step = 1, happened = true; happened; step++) {
        const disk = await emptyLedger(folders)
        const cut = cutPowerAt(disk, step)
        await importInto(disk, folders).catch(() => {})
        happened = cut.happened()
        for (const chance of [() => 0, () => 0.999, random]) {
          const left = disk.afterPowerCut(chance)
          const found = await foundOn(left, folders)
          const isOld = found.ledger === oldLedger
          expect(found.lines, `step ${step}, seed ${seed}`).to.deep.equal(isOld ? found.lines.slice(0, 1) : lines)
          expect(found.staged, `step ${step}`).to.deep.equal([])
          expect(found.archive.length, `step ${step}`).to.equal(isOld ? 3 : 1)
          fates.add(isOld ? 'old' : happened ? 'new after a cut' : 'new')
        }
      }
      expect([...fates]).to.have.members(['old', 'new after a cut', 'new'])
    })

    it(`finishes though the power goes again and again ${where}`, async () => {
      for (let step = 1, happened = true; happened; step++) {
        const disk = await emptyLedger(folders)
        disk.before = ({ name, path }) => {
          if (name === 'create' && path.startsWith('/journal/')) throw new Error('the power is gone')
        }
        await importInto(disk, folders).catch(() => {})
        const decided = disk.afterPowerCut(() => 0.999)
        const cut = cutPowerAt(decided, step)
        await finishImport(decided, folders).catch(() => {})
        happened = cut.happened()
        expect(
          (
            await foundOn(
              decided.afterPowerCut(() => 0.999),
              folders,
            )
          ).lines,
          `step ${step}`,
        ).to.deep.equal(await someLines())
      }
    })
  }
})
