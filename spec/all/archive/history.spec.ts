// History keeps its promises on every archive, and believes no row that fails its checksum.

import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect } from 'chai'
import { ArchiveDamaged } from '../../../actors/state-storage/archive.ts'
import { MemoryArchive } from '../../../src/archive/memory-archive.ts'
import { SqliteArchive } from '../../../src/archive/sqlite-archive.ts'
import { inThread } from '../../../stress/attacks/in-thread.ts'
import { historyContract } from '../../archive/history-contract.ts'
import { removeTemporaryFolders, temporaryFolder } from '../../archive/setup/folders.ts'
import { rejection } from '../../archive/setup/rejection.ts'
import { SampleLedger } from '../../archive/setup/sample-ledger.ts'

describe('The history of MemoryArchive', () => {
  historyContract(() => new MemoryArchive())
})

describe('The history of SqliteArchive', () => {
  afterEach(removeTemporaryFolders)

  historyContract(() => inThread(temporaryFolder()))

  it('is read by a worker of its own', async () => {
    const archive = new SqliteArchive(temporaryFolder())
    const ledger = new SampleLedger()
    await archive.open()
    await archive.bind(ledger.id)
    await archive.take([ledger.line(['a>b:5'])])
    const place = { account: 'b', asset: 'UNIT', last: [1, 0], count: 1 } as const
    expect(await archive.history.postedAsOf(place, { seq: 1 })).to.equal('5')
    await archive.close()
  })

  const damages = [
    ['a balance', "UPDATE postings SET from_posted = '-1' WHERE position >> 16 = 300"],
    ['an amount', "UPDATE postings SET amount = '2' WHERE position >> 16 = 300"],
    ['a time', 'UPDATE postings SET time = time + 1 WHERE position >> 16 = 300'],
    ['a number beyond all bounds', 'UPDATE postings SET to_ordinal = 9223372036854775807 WHERE position >> 16 = 300'],
    ['a posting that is gone', 'DELETE FROM postings WHERE position >> 16 = 300'],
    ['a fact', "UPDATE facts SET body = replace(body, 'tr', 'xx') WHERE position >> 16 = 300"],
    ['a fact that is gone', 'DELETE FROM facts WHERE position >> 16 = 300'],
    ['a sparse row that leads elsewhere', 'UPDATE sparse SET position = position - 65536 WHERE ordinal = 512'],
    ['a sparse row that is gone', 'DELETE FROM sparse WHERE ordinal = 512'],
  ] as const
  for (const [what, sql] of damages) {
    it(`is not believed with damage to ${what}`, async () => {
      const folder = temporaryFolder()
      const archive = inThread(folder)
      const ledger = new SampleLedger()
      await archive.open()
      await archive.bind(ledger.id)
      await archive.take(Array.from({ length: 600 }, () => ledger.line(['a>b:1'])))
      const database = new DatabaseSync(path.join(folder, 'archive.sqlite'))
      database.exec(sql)
      database.close()
      const place = { account: 'a', asset: 'UNIT', last: [600, 0], count: 600 } as const
      const outcome = await rejection(archive.history.statement(place, { low: 290, high: 310 }))
      expect(outcome).to.be.instanceOf(ArchiveDamaged)
      if (what.startsWith('a fact')) {
        const query = { order: 'desc', after: null, limit: 1_000, filter: {} } as const
        expect(await rejection(archive.history.transfers(600, query))).to.be.instanceOf(ArchiveDamaged)
      }
      await archive.close()
    })
  }
})
