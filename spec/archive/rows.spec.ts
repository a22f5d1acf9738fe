// The rows of the archive: what the queries to come will walk along.

import path from 'node:path'
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import { expect } from 'chai'
import type { TransferFact } from '../../actors/contracts/transfer.ts'
import type { Transaction } from '../../actors/state-storage/messages.ts'
import { rowNumber } from '../../src/archive/sqlite/database.ts'
import { inThread } from '../../stress/attacks/in-thread.ts'
import { randomFrom } from '../setup/random.ts'
import { removeTemporaryFolders, temporaryFolder } from './setup/folders.ts'
import { rejection } from './setup/rejection.ts'
import { SampleLedger, timeOf } from './setup/sample-ledger.ts'

type Row = Record<string, SQLOutputValue>

describe('The rows of the archive', () => {
  afterEach(removeTemporaryFolders)

  async function archived(fill: (ledger: SampleLedger) => readonly string[]) {
    const folder = temporaryFolder()
    const archive = inThread(folder)
    const ledger = new SampleLedger()
    await archive.open()
    await archive.bind(ledger.id)
    await archive.take(fill(ledger))
    await archive.close()
    const database = new DatabaseSync(path.join(folder, 'archive.sqlite'))
    const rows = (sql: string): Row[] => database.prepare(sql).all()
    return { ledger, rows, close: () => database.close() }
  }

  const seed = 42
  it(`lead from an account's last entry back through all of them (seed ${seed})`, async () => {
    const random = randomFrom(seed)
    const user = () => `u${Math.floor(random() * 3)}`
    const posting = () => `${user()}>${user()}:${Math.ceil(random() * 99)}`
    const { ledger, rows, close } = await archived((ledger) =>
      Array.from({ length: 60 }, () => {
        return ledger.line(
          ...Array.from({ length: 10 }, () => (random() < 0.8 ? [posting()] : [posting(), posting(), posting()])),
        )
      }),
    )
    const byPosition = new Map(rows('SELECT * FROM postings').map((row) => [row.position, row]))
    for (const account of ['u0', 'u1', 'u2']) {
      const statement = ledger.statement('UNIT', account)
      const last = statement.at(-1)?.position ?? [0, 0]
      let position: SQLOutputValue | undefined = rowNumber(...last) as number
      for (const line of statement.toReversed()) {
        const row: Row = byPosition.get(position) ?? {}
        const side = row.from_account === account ? 'from' : 'to'
        expect(row[`${side}_account`]).to.equal(account)
        expect(row[`${side}_posted`]).to.equal(String(line.posted))
        expect(row.amount).to.equal(String(side === 'from' ? -line.change : line.change))
        expect(row.time).to.equal(timeOf(line.position[0]))
        position = row[`${side}_previous`]
      }
      expect(position).to.equal(null)
      const sparse = rows(`SELECT ordinal, position, time FROM sparse WHERE account = '${account}' AND asset = 'UNIT'`)
      const expected = statement.flatMap(({ position: [seq, index] }, at) => {
        return (at + 1) % 256 === 0 ? [{ ordinal: at + 1, position: seq * 65_536 + index, time: timeOf(seq) }] : []
      })
      expect(sparse.map((row) => ({ ...row }))).to.deep.equal(expected)
      expect(expected).not.to.deep.equal([])
    }
    close()
  })

  it('number the postings of an atomic batch through, and say to which of its facts they belong', async () => {
    const atomicBatch: Transaction = { seq: 1, time: timeOf(1), ...{ method: 'Batch', state: 'posted' } }
    const hold: TransferFact = { ...new SampleLedger().transfer(1, ['x>y:1', 'x>z:1'], 3), state: 'pending' }
    const { rows, close } = await archived((ledger) => [
      ledger.lineOf([
        atomicBatch,
        ledger.transfer(1, ['a>b:1', 'a>a:1', 'a>c:1'], 0),
        hold,
        ledger.transfer(1, ['b>c:1'], 5),
        ledger.transfer(2, ['c>a:1'], 0),
      ]),
    ])
    const found = rows('SELECT position >> 16 AS seq, position & 65535 AS posting, item FROM postings')
    expect(found.map(({ seq, posting, item }) => [seq, posting, item])).to.deep.equal([
      [1, 0, 1],
      [1, 2, 1],
      [1, 5, 3],
      [2, 0, 0],
    ])
    close()
  })

  it('carry a checksum over all that a posting says', async () => {
    const { rows, close } = await archived((ledger) => [ledger.line(['a>b:5'], ['b>a:2 EUR/2'], ['a>c:1'])])
    for (const { checksum, ...row } of rows('SELECT * FROM postings')) {
      expect(checksum).to.equal(crc32(Object.values(row).map(String).join(' ')))
    }
    close()
  })

  it('hold each fact as it stands in the journal, byte for byte', async () => {
    const lines: string[] = []
    const { rows, close } = await archived((ledger) => {
      lines.push(ledger.line(['a>b:5'], ['b>a:2']))
      return lines
    })
    const bodies = rows('SELECT body FROM facts ORDER BY position').map(({ body }) => body)
    expect(lines[0]).to.contain(`"transactions":[${bodies.join(',')}],"writes"`)
    close()
  })

  it('have numbers that go on in order where they pass what a number can hold', () => {
    const seqs = [1, 2, 2 ** 37 - 1, 2 ** 37, 2 ** 37 + 1, 2 ** 47 - 1]
    const numbers = seqs.flatMap((seq) => [rowNumber(seq, 0), rowNumber(seq, 1), rowNumber(seq, 65_535)])
    const exact = seqs.flatMap((seq) => [0n, 1n, 65_535n].map((index) => BigInt(seq) * 65_536n + index))
    expect(numbers.map(BigInt)).to.deep.equal(exact)
  })

  it('are not made for a seq with more postings than its numbers can tell apart', async () => {
    const archive = inThread(temporaryFolder())
    const ledger = new SampleLedger()
    await archive.open()
    await archive.bind(ledger.id)
    const postings = Array.from({ length: 65_537 }, () => 'a>a:1')
    expect(await rejection(archive.take([ledger.line(postings)]))).to.match(/more postings/)
    await archive.close()
  })
})
