// What verify finds in an archive that somebody changed, checksums and all, beside an honest journal.

import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect } from 'chai'
import type { IdPart } from '../../../actors/state-storage/archive.ts'
import { decodeIdPart, encodeIdPart } from '../../../src/archive/id-part-file.ts'
import { factChecksum } from '../../../src/archive/sqlite/fact-rows.ts'
import { loadMeta, type Meta, saveMeta } from '../../../src/archive/sqlite/meta.ts'
import { segmentName } from '../../../src/journal/file/segment.ts'
import { linesIn } from './setup/forgery.ts'
import { hashOfPage, makeLedger } from './setup/honest-ledger.ts'
import { told, verified } from './setup/verified.ts'

interface Work {
  readonly folder: string
  readonly database: DatabaseSync
}

type Forgery = readonly [what: string, findings: RegExp, work: (work: Work) => void]

function meta({ database }: Work, change: (meta: Meta) => Partial<Meta>): void {
  const before = loadMeta(database)
  saveMeta(database)({ ...before, ...change(before) })
}

function page({ database }: Work, change: (payload: string) => string): void {
  const row = database.prepare('SELECT generation, page, payload FROM checkpoint_pages').get()
  const payload = change(String(row?.payload))
  const digest = hashOfPage(Number(row?.generation), Number(row?.page), payload)
  database.prepare('UPDATE checkpoint_pages SET payload = ?, digest = ?').run(payload, digest)
}

function part({ folder }: Work, change: (part: IdPart) => Partial<IdPart>, ledger?: string): void {
  const ids = path.join(folder, 'archive', 'ids')
  const name = fs.readdirSync(ids)[0] ?? ''
  const read = decodeIdPart(name, fs.readFileSync(path.join(ids, name)))
  if (read === undefined) throw new Error('there is no id part')
  fs.writeFileSync(path.join(ids, name), encodeIdPart(ledger ?? read.ledger, { ...read.part, ...change(read.part) }))
}

function body({ database }: Work): void {
  const row = database.prepare('SELECT position, time, body FROM facts').get()
  const changed = String(row?.body).replace('"1000"', '"1001"')
  const checksum = factChecksum(Number(row?.position), 1, Number(row?.time), changed)
  database
    .prepare('UPDATE facts SET body = ?, checksum = ? WHERE position = ?')
    .run(changed, checksum, Number(row?.position))
}

const sql =
  (text: string) =>
  ({ database }: Work) =>
    database.exec(text)

