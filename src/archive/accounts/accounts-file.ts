// The file of the account lists: its tables, its one row about itself, and how it is thrown away when it can't be believed.

import { hash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { ArchiveDamaged } from '../../../actors/state-storage/archive.ts'
import type { Seq } from '../../../actors/state-storage/messages.ts'
import { applicationId, inTransaction, isDamage, openToWrite } from '../sqlite/database.ts'

/** Another form of the tables gets another number; a file with any other number is built anew. */
const formatVersion = 1

/** `accounts` and `notes` hold values as the ledger's own map does. `metadata` leads from a member to those who have it. */
const tables = {
  accounts: `account TEXT NOT NULL, asset TEXT NOT NULL, value TEXT NOT NULL, checksum INTEGER NOT NULL,
    PRIMARY KEY (account, asset)`,
  notes: 'account TEXT PRIMARY KEY, value TEXT NOT NULL, checksum INTEGER NOT NULL',
  metadata: 'key TEXT NOT NULL, value TEXT NOT NULL, account TEXT NOT NULL, PRIMARY KEY (key, value, account)',
  meta: `only INTEGER PRIMARY KEY CHECK (only = 1), ledger TEXT NOT NULL, seq INTEGER NOT NULL, digest TEXT NOT NULL,
    checksum TEXT NOT NULL`,
} as const

const creations = Object.entries(tables).map(
  ([name, columns]) => `CREATE TABLE ${name} (${columns}) STRICT, WITHOUT ROWID`,
)

/** How far the lists go, and what proves whose they are: the facts there, in the archive of that ledger. */
export interface ListsMeta {
  readonly ledger: string
  readonly seq: Seq
  /** SHA-256 of the facts with that seq; '' at 0. */
  readonly digest: string
}

export function accountsFile(folder: string): string {
  return path.join(folder, 'accounts.sqlite')
}

/** Nothing is lost with it: it is derived from the archive. */
export function removeAccountsFile(folder: string): void {
  for (const companion of ['-wal', '-shm', '']) fs.rmSync(accountsFile(folder) + companion, { force: true })
}

export interface OpenedLists {
  readonly database: DatabaseSync
  readonly meta: ListsMeta
}

/** What can't be believed, or isn't what `belongs` wants to see, is removed and begun anew for `ledger`. */
export function openLists(folder: string, ledger: string, belongs: (meta: ListsMeta) => boolean): OpenedLists {
  try {
    const opened = openChecked(folder, ledger)
    if (belongs(opened.meta)) return opened
    opened.database.close()
  } catch (error) {
    if (!isDamage(error)) throw error
  }
  removeAccountsFile(folder)
  return openChecked(folder, ledger)
}

function openChecked(folder: string, ledger: string): OpenedLists {
  const database = openToWrite(accountsFile(folder))
  try {
    return { database, meta: inTransaction(database, () => begun(database, ledger) ?? check(database)) }
  } catch (error) {
    database.close()
    throw error
  }
}

function begun(database: DatabaseSync, ledger: string): ListsMeta | undefined {
  if (database.prepare('SELECT 1 FROM sqlite_schema').get() !== undefined) return undefined
  for (const creation of creations) database.exec(creation)
  database.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${formatVersion}`)
  const meta = { ledger, seq: 0, digest: '' }
  saveListsMeta(database)(meta)
  return meta
}

function check(database: DatabaseSync): ListsMeta {
  const found = database.prepare('SELECT user_version FROM pragma_user_version').get()
  if (found?.user_version !== formatVersion) throw new ArchiveDamaged('the account lists are of another format')
  const there = database.prepare('SELECT sql FROM sqlite_schema').all()
  const isWhole = creations.every((creation) => there.some(({ sql }) => sql === creation))
  if (!isWhole) throw new ArchiveDamaged('the account lists have lost a table, or have it in another form')
  const row = database.prepare('SELECT ledger, CAST(seq AS TEXT) AS seq, digest, checksum FROM meta').get()
  const meta = { ledger: String(row?.ledger), seq: Number(row?.seq), digest: String(row?.digest) }
  if (row?.checksum !== checksumOf(meta)) throw new ArchiveDamaged('the account lists do not say how far they go')
  return meta
}

export function saveListsMeta(database: DatabaseSync): (meta: ListsMeta) => void {
  const replace = database.prepare('REPLACE INTO meta VALUES (1, ?, ?, ?, ?)')
  return (meta) => void replace.run(meta.ledger, meta.seq, meta.digest, checksumOf(meta))
}

function checksumOf({ ledger, seq, digest }: ListsMeta): string {
  return hash('sha256', JSON.stringify([ledger, seq, digest]))
}
