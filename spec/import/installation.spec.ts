// A staged journal takes the place of an empty one, or of none.

import { expect } from 'chai'
import { JournalLocked } from '../../src/journal/lock.ts'
import { emptyLedger, foldersWith, foundOn, importInto, oldLedger, someLines } from './installed.ts'

describe('The installation of an import', () => {
  for (const mirror of ['/mirror', undefined]) {
    const folders = foldersWith(mirror)
    const where = mirror === undefined ? 'without a mirror' : 'with a mirror'

    it(`puts the whole ledger in the place of an empty one ${where}`, async () => {
      const disk = await emptyLedger(folders)
      await importInto(disk, folders)
      const { lines, notices, archive, staged } = await foundOn(disk, folders)
      expect(lines).to.deep.equal(await someLines())
      expect({ notices, archive, staged }).to.deep.equal({ notices: [], archive: ['/archive/lock.sqlite'], staged: [] })
    })
  }

  it('changes nothing where somebody else has a copy open', async () => {
    const folders = foldersWith('/mirror')
    const disk = await emptyLedger(folders)
    const takeLock = (folder: string) => {
      if (folder === '/mirror') throw new JournalLocked('another process')
      return { release() {} }
    }
    const failed = await importInto(disk, folders, takeLock).catch((error: Error) => error.name)
    expect(failed).to.equal('JournalLocked')
    expect((await foundOn(disk, folders)).ledger).to.equal(oldLedger)
  })

  it('is refused while there is no room for all copies', async () => {
    const folders = foldersWith('/mirror')
    const disk = await emptyLedger(folders)
    disk.free = 6_000
    const failed = await importInto(disk, folders).catch((error: Error) => error.name)
    expect(failed).to.equal('ImportTooLarge')
    expect((await foundOn(disk, folders)).ledger).to.equal(oldLedger)
  })

  it('does not begin another one over one that was decided', async () => {
    const folders = foldersWith('/mirror')
    const disk = await emptyLedger(folders)
    disk.put('/data/journal.import/ready.json', Buffer.from('{}'))
    const failed = await importInto(disk, folders).catch((error: Error) => error.message)
    expect(failed).to.equal('an import that was decided is not finished')
  })
})
