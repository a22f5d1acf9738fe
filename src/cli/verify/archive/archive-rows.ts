// Holds the archive's rows against the journal: both are in the order of seq, so both are read once, side by side.

import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import type { Seq, Timestamp } from '../../../../actors/state-storage/messages.ts'
import type { Entry, PostingRow } from '../../../archive/entries.ts'
import type { ArchivedFact } from '../../../archive/journal-line.ts'
import { rowNumber } from '../../../archive/sqlite/database.ts'
import { factChecksum } from '../../../archive/sqlite/fact-rows.ts'
import { postingValues, sparseDistance } from '../../../archive/sqlite/posting-rows.ts'

type Row = Readonly<Record<string, SQLOutputValue>>
type Say = (seq: Seq, message: string) => void

export class ArchiveRows {
  readonly #facts: Cursor
  readonly #postings: Cursor
  readonly #database: DatabaseSync
  readonly #sparse: ReturnType<DatabaseSync['prepare']>
  readonly #say: Say
  #sparseRows = 0

  constructor(database: DatabaseSync, say: Say) {
    this.#database = database
    this.#say = say
    this.#facts = new Cursor(database, 'facts', say)
    this.#postings = new Cursor(database, 'postings', say)
    this.#sparse = database.prepare('SELECT position, time FROM sparse WHERE account = ? AND asset = ? AND ordinal = ?')
    this.#sparse.setReadBigInts(true)
  }

  /** The next fact of the journal. */
  fact({ seq, item, items, time, body }: ArchivedFact): void {
    const position = rowNumber(seq, item)
    const row = this.#facts.at(BigInt(position))
    if (row === undefined) return this.#say(seq, `has no fact ${item}`)
    if (row.body !== body) this.#say(seq, `holds another text of fact ${item} than the journal`)
    else if (row.time !== BigInt(time)) this.#say(seq, `holds another time of fact ${item} than the journal`)
    else if (row.checksum !== BigInt(factChecksum(position, items, time, body))) {
      this.#say(seq, `fact ${item} fails its checksum`)
    }
  }

  /** The next entries that follow from the journal. */
  posting(row: PostingRow, item: number, time: Timestamp): void {
    const [seq, index] = row.position
    const expected = postingValues(row, item, time)
    const found = this.#postings.at(BigInt(expected[0]))
    if (found === undefined) this.#say(seq, `has no row of posting ${index}`)
    else if (Object.values(found).map(String).join(' ') !== expected.map(String).join(' ')) {
      this.#say(seq, `holds another row of posting ${index} than follows from the journal`)
    }
    for (const entry of [row.from, row.to]) this.#entry(entry, row, time)
  }

  #entry({ account, ordinal }: Entry, { asset, position }: PostingRow, time: Timestamp): void {
    if (ordinal % sparseDistance !== 0) return
    this.#sparseRows++
    const found = this.#sparse.get(account, asset, ordinal)
    if (found?.position === BigInt(rowNumber(...position)) && found.time === BigInt(time)) return
    this.#say(position[0], `has a wrong sparse row, or none, for entry ${ordinal} of ${account} in ${asset}`)
  }

  /** After the last fact that the archive must hold. */
  conclude(seq: Seq): void {
    this.#facts.end(seq)
    this.#postings.end(seq)
    const count = Number(this.#database.prepare('SELECT count(*) AS count FROM sparse').get()?.count)
    if (count > this.#sparseRows) this.#say(seq, `holds ${count - this.#sparseRows} sparse rows too many`)
  }
}

/** The rows of a table in order of position. */
class Cursor {
  readonly #rows: Iterator<Row>
  readonly #table: string
  readonly #say: Say
  #next: Row | undefined

  constructor(database: DatabaseSync, table: string, say: Say) {
    const statement = database.prepare(`SELECT * FROM ${table} ORDER BY position`)
    // A damaged number can be larger than a number holds.
    statement.setReadBigInts(true)
    this.#rows = statement.iterate() as Iterator<Row>
    this.#table = table
    this.#say = say
    this.#advance()
  }

  /** The row there; those before it are too many. */
  at(position: bigint): Row | undefined {
    while (this.#next !== undefined && this.#position < position) this.#tooMany()
    if (this.#next === undefined || this.#position > position) return undefined
    const row = this.#next
    this.#advance()
    return row
  }

  end(seq: Seq): void {
    if (this.#next === undefined) return
    this.#say(seq, `holds rows in ${this.#table} that nothing in the journal is the reason for`)
    this.#next = undefined
  }

  #tooMany(): void {
    const [seq, index] = [Number(this.#position >> 16n), this.#position & 65_535n]
    this.#say(seq, `holds row ${index} in ${this.#table}, which nothing in the journal is the reason for`)
    this.#advance()
  }

  get #position(): bigint {
    return BigInt(this.#next?.position as bigint)
  }

  #advance(): void {
    const { value, done } = this.#rows.next()
    this.#next = done === true ? undefined : (value as Row)
  }
}
