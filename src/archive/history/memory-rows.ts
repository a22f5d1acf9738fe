// The rows of history in memory.

import type { AccountId, Asset, Position } from '../../../actors/contracts/account.ts'
import type { Seq } from '../../../actors/state-storage/messages.ts'
import { postingRows, postingsOf } from '../entries.ts'
import type { ArchivedFact } from '../journal-line.ts'
import { sparseDistance } from '../sqlite/posting-rows.ts'
import type { Order } from './history.ts'
import type { ArchivedBody, ArchivedPosting, HistoryRows } from './rows.ts'

export class MemoryHistoryRows implements HistoryRows {
  /** Those of seq n at index n − 1. */
  readonly #facts: ArchivedBody[][] = []
  /** By seq and index. */
  readonly #postings = new Map<string, ArchivedPosting>()
  /** By account, asset and ordinal. */
  readonly #sparse = new Map<string, Position>()

  /** Takes the facts of one line in their order. */
  take(facts: readonly ArchivedFact[]): void {
    let offset = 0
    for (const { seq, item, time, body, transaction } of facts) {
      if (item === 0) offset = 0
      if (item === 0) this.#facts[seq - 1] = []
      this.#facts[seq - 1]?.push({ place: [seq, item], time, body })
      for (const row of postingRows(transaction, offset)) this.#enter({ ...row, item, time })
      offset += postingsOf(transaction).length
    }
  }

  posting(position: Position): ArchivedPosting {
    return there(this.#postings.get(String(position)))
  }

  sparse(account: AccountId, asset: Asset, ordinal: number): Position {
    return there(this.#sparse.get(`${account} ${asset} ${ordinal}`))
  }

  fact(seq: Seq, item: number): ArchivedBody {
    return there(this.#facts[seq - 1]?.[item])
  }

  facts(low: Position, high: Position, order: Order, limit: number): readonly ArchivedBody[] {
    const found: ArchivedBody[] = []
    const step = order === 'asc' ? 1 : -1
    const [first, last] = order === 'asc' ? [low, high] : [high, low]
    for (let seq = first[0]; seq * step <= last[0] * step && found.length < limit; seq += step) {
      const items = (this.#facts[seq - 1] ?? []).filter(({ place: [, item] }) => {
        return (seq > low[0] || item >= low[1]) && (seq < high[0] || item <= high[1])
      })
      found.push(...(order === 'asc' ? items : items.toReversed()))
    }
    return found.slice(0, limit)
  }

  #enter(row: ArchivedPosting): void {
    this.#postings.set(String(row.position), row)
    for (const { account, ordinal } of [row.from, row.to]) {
      if (ordinal % sparseDistance === 0) this.#sparse.set(`${account} ${row.asset} ${ordinal}`, row.position)
    }
  }
}

function there<Row>(row: Row | undefined): Row {
  if (row === undefined) throw new Error('the archive in memory holds no such row')
  return row
}
