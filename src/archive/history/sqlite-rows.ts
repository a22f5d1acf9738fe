// The archive's tables as history reads them: by primary key only, and no row without its checksum.

import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite'
import type { AccountId, Asset, Position } from '../../../actors/contracts/account.ts'
import { ArchiveDamaged } from '../../../actors/state-storage/archive.ts'
import type { Seq } from '../../../actors/state-storage/messages.ts'
import type { Entry, PostingRow } from '../entries.ts'
import { rowNumber } from '../sqlite/database.ts'
import { factChecksum } from '../sqlite/fact-rows.ts'
import { postingValues } from '../sqlite/posting-rows.ts'
import type { Order } from './history.ts'
import type { ArchivedBody, ArchivedPosting, HistoryRows } from './rows.ts'

type Row = Record<string, SQLOutputValue>

export class SqliteHistoryRows implements HistoryRows {
  readonly #posting: StatementSync
  readonly #sparse: StatementSync
  readonly #facts: Readonly<Record<Order, StatementSync>>
  readonly #lastOfSeq: StatementSync

  constructor(database: DatabaseSync) {
    const prepare = (sql: string) => {
      const statement = database.prepare(sql)
      // Without it, a damaged number can throw for its size before its checksum is looked at.
      statement.setReadBigInts(true)
      return statement
    }
    const facts = 'SELECT position, time, body, checksum FROM facts WHERE position BETWEEN ? AND ? ORDER BY position'
    this.#posting = prepare('SELECT * FROM postings WHERE position = ?')
    this.#sparse = prepare('SELECT position FROM sparse WHERE account = ? AND asset = ? AND ordinal = ?')
    this.#facts = { asc: prepare(`${facts} LIMIT ?`), desc: prepare(`${facts} DESC LIMIT ?`) }
    this.#lastOfSeq = prepare('SELECT max(position) AS last FROM facts WHERE position BETWEEN ? AND ?')
  }

  posting(position: Position): ArchivedPosting {
    const row = this.#posting.get(rowNumber(...position))
    if (row === undefined) throw new ArchiveDamaged(`the archive has lost a posting of seq ${position[0]}`)
    const posting: PostingRow = {
      position,
      asset: String(row.asset),
      amount: String(row.amount),
      from: entryOf(row, 'from'),
      to: entryOf(row, 'to'),
    }
    const [item, time] = [Number(row.item), Number(row.time)]
    if (row.checksum !== BigInt(postingValues(posting, item, time)[13])) {
      throw new ArchiveDamaged(`a posting of seq ${position[0]} in the archive fails its checksum`)
    }
    return { ...posting, item, time }
  }

  sparse(account: AccountId, asset: Asset, ordinal: number): Position {
    const row = this.#sparse.get(account, asset, ordinal)
    if (row === undefined) throw new ArchiveDamaged(`the archive has lost where entry ${ordinal} of ${account} stands`)
    return positionOf(row.position)
  }

  fact(seq: Seq, item: number): ArchivedBody {
    const [found] = this.facts([seq, item], [seq, item], 'asc', 1)
    if (found === undefined) throw new ArchiveDamaged(`the archive has lost the fact of seq ${seq}`)
    return found
  }

  facts(low: Position, high: Position, order: Order, limit: number): readonly ArchivedBody[] {
    const rows = this.#facts[order].all(rowNumber(...low), rowNumber(...high), limit)
    const found: ArchivedBody[] = []
    let [seq, items] = [-1, 0]
    for (const row of rows) {
      const place = positionOf(row.position)
      const [from, to] = order === 'asc' ? [found.at(-1)?.place, place] : [place, found.at(-1)?.place]
      if (place[0] !== seq) [seq, items] = [place[0], this.#itemsOf(place[0])]
      if (from !== undefined && to !== undefined) checkNext(from, to)
      found.push(checked(row, place, items))
    }
    checkEnds(found, low, high, order, limit)
    return found
  }

  #itemsOf(seq: Seq): number {
    const last = this.#lastOfSeq.get(rowNumber(seq, 0), rowNumber(seq, 0xffff))?.last
    return positionOf(last)[1] + 1
  }
}

function checked({ time, body, checksum }: Row, place: Position, items: number): ArchivedBody {
  const text = String(body)
  if (checksum !== BigInt(factChecksum(rowNumber(...place), items, String(time), text))) {
    throw new ArchiveDamaged(`a fact of seq ${place[0]} in the archive fails its checksum`)
  }
  return { place, time: Number(time), body: text }
}

function checkNext([seq, item]: Position, [next, nextItem]: Position): void {
  const follows = nextItem === 0 ? next === seq + 1 : next === seq && nextItem === item + 1
  if (!follows) throw new ArchiveDamaged(`the archive has lost what stood between seq ${seq} and ${next}`)
}

/** Rows that are gone at an end of what was asked for leave no gap between two others. */
function checkEnds(found: readonly ArchivedBody[], low: Position, high: Position, order: Order, limit: number): void {
  const [first, last] = order === 'asc' ? [found[0], found.at(-1)] : [found.at(-1), found[0]]
  const isWhole = found.length < limit
  // Behind the last fact of its seq a position may have none.
  if (first === undefined || last === undefined) {
    if (low[1] > 0 && low[0] === high[0]) return
    throw new ArchiveDamaged(`the archive has lost what stood between seq ${low[0]} and ${high[0]}`)
  }
  if (isWhole || order === 'asc') checkFirst(first.place, low)
  if (isWhole || order === 'desc') checkLast(last.place, high)
}

function checkFirst([seq, item]: Position, low: Position): void {
  const isThere = (seq === low[0] && item === low[1]) || (low[1] > 0 && seq === low[0] + 1 && item === 0)
  if (!isThere) throw new ArchiveDamaged(`the archive has lost what stood between seq ${low[0]} and ${seq}`)
}

/** How many facts a seq has is in the checksum of each. */
function checkLast([seq, item]: Position, high: Position): void {
  const isThere = seq === high[0] && (item === high[1] || high[1] === lastItem)
  if (!isThere) throw new ArchiveDamaged(`the archive has lost what stood between seq ${seq} and ${high[0]}`)
}

const lastItem = 0xffff

function entryOf(row: Row, side: 'from' | 'to'): Entry {
  const previous = row[`${side}_previous`]
  return {
    account: String(row[`${side}_account`]),
    posted: String(row[`${side}_posted`]),
    previous: previous === null ? null : positionOf(previous),
    ordinal: Number(row[`${side}_ordinal`]),
  }
}

function positionOf(value: SQLOutputValue | undefined): Position {
  const number = BigInt(value as bigint)
  return [Number(number >> 16n), Number(number & 0xffffn)]
}
