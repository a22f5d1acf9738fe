// Forgers at work on the honest ledger: they know the format, and make every hash right again.

import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** Of a fact, what the forgeries touch. */
export interface FactJson {
  seq: number
  time: number
  method: string
  state: string
  id: string
  ids: string[]
  postings: { from: string; to: string; amount: string; asset: string }[]
  balances: { account: string; posted: string; version: number; previous: unknown }[]
  hold: { expires_at: number; reference: string }
  expires_at: number
  settings: { min_balance: string | null; closed: boolean; revision: number }
  refusal: unknown
  reverses: string
}

export interface RecordJson {
  v: number
  seq: [number, number]
  time: number
  transactions: FactJson[]
  writes: [string, Record<string, unknown> | null][]
  prev: string
}

/** All lines of a journal, the genesis first. */
export function linesIn(journal: string): string[] {
  return segmentNames(journal).flatMap((name) => linesOf(path.join(journal, name)))
}

export function segmentNames(journal: string): string[] {
  return fs
    .readdirSync(journal)
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
}

/** Changes the records and links them anew. */
export function forged(lines: readonly string[], change: (records: RecordJson[]) => void): string[] {
  const [genesis = '', ...rest] = lines
  const records = rest.map((line) => JSON.parse(line) as RecordJson)
  change(records)
  let prev = JSON.parse(genesis).hash
  const linked = records.map(({ v, seq, time, transactions, writes }) => {
    const body = JSON.stringify({ v, seq, time, transactions, writes, prev }).slice(0, -1)
    prev = createHash('sha256').update(body).digest('hex')
    return `${body},"hash":"${prev}"}`
  })
  return [genesis, ...linked]
}

export function linesOf(file: string): string[] {
  return fs.readFileSync(file, 'utf8').trimEnd().split('\n')
}

/** The first fact of this kind that fits. */
export function fact(records: readonly RecordJson[], method: string, fits: (fact: FactJson) => boolean = () => true) {
  for (const record of records) {
    for (const found of record.transactions) if (found.method === method && fits(found)) return { record, found }
  }
  throw new Error(`there is no such ${method}`)
}

/** The value that the last record to do so writes. */
export function lastWrite(records: readonly RecordJson[], key: string): Record<string, unknown> {
  for (const { writes } of records.toReversed()) {
    const value = writes.find(([written]) => written === key)?.[1]
    if (value) return value
  }
  throw new Error(`nobody writes ${key}`)
}

export function inArchive(folder: string, work: (database: DatabaseSync) => void): void {
  const database = new DatabaseSync(path.join(folder, 'archive', 'archive.sqlite'))
  work(database)
  database.close()
}
