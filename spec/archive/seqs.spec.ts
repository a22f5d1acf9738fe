// Reading seq by seq on every archive; what is damaged or gone is told, never skipped.

import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect } from 'chai'
import { ArchiveDamaged } from '../../actors/state-storage/archive.ts'
import { MemoryArchive } from '../../src/archive/memory-archive.ts'
import { seqsContract } from './seqs-contract.ts'
import { removeTemporaryFolders, temporaryFolder } from './setup/folders.ts'
import { inThread } from './setup/in-thread.ts'
import { rejection } from './setup/rejection.ts'
import { SampleLedger } from './setup/sample-ledger.ts'

describe('The seqs of MemoryArchive', () => {
  seqsContract(() => new MemoryArchive())
})

describe('The seqs of SqliteArchive', () => {
  afterEach(removeTemporaryFolders)

  seqsContract(() => inThread(temporaryFolder()))

  const damages = [
    ['a fact that was changed', "UPDATE facts SET body = replace(body, 'tr_', 'xx_') WHERE position >> 16 = 70"],
    ['the first one gone', 'DELETE FROM facts WHERE position >> 16 = 1'],
    ['one in the middle gone', 'DELETE FROM facts WHERE position >> 16 = 70'],
    ['the last of a portion gone', 'DELETE FROM facts WHERE position >> 16 = 64'],
    ['the first of the next portion gone', 'DELETE FROM facts WHERE position >> 16 = 65'],
    ['the last one gone', 'DELETE FROM facts WHERE position >> 16 = 130'],
    ['the first of a batch gone', 'DELETE FROM facts WHERE position = 129 * 65536'],
    ['the last of a batch gone', 'DELETE FROM facts WHERE position = 129 * 65536 + 2'],
    ['all of them gone', 'DELETE FROM facts'],
  ] as const
  for (const [what, sql] of damages) {
    it(`are not told with ${what}`, async () => {
      const folder = temporaryFolder()
      const archive = inThread(folder)
      const ledger = new SampleLedger()
      await archive.open()
      await archive.bind(ledger.id)
      const lines = Array.from({ length: 128 }, () => ledger.line(['a>b:1']))
      const batch = ledger.lineOf([0, 1, 2].map((item) => ledger.transfer(129, ['a>b:1'], item)))
      await archive.take([...lines, batch, ledger.line(['a>b:1'])])
      const database = new DatabaseSync(path.join(folder, 'archive.sqlite'))
      database.exec(sql)
      database.close()
      for (const order of ['asc', 'desc'] as const) {
        const range = { low: 1, high: 130, order, limit: 1_000, characters: 1e9 }
        expect(await rejection(archive.history.seqs(range))).to.be.instanceOf(ArchiveDamaged)
      }
      await archive.close()
    })
  }

  it('are not told under the number of one that is gone, even where the run ends before the next gap', async () => {
    const folder = temporaryFolder()
    const archive = inThread(folder)
    const ledger = new SampleLedger()
    await archive.open()
    await archive.bind(ledger.id)
    await archive.take(Array.from({ length: 9 }, () => ledger.line(['a>b:1'])))
    const database = new DatabaseSync(path.join(folder, 'archive.sqlite'))
    database.exec('DELETE FROM facts WHERE position >> 16 = 5')
    database.close()
    for (const [low, high, order] of [
      [5, 9, 'asc'],
      [1, 5, 'desc'],
    ] as const) {
      const outcome = await rejection(archive.history.seqs({ low, high, order, limit: 1, characters: 1e9 }))
      expect(outcome).to.be.instanceOf(ArchiveDamaged)
    }
    await archive.close()
  })
})
