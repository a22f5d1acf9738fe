// The adapter in SQLite, its file in this thread: the contract, what it does with a damaged file, and who may read it.

import fs from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect } from 'chai'
import { OperationsDamaged, OperationsFull } from '../../src/operations/operations.ts'
import { OperationsFile } from '../../src/operations/sqlite/operations-file.ts'
import { SqliteOperations } from '../../src/operations/sqlite-operations.ts'
import { InThread } from '../../stress/attacks/in-thread.ts'
import { removeTemporaryFolders, temporaryFolder } from '../archive/setup/folders.ts'
import { rejection } from '../archive/setup/rejection.ts'
import { aDelivery, aWebhook, operationsContract } from './operations-contract.ts'
import { aToken, tokensContract } from './tokens-contract.ts'

function inThread(file: string): SqliteOperations {
  return new SqliteOperations(file, (place) => new InThread(new OperationsFile(place)))
}

describe('Operations data in SQLite', () => {
  let file: string

  beforeEach(() => {
    file = join(temporaryFolder(), 'operations.sqlite')
  })

  afterEach(removeTemporaryFolders)

  describe('keeps the contract:', () => operationsContract(() => inThread(file)))
  describe('keeps the contract of tokens:', () => tokensContract(() => inThread(file)))

  async function filled(): Promise<void> {
    const store = inThread(file)
    await store.open()
    await store.saveWebhook(aWebhook('a'))
    await store.saveProgress('a', 4, aDelivery(4))
    await store.close()
  }

  it('has no file, and no thread, until there is something to keep', async () => {
    const store = new SqliteOperations(file, () => expect.fail('a thread was started'))
    expect(await store.open()).to.deep.equal([])
    await store.close()
    expect(fs.existsSync(file)).to.equal(false)
  })

  it('can be read by nobody else: it holds secrets', async () => {
    const store = inThread(file)
    await store.saveWebhook(aWebhook('a'))
    for (const name of [file, `${file}-wal`, `${file}-shm`]) expect(fs.statSync(name).mode & 0o077, name).to.equal(0)
    await store.close()
  })

  it('is begun anew after a crash while it was made', async () => {
    for (const name of [`${file}.new`, `${file}.new-journal`]) fs.writeFileSync(name, 'half of it')
    const store = inThread(file)
    expect(await store.open()).to.deep.equal([])
    await store.saveWebhook(aWebhook('a'))
    await store.close()
    expect(fs.readdirSync(dirname(file))).to.deep.equal(['operations.sqlite'])
  })

  it('is in its own thread when it runs', async () => {
    const store = new SqliteOperations(file)
    await store.saveWebhook(aWebhook('a'))
    await store.close()
    expect(await inThread(file).open()).to.deep.equal([aWebhook('a')])
  })

  const damages: readonly (readonly [string, () => void])[] = [
    ['no database', () => fs.writeFileSync(file, 'x'.repeat(8_192))],
    ['cut short', () => fs.truncateSync(file, 4_096)],
    ['cut to nothing', () => fs.truncateSync(file, 0)],
    ['overwritten in the middle', () => overwrite(file, 4_096, Buffer.alloc(4_096, 0xff))],
    ['of another program', () => sql(file, 'PRAGMA application_id = 7')],
    ['of a newer version', () => sql(file, 'PRAGMA user_version = 3')],
    ['a row that was changed', () => sql(file, `UPDATE webhooks SET body = replace(body, '"cursor":4', '"cursor":9')`)],
    ['a table that is gone', () => sql(file, 'DROP TABLE webhooks')],
  ]
  for (const [what, damage] of damages) {
    it(`is not believed when it is damaged: ${what}`, async () => {
      await filled()
      damage()
      const store = inThread(file)
      const error = await rejection(store.open())
      expect(error).to.be.instanceOf(OperationsDamaged)
      expect((error as Error).message)
        .to.include(file)
        .and.include('bring the file back from a backup')
      await store.close()
    })
  }

  it('does not believe a token that was changed', async () => {
    const store = inThread(file)
    await store.saveToken(aToken('a'))
    await store.close()
    sql(file, `UPDATE tokens SET body = replace(body, '"principal":"shop"', '"principal":"bank"')`)
    const changed = inThread(file)
    expect(await rejection(changed.tokens())).to.be.instanceOf(OperationsDamaged)
    await changed.close()
  })

  it('takes a file over that was made before there were tokens', async () => {
    await filled()
    sql(file, 'DROP TABLE tokens')
    sql(file, 'PRAGMA user_version = 1')
    const store = inThread(file)
    expect(await store.tokens()).to.deep.equal([])
    await store.saveToken(aToken('a'))
    await store.close()
    const again = inThread(file)
    expect(await again.open()).to.deep.equal([aWebhook('a', { cursor: 4 })])
    expect(await again.tokens()).to.deep.equal([aToken('a')])
    await again.close()
  })

  it('changes nothing when there is no room', async () => {
    await filled()
    const full = { full: 'database or disk is full' }
    const answering = (answer: object) => () => ({ ask: async () => answer, end: async () => {} }) as never
    expect(await rejection(new SqliteOperations(file, answering(full)).saveWebhook(aWebhook('a')))).to.be.instanceOf(
      OperationsFull,
    )
    const service = new OperationsFile(file, 1)
    service.open()
    expect(service.saveWebhook(aWebhook('b', { url: 'x'.repeat(100_000) }))).to.deep.equal(full)
    service.close()
    const store = inThread(file)
    expect(await store.open()).to.deep.equal([aWebhook('a', { cursor: 4 })])
    await store.close()
  })
})

function overwrite(file: string, position: number, bytes: Buffer): void {
  const descriptor = fs.openSync(file, 'r+')
  fs.writeSync(descriptor, bytes, 0, bytes.length, position)
  fs.closeSync(descriptor)
}

function sql(file: string, statement: string): void {
  const database = new DatabaseSync(file)
  database.exec(statement)
  database.close()
}
