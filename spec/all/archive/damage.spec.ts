// An archive that is damaged is never believed: it says so, and the next opening puts it aside and begins anew.

import fs from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect } from 'chai'
import { ArchiveDamaged } from '../../../actors/state-storage/archive.ts'
import type { SqliteArchive } from '../../../src/archive/sqlite-archive.ts'
import { inThread } from '../../../stress/attacks/in-thread.ts'
import { removeTemporaryFolders, temporaryFolder } from '../../archive/setup/folders.ts'
import { rejection } from '../../archive/setup/rejection.ts'
import { SampleLedger } from '../../archive/setup/sample-ledger.ts'

describe('A damaged archive', () => {
  let intact: string
  let folder: string
  let file: string
  let ledger: SampleLedger
  let archive: SqliteArchive

  /** Twenty facts, the tenth one an atomic batch of three, and a checkpoint of two pages; closed. */
  before(async () => {
    intact = temporaryFolder()
    ledger = new SampleLedger()
    archive = inThread(intact)
    await archive.open()
    await archive.bind(ledger.id)
    for (let seq = 1; seq <= 20; seq++) {
      const items = seq === 10 ? [0, 1, 2] : [0]
      await archive.take([ledger.lineOf(items.map((item) => ledger.transfer(seq, [`a>b${seq}:7`], item)))])
    }
    await archive.beginCheckpoint(20)
    await archive.saveCheckpointPage([['a', '"0"']])
    await archive.saveCheckpointPage([['b', '"1"']])
    await archive.finishCheckpoint()
    await archive.close()
  })
  after(removeTemporaryFolders)

  beforeEach(() => {
    folder = temporaryFolder()
    fs.cpSync(intact, folder, { recursive: true })
    file = path.join(folder, 'archive.sqlite')
    archive = inThread(folder)
  })
  afterEach(() => archive.close())

  function change(sql: string): void {
    const database = new DatabaseSync(file)
    database.exec(sql)
    database.close()
  }

  async function pages() {
    const read = []
    for await (const page of archive.checkpointPages()) read.push(page)
    return read
  }

  async function expectBegunAnew(): Promise<void> {
    const { head, checkpoint, notices } = await archive.open()
    expect(head).to.deep.equal({ seq: 0, hash: '' })
    expect(checkpoint).to.equal(0)
    expect(notices).to.have.length(1)
    expect(notices[0]).to.match(/^the archive was put aside as archive\.sqlite\.damaged-\d and is begun anew: ./)
    const rebuilt = new SampleLedger()
    await archive.bind(rebuilt.id)
    await archive.take([rebuilt.line(['x>y:1'])])
    await archive.close()
    expect(await archive.open()).to.deep.equal({ head: rebuilt.head, checkpoint: 0, notices: [] })
  }

  const at = (seq: number, item = 0) => `position = ${seq * 65_536 + item}`

  describe('is found out when a fact is asked for, marked, and put aside at the next opening:', () => {
    const rows = [
      ['a byte of a body is another', `UPDATE facts SET body = replace(body, 'b5', 'b6') WHERE ${at(5)}`, 5],
      ['a body is empty', `UPDATE facts SET body = '' WHERE ${at(5)}`, 5],
      ['a checksum is another', `UPDATE facts SET checksum = checksum + 1 WHERE ${at(5)}`, 5],
      ['a time is another', `UPDATE facts SET time = time + 1 WHERE ${at(5)}`, 5],
      ['a time is larger than any number', `UPDATE facts SET time = ${2n ** 62n} WHERE ${at(5)}`, 5],
      ['a row is gone', `DELETE FROM facts WHERE ${at(5)}`, 5],
      [
        'a row stands in the place of another',
        `DELETE FROM facts WHERE ${at(5)};
        UPDATE facts SET position = ${5 * 65_536} WHERE ${at(6)}`,
        5,
      ],
      ['the first of a batch is gone', `DELETE FROM facts WHERE ${at(10, 0)}`, 10],
      ['the second of a batch is gone', `DELETE FROM facts WHERE ${at(10, 1)}`, 10],
      ['the last of a batch is gone', `DELETE FROM facts WHERE ${at(10, 2)}`, 10],
      [
        'a batch has one more',
        `INSERT INTO facts SELECT position + 3, time, body, checksum FROM facts WHERE ${at(10)}`,
        10,
      ],
      ['all rows before the last are gone', `DELETE FROM facts WHERE position < ${20 * 65_536}`, 1],
    ] as const
    for (const [what, sql, seq] of rows) {
      it(what, async () => {
        change(sql)
        await archive.open()
        expect(await rejection(archive.findTransactions([4, seq]))).to.be.instanceOf(ArchiveDamaged)
        expect(await archive.findTransactions([20])).to.deep.equal([ledger.facts.at(-1)])
        await archive.close()
        await expectBegunAnew()
      })
    }
  })

  describe('is found out when transfers are listed:', () => {
    const rows = [
      ['the first ones are gone', `DELETE FROM facts WHERE position < ${3 * 65_536}`, 20],
      ['some in the middle are gone', `DELETE FROM facts WHERE ${at(8)} OR ${at(9)}`, 20],
      ['the last ones that were asked for are gone', `DELETE FROM facts WHERE ${at(11)} OR ${at(12)}`, 12],
      ['all that were asked for are gone', `DELETE FROM facts WHERE position < ${4 * 65_536}`, 3],
    ] as const
    for (const [what, sql, through] of rows) {
      for (const order of ['asc', 'desc'] as const) {
        it(`${what}, ${order}`, async () => {
          const list = () => archive.history.transfers(through, { order, after: null, limit: 50, filter: {} })
          await archive.open()
          expect((await list()).facts.length).to.equal(ledger.facts.filter(({ seq }) => seq <= through).length)
          await archive.close()
          change(sql)
          archive = inThread(folder)
          await archive.open()
          expect(await rejection(list())).to.be.instanceOf(ArchiveDamaged)
        })
      }
    }
  })

  describe('is found out when the checkpoint is loaded:', () => {
    const rows = [
      ['a page has another text', "UPDATE checkpoint_pages SET payload = replace(payload, '1', '2') WHERE page = 1"],
      ['a page has another digest', "UPDATE checkpoint_pages SET digest = 'x' WHERE page = 1"],
      ['a page is gone', 'DELETE FROM checkpoint_pages WHERE page = 1'],
      [
        'pages have changed places',
        'UPDATE checkpoint_pages SET page = -1 WHERE page = 0;' +
          'UPDATE checkpoint_pages SET page = 0 WHERE page = 1; UPDATE checkpoint_pages SET page = 1 WHERE page = -1',
      ],
    ] as const
    for (const [what, sql] of rows) {
      it(what, async () => {
        change(sql)
        await archive.open()
        expect(await rejection(pages())).to.be.instanceOf(ArchiveDamaged)
        await archive.close()
        await expectBegunAnew()
      })
    }
  })

  describe('is put aside as soon as it is opened:', () => {
    const rows = [
      ['the head is another seq', () => change('UPDATE meta SET seq = 19')],
      ['the head is another hash', () => change("UPDATE meta SET hash = 'x'")],
      ['the ledger is another', () => change("UPDATE meta SET ledger = 'x'")],
      ['the checkpoint is another', () => change('UPDATE meta SET checkpoint = 19')],
      ['the checkpoint has fewer pages', () => change('UPDATE meta SET pages = 1')],
      ['the checkpoint is of another generation', () => change('UPDATE meta SET generation = 2')],
      ['a number is larger than any', () => change(`UPDATE meta SET seq = ${2n ** 62n}`)],
      ['the row about itself is gone', () => change('DELETE FROM meta')],
      ['a table is gone', () => change('DROP TABLE sparse')],
      ['a table has another form', () => change('ALTER TABLE postings ADD COLUMN more TEXT')],
      ['the format is another', () => change('PRAGMA user_version = 2')],
      ['the file is another program’s', () => change('PRAGMA application_id = 1')],
      ['the last fact is gone', () => change(`DELETE FROM facts WHERE ${at(20)}`)],
      ['the last fact is another', () => change(`UPDATE facts SET body = body || ' ' WHERE ${at(20)}`)],
      [
        'a fact goes beyond the head',
        () => change(`INSERT INTO facts SELECT position + 65536, 1, '', 1 FROM facts WHERE ${at(20)}`),
      ],
      ['a posting goes beyond the head', () => change(`UPDATE postings SET position = ${21 * 65_536} WHERE ${at(20)}`)],
      ['it is no database', () => fs.writeFileSync(file, 'no database, but long enough to look at '.repeat(300))],
      ['its first page is zero', () => overwrite(0, Buffer.alloc(8_192))],
      ['it ends in the middle', () => fs.truncateSync(file, Math.floor(fs.statSync(file).size / 8_192 / 2) * 8_192)],
      ['it ends in the middle of its first page', () => fs.truncateSync(file, 1_000)],
      ['it was marked', () => fs.writeFileSync(path.join(folder, 'archive.damaged'), 'a page fails its digest\n')],
    ] as const
    for (const [what, damage] of rows) {
      it(what, async () => {
        damage()
        await expectBegunAnew()
      })
    }
  })

  it('is found out wherever a page of its file is overwritten', async () => {
    const pristine = fs.readFileSync(file)
    for (let offset = 0; offset < pristine.length; offset += 8_192) {
      fs.writeFileSync(file, pristine)
      overwrite(offset, Buffer.alloc(8_192, 0xa5))
      const { head, checkpoint } = await archive.open()
      const all = Array.from({ length: 20 }, (_, index) => index + 1)
      const facts = await archive.findTransactions(all).catch((error) => error)
      const read = await pages().catch((error) => error)
      // What is answered is right, or it is not answered.
      if (head.seq !== 0) expect(head).to.deep.equal(ledger.head)
      if (!(facts instanceof ArchiveDamaged)) expect(facts).to.deep.equal(head.seq === 0 ? [] : ledger.facts)
      if (!(read instanceof ArchiveDamaged)) expect(read).to.have.length(checkpoint === 0 ? 0 : 2)
      await archive.close()
      fs.rmSync(path.join(folder, 'archive.damaged'), { force: true })
    }
  })

  it('is put aside with its write-ahead log, and what was put aside before stays', async () => {
    for (const number of [1, 2]) {
      fs.writeFileSync(file, `not a database ${number}`.repeat(100))
      fs.writeFileSync(`${file}-wal`, `log ${number}`)
      const { notices } = await archive.open()
      expect(notices[0]).to.contain(`archive.sqlite.damaged-${number}`)
      await archive.close()
    }
    for (const number of [1, 2]) {
      expect(fs.readFileSync(`${file}.damaged-${number}`, 'utf8')).to.contain(`not a database ${number}`)
      expect(fs.readFileSync(`${file}.damaged-${number}-wal`, 'utf8')).to.equal(`log ${number}`)
    }
  })

  it('says so when it cannot take lines over because rows stand in their place', async () => {
    await archive.open()
    change(`INSERT INTO facts VALUES (${21 * 65_536}, 1, '', 1)`)
    const { seq, hash } = ledger.head
    const another = new SampleLedger()
    another.head = { seq, hash }
    expect(await rejection(archive.take([another.line(['a>b:1'])]))).to.be.instanceOf(ArchiveDamaged)
    await archive.close()
    await expectBegunAnew()
  })

  it('of another ledger is not put aside: a person must decide', async () => {
    await archive.open()
    expect(await rejection(archive.bind('ffff'))).to.be.instanceOf(ArchiveDamaged)
    await archive.close()
    expect((await archive.open()).head).to.deep.equal(ledger.head)
  })

  function overwrite(offset: number, bytes: Uint8Array): void {
    const descriptor = fs.openSync(file, 'r+')
    fs.writeSync(descriptor, bytes, 0, bytes.length, offset)
    fs.closeSync(descriptor)
  }
})
