// Reads history from the archive's file, in a worker of its own: a batch's look-ups never wait for it.

import type { DatabaseSync } from 'node:sqlite'
import type { Position } from '../../../actors/contracts/account.ts'
import type { Seq } from '../../../actors/state-storage/messages.ts'
import { inTransaction, openToRead } from '../sqlite/database.ts'
import { believing, databaseFile } from '../sqlite/opening.ts'
import type { AccountPlace, Moment, SeqRange, Span, TransferQuery } from './history.ts'
import { Reading } from './reading.ts'
import { SqliteHistoryRows } from './sqlite-rows.ts'

interface Open {
  readonly database: DatabaseSync
  readonly reading: Reading
}

export class HistoryReader {
  readonly #folder: string
  #opened: Open | undefined

  constructor(folder: string) {
    this.#folder = folder
  }

  statement(place: AccountPlace, span: Span) {
    return this.#read((reading) => reading.statement(place, span))
  }

  postedAsOf(place: AccountPlace, moment: Moment) {
    return this.#read((reading) => reading.postedAsOf(place, moment))
  }

  transfersOf(place: AccountPlace, query: TransferQuery<number>) {
    return this.#read((reading) => reading.transfersOf(place, query))
  }

  transfers(through: Seq, query: TransferQuery<Position>) {
    return this.#read((reading) => reading.transfers(through, query))
  }

  seqs(range: SeqRange) {
    return this.#read((reading) => reading.seqs(range))
  }

  close(): void {
    this.#opened?.database.close()
    this.#opened = undefined
  }

  /** In one transaction: nothing changes between two rows of an answer. */
  #read<Result>(work: (reading: Reading) => Result): Result {
    return believing(this.#folder, () => {
      const { database, reading } = this.#open()
      return inTransaction(database, () => work(reading))
    })
  }

  /** With the first read, long after the writer has opened it: only the writer may find it damaged as a whole. */
  #open(): Open {
    if (this.#opened === undefined) {
      const database = openToRead(databaseFile(this.#folder))
      this.#opened = { database, reading: new Reading(new SqliteHistoryRows(database)) }
    }
    return this.#opened
  }
}