// biome-ignore format: a table
const forgeries: readonly Forgery[] = [
  ['another text of a fact', / 1: holds another text of fact 0/, body],
  ['another time of a fact', / 3: holds another time of fact 0/, sql('UPDATE facts SET time = 7 WHERE position = 3 << 16')],
  ['a wrong checksum of a fact', / 3: fact 0 fails its checksum/, sql('UPDATE facts SET checksum = 7 WHERE position = 3 << 16')],
  ['a fact left out', / 3: has no fact 0/, sql('DELETE FROM facts WHERE position = 3 << 16')],
  ['a fact added', / 3: holds row 9 in facts, which nothing/, sql('INSERT INTO facts SELECT position + 9, time, body, checksum FROM facts WHERE position = 3 << 16')],
  ['another amount of a posting', / 1: holds another row of posting 0/, sql("UPDATE postings SET amount = '7' WHERE position = 1 << 16")],
  ['another entry before', / 2: holds another row of posting 0/, sql('UPDATE postings SET from_previous = 7 WHERE position = 2 << 16')],
  ['another checksum of a posting', / 2: holds another row of posting 1/, sql('UPDATE postings SET checksum = 7 WHERE position = (2 << 16) + 1')],
  ['a posting left out', / 2: has no row of posting 1/, sql('DELETE FROM postings WHERE position = (2 << 16) + 1')],
  ['a posting added', / 2: holds row 7 in postings, which nothing/, sql(`INSERT INTO postings SELECT position + 7, item, time, asset, amount, from_account,
    from_posted, from_previous, from_ordinal, to_account, to_posted, to_previous, to_ordinal, checksum FROM postings WHERE position = 2 << 16`)],
  ['a posting behind the last one', / \d+: holds rows in postings that nothing/, sql(`INSERT INTO postings SELECT position + 1, item, time, asset, amount, from_account,
    from_posted, from_previous, from_ordinal, to_account, to_posted, to_previous, to_ordinal, checksum FROM postings ORDER BY position DESC LIMIT 1`)],
  ['another sparse row', /wrong sparse row, or none, for entry 256 of henry/, sql("UPDATE sparse SET position = 7 WHERE account = 'henry'")],
  ['a sparse row left out', /wrong sparse row, or none, for entry 256 of henry/, sql("DELETE FROM sparse WHERE account = 'henry'")],
  ['a sparse row added', /holds 1 sparse rows too many/, sql("INSERT INTO sparse VALUES ('mallory', 'UNIT', 256, 7, 7)")],
  ['another hash at its end', /knows another record at its end/, (work) => meta(work, () => ({ hash: 'f'.repeat(64) }))],
  ['another ledger', /belongs to the ledger other/, (work) => meta(work, () => ({ ledger: 'other' }))],
  ['a damaged head', /can't be read: the row in the archive .* fails its checksum/, sql("UPDATE meta SET seq = 1")],
  ['a table too few', /can't be read: the archive has lost a table/, sql('DROP TABLE sparse')],
  ['another balance in the checkpoint', /checkpoint tells account\/UNIT\/carol as/, (work) => page(work, (text) => text.replace(/(carol","\{\\"posted\\":\\")\d/, '$19'))],
  ['an account that nobody has in the checkpoint', /checkpoint tells account\/UNIT\/mallory as/, (work) => page(work, (text) => `[["account/UNIT/mallory","{}"],${text.slice(1)}`)],
  ['a hold that had ended in the checkpoint', /checkpoint tells pending\/tr_4 as/, (work) => page(work, (text) => `[["pending/tr_4","{}"],${text.slice(1)}`)],
  ['an account left out of the checkpoint', /the checkpoint has lost account\/UNIT\/carol/, (work) => page(work, (text) => text.replace('/carol"', '/carla"'))],
  ['a damaged page of the checkpoint', /can't be read: page 0 .* fails its digest/, sql("UPDATE checkpoint_pages SET payload = '[]'")],
  ['a checkpoint beyond the journal', /checkpoint of a seq that the journal does not hold/, (work) => meta(work, ({ seq }) => ({ checkpoint: seq + 1 }))],
  ['a name left out of the id parts', / 1: the id parts do not know the name transfer\/first/, (work) => part(work, ({ entries }) => ({ entries: entries.slice(4) }))],
  ['a name of another seq in the id parts', / 1: the id parts do not know the name transfer\/first/, (work) => part(work, ({ entries }) => ({ entries: entries.with(3, 2) }))],
  ['a name added to the id parts', /hold 1 names that nobody took/, (work) => part(work, ({ entries }) => ({ entries: Uint32Array.from([...entries, 1, 2, 0, 3]) }))],
  ['an id part of another ledger', /belongs to the ledger other/, (work) => part(work, () => ({}), 'other')],
  ['a damaged id part', /is damaged: its checksum is wrong/, ({ folder }) => {
    const ids = path.join(folder, 'archive', 'ids')
    fs.appendFileSync(path.join(ids, fs.readdirSync(ids)[0] ?? ''), 'x')
  }],
  ['the mark of damage', /is marked as damaged.*: a reason/, ({ folder }) => fs.writeFileSync(path.join(folder, 'archive', 'archive.damaged'), 'a reason\n')],
]

describe('verify, on an archive with', () => {
  let honest: string
  let folder: string

  before(async () => {
    // Every 256th entry of an account has a sparse row.
    honest = (await makeLedger(300)).folder
  })
  after(() => fs.rmSync(honest, { recursive: true, force: true }))

  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'surety-forged-'))
    fs.cpSync(honest, folder, { recursive: true })
  })
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }))

  it('nothing but what follows from the journal, finds nothing, and leaves no trace', async () => {
    const files = fs.readdirSync(path.join(folder, 'archive'))
    const { findings, archived, seq } = await verified(folder)
    expect([findings.kept, findings.notices, archived]).to.deep.equal([[], [], seq])
    expect(fs.readdirSync(path.join(folder, 'archive'))).to.deep.equal(files)
  })

  for (const [what, finding, change] of forgeries) {
    it(`${what}, finds: ${finding.source}`, async () => {
      const database = new DatabaseSync(path.join(folder, 'archive', 'archive.sqlite'))
      change({ folder, database })
      database.close()
      const found = told(await verified(folder))
      expect(
        found.some((text) => finding.test(text)),
        found.join('\n'),
      ).to.equal(true)
    })
  }

  it('more in it than the journal has, finds that records are missing', async () => {
    for (const copy of ['journal', 'mirror']) {
      const lines = linesIn(path.join(folder, copy))
      fs.writeFileSync(path.join(folder, copy, segmentName(0)), `${lines.slice(0, -1).join('\n')}\n`)
      fs.rmSync(path.join(folder, copy, 'clean-stop.json'))
    }
    expect(told(await verified(folder)).join()).to.match(
      /but the journal ends at \d+: acknowledged records are missing/,
    )
  })

  it('less in it than the journal has, says so and finds nothing', async () => {
    const database = new DatabaseSync(path.join(folder, 'archive', 'archive.sqlite'))
    const records = linesIn(path.join(folder, 'journal')).map((line) => JSON.parse(line))
    const { hash } = records.find(({ seq }) => seq[1] === 23)
    database.exec('DELETE FROM facts WHERE position >= 24 << 16; DELETE FROM postings WHERE position >= 24 << 16')
    database.exec('DELETE FROM sparse')
    meta({ folder, database }, () => ({ seq: 23, hash }))
    database.close()
    const { findings } = await verified(folder)
    expect(findings.kept).to.deep.equal([])
    expect(findings.notices.join()).to.include('the archive goes to seq 23; the next start takes the rest over')
  })
})
