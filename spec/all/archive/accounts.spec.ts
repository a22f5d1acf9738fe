// The account lists keep their promises on every archive; in SQLite they are believed only where they prove whose they are.

import fs from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect } from 'chai'
import { ArchiveDamaged } from '../../../actors/state-storage/archive.ts'
import { MemoryArchive } from '../../../src/archive/memory-archive.ts'
import { SqliteArchive } from '../../../src/archive/sqlite-archive.ts'
import { accountsContract, built, everything, settingLine } from '../../archive/accounts-contract.ts'
import { removeTemporaryFolders, temporaryFolder } from '../../archive/setup/folders.ts'
import { inThread } from '../../archive/setup/in-thread.ts'
import { rejection } from '../../archive/setup/rejection.ts'
import { SampleLedger } from '../../archive/setup/sample-ledger.ts'

describe('The account lists of MemoryArchive', () => {
  accountsContract(() => new MemoryArchive())
})

describe('The account lists of SqliteArchive', () => {
  afterEach(removeTemporaryFolders)

  accountsContract(() => inThread(temporaryFolder()))

  it('are built by a worker of their own, and only if somebody asks', async () => {
    const folder = temporaryFolder()
    const archive = new SqliteArchive(folder)
    const ledger = new SampleLedger()
    await archive.open()
    await archive.bind(ledger.id)
    await archive.take([ledger.line(['a>b:5'])])
    archive.accounts.follow()
    expect(fs.existsSync(path.join(folder, 'accounts.sqlite'))).to.equal(false)
    await built(archive, ledger)
    const { sums } = (await archive.accounts.sum({ prefix: 'b' })) ?? {}
    expect(sums).to.deep.equal([{ asset: 'UNIT', accounts: 1, posted: 5n, pendingIn: 0n, pendingOut: 0n }])
    await archive.close()
  })

  async function filled(folder = temporaryFolder()) {
    const archive = inThread(folder)
    const ledger = new SampleLedger()
    await archive.open()
    await archive.bind(ledger.id)
    await archive.take([ledger.line(['a>b:5'], ['b>c:2']), settingLine(ledger, 'b', { k: 'v' })])
    await built(archive, ledger)
    return { folder, archive, ledger }
  }

  function change(file: string, sql: string): void {
    const database = new DatabaseSync(file)
    database.exec(sql)
    database.close()
  }

  const wholeList = ['a -5', 'b 3', 'c 2']

  async function told(archive: SqliteArchive): Promise<string[] | undefined> {
    const read = await archive.accounts.list(everything)
    return read?.items.map(({ account, state }) => `${account} ${state.posted}`)
  }

  const leftovers = [
    ['a changed seq', 'UPDATE meta SET seq = 2'],
    ['a seq beyond the archive', 'UPDATE meta SET seq = 9'],
    ['no seq', 'DELETE FROM meta'],
    ['another format', 'PRAGMA user_version = 77'],
    ['a table less', 'DROP TABLE metadata'],
  ] as const
  for (const [what, sql] of leftovers) {
    it(`are built anew at the next start if the file has ${what}`, async () => {
      const { folder, archive, ledger } = await filled()
      await archive.close()
      change(path.join(folder, 'accounts.sqlite'), `${sql}; UPDATE accounts SET value = '{"posted":"1","version":1}'`)
      await archive.open()
      await built(archive, ledger)
      expect(await told(archive)).to.deep.equal(wholeList)
      await archive.close()
    })
  }

  it('are built anew if they are of another past of the same ledger, or no database', async () => {
    const { folder, archive, ledger } = await filled()
    await archive.close()
    const file = path.join(folder, 'accounts.sqlite')
    const other = temporaryFolder()
    const [twin, past] = [inThread(other), new SampleLedger()]
    await twin.open()
    await twin.bind(past.id)
    await twin.take([past.line(['x>y:1'], ['x>y:1'], ['x>y:1'])])
    await built(twin, past)
    await twin.close()
    for (const spoil of [
      () => fs.copyFileSync(path.join(other, 'accounts.sqlite'), file),
      () => fs.writeFileSync(file, 'x'.repeat(10_000)),
    ]) {
      spoil()
      await archive.open()
      await built(archive, ledger)
      expect(await told(archive)).to.deep.equal(wholeList)
      await archive.close()
    }
  })

  const damages = [
    ['a balance', `UPDATE accounts SET value = replace(value, '5', '6')`],
    ['a name', "UPDATE accounts SET account = 'd' WHERE account = 'c'"],
    ['metadata', `UPDATE notes SET value = replace(value, 'v', 'w')`],
    ['a row that is gone', "DELETE FROM accounts WHERE account = 'c'"],
  ] as const
  for (const [what, sql] of damages) {
    it(`do not tell damage to ${what}, and are built anew`, async () => {
      const { folder, archive, ledger } = await filled()
      change(path.join(folder, 'accounts.sqlite'), sql)
      const read =
        what === 'a row that is gone' ? archive.accounts.sum({ prefix: '' }) : archive.accounts.list(everything)
      expect(await read).to.equal(undefined)
      await built(archive, ledger)
      expect(await told(archive)).to.deep.equal(wholeList)
      await archive.close()
    })
  }

  it('are thrown away with an archive that is put aside', async () => {
    const { folder, archive } = await filled()
    await archive.close()
    fs.writeFileSync(path.join(folder, 'archive.damaged'), 'for this spec\n')
    await archive.open()
    expect(fs.existsSync(path.join(folder, 'accounts.sqlite'))).to.equal(false)
    await archive.close()
  })

  it('tell those who wait that the archive is damaged, and are not built from it', async () => {
    const { folder, archive, ledger } = await filled()
    await archive.take([ledger.line(['a>b:1'])])
    change(
      path.join(folder, 'archive.sqlite'),
      "UPDATE facts SET body = replace(body, 'tr', 'xx') WHERE position >> 16 = 4",
    )
    expect(await rejection(built(archive, ledger))).to.be.instanceOf(ArchiveDamaged)
    await archive.close()
  })
})
