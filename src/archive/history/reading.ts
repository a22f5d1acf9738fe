// Reads history out of rows: the same for every archive.

import type { Position } from '../../../actors/contracts/account.ts'
import type { TransferFact } from '../../../actors/contracts/transfer.ts'
import type { Seq } from '../../../actors/state-storage/messages.ts'
import { AccountWalk, type WalkedEntry } from './account-walk.ts'
import type {
  AccountPlace,
  Moment,
  SeqFacts,
  SeqRange,
  Span,
  StatementLine,
  TransferQuery,
  TransfersRead,
} from './history.ts'
import type { HistoryRows } from './rows.ts'
import { readSeqs } from './seq-walk.ts'
import { factOf, searchAccount, searchAll } from './transfer-search.ts'

export class Reading {
  readonly #rows: HistoryRows

  constructor(rows: HistoryRows) {
    this.#rows = rows
  }

  statement(place: AccountPlace, span: Span): readonly StatementLine[] {
    if (span.low > span.high) return []
    return new AccountWalk(this.#rows, place).entries(span).map((entry) => this.#lineOf(entry))
  }

  postedAsOf(place: AccountPlace, moment: Moment): string {
    const walk = new AccountWalk(this.#rows, place)
    const last = walk.lastThat(({ position, time }) =>
      'seq' in moment ? position[0] <= moment.seq : time <= moment.time,
    )
    return last?.own.posted ?? '0'
  }

  transfersOf(place: AccountPlace, query: TransferQuery<number>): TransfersRead<number> {
    return searchAccount(this.#rows, place, query)
  }

  transfers(through: Seq, query: TransferQuery<Position>): TransfersRead<Position> {
    return searchAll(this.#rows, through, query)
  }

  seqs(range: SeqRange): readonly SeqFacts[] {
    return readSeqs(this.#rows, range)
  }

  #lineOf(entry: WalkedEntry): StatementLine {
    const { row, own, other } = entry
    const { id } = JSON.parse(factOf(this.#rows, entry).body) as TransferFact
    return {
      position: row.position,
      transfer: id,
      time: row.time,
      amount: own === row.from ? `-${row.amount}` : row.amount,
      posted: own.posted,
      counterparty: other.account,
    }
  }
}
