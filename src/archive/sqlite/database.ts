// The archive's database: its connections, its tables, and what SQLite says when they are damaged.

import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { ArchiveDamaged } from '../../../actors/state-storage/archive.ts'
import type { Seq } from '../../../actors/state-storage/messages.ts'

/** Another form of the tables gets another number; an archive with any other number is rebuilt from the journal. */
export const formatVersion = 1

/** "Sure" in ASCII: tells our files from other SQLite databases. */
export const applicationId = 0x53_75_72_65

/**
 * Rows are only ever appended, in order of seq: random indexes would cost most of the throughput. `sparse` holds every
 * 256th entry of an account, and is as small as that. A position is seq × 65,536 + index; amounts are text, because they
 * go beyond 64 bits and SQL must not do sums with them. Every row that is read alone carries a checksum.
 */
const tables = {
  facts: 'position INTEGER PRIMARY KEY, time INTEGER NOT NULL, body TEXT NOT NULL, checksum INTEGER NOT NULL',
  postings: `position INTEGER PRIMARY KEY, item INTEGER NOT NULL, time INTEGER NOT NULL,
    asset TEXT NOT NULL, amount TEXT NOT NULL,
    from_account TEXT NOT NULL, from_posted TEXT NOT NULL, from_previous INTEGER, from_ordinal INTEGER NOT NULL,
    to_account TEXT NOT NULL, to_posted TEXT NOT NULL, to_previous INTEGER, to_ordinal INTEGER NOT NULL,
    checksum INTEGER NOT NULL`,
  sparse: `account TEXT NOT NULL, asset TEXT NOT NULL, ordinal INTEGER NOT NULL, position INTEGER NOT NULL,
    time INTEGER NOT NULL, PRIMARY KEY (account, asset, ordinal)`,
  checkpoint_pages: `generation INTEGER NOT NULL, page INTEGER NOT NULL, digest TEXT NOT NULL, payload TEXT NOT NULL,
    PRIMARY KEY (generation, page)`,
  meta: `only INTEGER PRIMARY KEY CHECK (only = 1), ledger TEXT NOT NULL, seq INTEGER NOT NULL, hash TEXT NOT NULL,
    generation INTEGER NOT NULL, checkpoint INTEGER NOT NULL, pages INTEGER NOT NULL, checksum TEXT NOT NULL`,
} as const

/** What SQLite keeps of each table, word for word: an archive whose tables are others is not believed. */
export const creations: readonly string[] = Object.entries(tables).map(
  ([name, columns]) => `CREATE TABLE ${name} (${columns}) STRICT${name === 'sparse' ? ', WITHOUT ROWID' : ''}`,
)

export function createTables(database: DatabaseSync): void {
  for (const creation of creations) database.exec(creation)
  database.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${formatVersion}`)
}

/** Milliseconds to wait for somebody else's look into the file, such as a backup's. */
const patience = 5_000

export function openToWrite(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: patience })
  // Pages of 8 KiB cost a third less than those of 4 KiB when rows are appended, and look-ups do not notice. NORMAL: a
  // power cut may take the last commits back, never half of one, and the journal has them. 4,000 pages of 8 KiB: the
  // write-ahead log is carried over, and synced, each 32 MiB.
  database.exec(`PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
    PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -16000`)
  return database
}

export function openToRead(file: string): DatabaseSync {
  return new DatabaseSync(file, { readOnly: true, timeout: patience })
}

/**
 * For a look from outside while no server runs: after a clean stop it leaves no trace in the folder. Otherwise there is a
 * write-ahead log, which has to be read, too.
 */
export function openUnchanged(file: string): DatabaseSync {
  if (existsSync(`${file}-wal`)) return openToRead(file)
  const url = pathToFileURL(file)
  url.searchParams.set('immutable', '1')
  return new DatabaseSync(url, { readOnly: true })
}

/**
 * SQLITE_CORRUPT, SQLITE_NOTADB, and SQLITE_CONSTRAINT: rows where none can be. SQLITE_READONLY and SQLITE_ERROR, too: a
 * turned bit in the header makes of a file one that may only be read, or one of an unknown format.
 */
const damageCodes: readonly unknown[] = [11, 26, 19, 8, 1]

export function isDamage(error: unknown): error is Error {
  if (error instanceof ArchiveDamaged) return true
  if (!(error instanceof Error && 'errcode' in error)) return false
  return damageCodes.includes(Number(error.errcode) & 0xff)
}

/** The number of a row. Exact as a number up to seq 2^37; past that it is a bigint, up to seq 2^47. */
export function rowNumber(seq: Seq, index: number): number | bigint {
  const number = seq * 65_536 + index
  return Number.isSafeInteger(number) ? number : (BigInt(seq) << 16n) | BigInt(index)
}

/** All or nothing. */
export function inTransaction<Result>(database: DatabaseSync, work: () => Result): Result {
  database.exec('BEGIN')
  try {
    const result = work()
    database.exec('COMMIT')
    return result
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}
