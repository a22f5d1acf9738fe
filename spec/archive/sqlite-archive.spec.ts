// The archive in SQLite keeps the promises of every archive, and tells everybody when a worker of it is gone.

import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect } from 'chai'
import { ArchiveDamaged } from '../../actors/state-storage/archive.ts'
import { SqliteArchive } from '../../src/archive/sqlite-archive.ts'
import { inThread } from '../../stress/attacks/in-thread.ts'
import { archiveContract } from './archive-contract.ts'
import { removeTemporaryFolders, temporaryFolder } from './setup/folders.ts'
import { rejection } from './setup/rejection.ts'
import { SampleLedger } from './setup/sample-ledger.ts'

describe('SqliteArchive', () => {
  afterEach(removeTemporaryFolders)

  archiveContract(() => inThread(temporaryFolder()))

  it('holds after a restart what its workers took over, and a second process may not open it meanwhile', async () => {
    const folder = temporaryFolder()
    const ledger = new SampleLedger()
    const archive = new SqliteArchive(folder)
    await archive.open()
    await archive.bind(ledger.id)
    await Promise.all([archive.take([ledger.line(['a>b:1'])]), archive.take([ledger.line(['b>a:1'], ['b>a:1'])])])
    expect(await rejection(new SqliteArchive(folder).open())).to.match(/another process/)
    expect(await archive.findTransactions([2])).to.deep.equal([ledger.facts[1]])
    expect(await rejection(archive.bind('another'))).to.be.instanceOf(ArchiveDamaged)
    expect(await rejection(archive.take(['no line']))).to.match(/no journal line/)
    await archive.close()
    const reopened = inThread(folder)
    expect((await reopened.open()).head).to.deep.equal(ledger.head)
    await reopened.close()
  })

  it('lets a portion wait for company before it is handed over', async () => {
    const ledger = new SampleLedger()
    let goOn = () => {}
    const gather = () =>
      new Promise<void>((resolve) => {
        goOn = resolve
      })
    const archive = inThread(temporaryFolder(), gather)
    await archive.open()
    await archive.bind(ledger.id)
    const taken = archive.take([ledger.line(['a>b:1'])])
    await new Promise(setImmediate)
    expect(await archive.findTransactions([1])).to.deep.equal([])
    goOn()
    await taken
    expect(await archive.findTransactions([1])).to.deep.equal([ledger.facts[0]])
    await archive.close()
  })

  it('believes no page of a checkpoint that fails its digest', async () => {
    const folder = temporaryFolder()
    const archive = inThread(folder)
    await archive.open()
    await archive.bind('abc')
    await archive.beginCheckpoint(1)
    await archive.saveCheckpointPage([['a', '"1"']])
    await archive.finishCheckpoint()
    const database = new DatabaseSync(path.join(folder, 'archive.sqlite'))
    database.exec("UPDATE checkpoint_pages SET payload = replace(payload, '1', '2')")
    database.close()
    expect(await rejection(archive.checkpointPages().next())).to.be.instanceOf(ArchiveDamaged)
    await archive.close()
  })

  it('does not mix the pages of two checkpoints', async () => {
    const archive = inThread(temporaryFolder())
    await archive.open()
    await archive.bind('abc')
    const checkpoint = async (value: string) => {
      await archive.beginCheckpoint(1)
      for (const key of ['a', 'b']) await archive.saveCheckpointPage([[key, value]])
      await archive.finishCheckpoint()
    }
    await checkpoint('1')
    const pages = archive.checkpointPages()
    expect((await pages.next()).value).to.deep.equal([['a', '1']])
    await checkpoint('2')
    expect(await rejection(pages.next()))
      .to.match(/newer checkpoint/)
      .and.not.instanceOf(ArchiveDamaged)
    await archive.close()
  })

  it('deletes the pages of checkpoints that do not count any more', async () => {
    const folder = temporaryFolder()
    const archive = inThread(folder)
    await archive.open()
    await archive.bind('abc')
    for (const isFinished of [true, false, true]) {
      await archive.beginCheckpoint(1)
      for (let page = 0; page < 40; page++) await archive.saveCheckpointPage([[`key ${page}`, '1']])
      if (isFinished) await archive.finishCheckpoint()
    }
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate)
    await archive.close()
    const database = new DatabaseSync(path.join(folder, 'archive.sqlite'))
    const left = database
      .prepare('SELECT generation, count(*) AS pages FROM checkpoint_pages GROUP BY generation')
      .all()
    database.close()
    expect(left.map((row) => ({ ...row }))).to.deep.equal([{ generation: 3, pages: 40 }])
  })

  it('tells all that wait, and all that come later, when its writer fails', async () => {
    const folder = temporaryFolder()
    const ledger = new SampleLedger()
    const archive = new SqliteArchive(folder)
    await archive.open()
    await archive.bind(ledger.id)
    await archive.take([ledger.line(['a>b:1'])])
    const fact = ledger.transfer(2, ['a>b:1'])
    // A fact that contradicts itself is a bug: nothing in the writer expects it.
    const contradicting = ledger.lineOf([{ ...fact, balances: [] } as typeof fact])
    const outcomes = [archive.take([contradicting]), archive.take([ledger.line(['a>b:1'])]), archive.beginCheckpoint(1)]
    for (const outcome of await Promise.allSettled(outcomes)) {
      expect(outcome.status).to.equal('rejected')
      expect((outcome as PromiseRejectedResult).reason).to.match(/the writer of the archive has failed/)
    }
    expect(await rejection(archive.take([]))).to.match(/has failed/)
    expect(await rejection(archive.close())).to.match(/has failed/)
    const reopened = inThread(folder)
    expect((await reopened.open()).head.seq).to.equal(1)
    await reopened.close()
  })
})
