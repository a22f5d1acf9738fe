// Opens the archive's file if it passes its checks; else puts it aside and begins a new one.

import fs from 'node:fs'
import path from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { ArchiveDamaged } from '../../../actors/state-storage/archive.ts'
import { removeAccountsFile } from '../accounts/accounts-file.ts'
import { syncFolder, writeDurably } from '../durable-file.ts'
import {
  applicationId,
  createTables,
  creations,
  formatVersion,
  inTransaction,
  isDamage,
  openToWrite,
} from './database.ts'
import { FactRows } from './fact-rows.ts'
import { emptyMeta, loadMeta, type Meta, saveMeta } from './meta.ts'

export interface OpenedDatabase {
  readonly database: DatabaseSync
  readonly meta: Meta
  readonly notices: readonly string[]
}

export function databaseFile(folder: string): string {
  return path.join(folder, 'archive.sqlite')
}

export function markerFile(folder: string): string {
  return path.join(folder, 'archive.damaged')
}

/** From now on the archive's file is not opened any more: the next opening puts it aside. */
export function markDamaged(folder: string, reason: string): void {
  writeDurably(markerFile(folder), `${reason}\n`)
}

/** Never throws for damage: what cannot be believed is put aside, and the archive begins with head 0. */
export function openDatabase(folder: string): OpenedDatabase {
  const notices: string[] = []
  if (fs.existsSync(markerFile(folder))) notices.push(putAside(folder))
  try {
    return { ...openChecked(folder), notices }
  } catch (error) {
    if (!isDamage(error)) throw error
    markDamaged(folder, error.message)
    notices.push(putAside(folder))
    return { ...openChecked(folder), notices }
  }
}

function openChecked(folder: string): Pick<OpenedDatabase, 'database' | 'meta'> {
  const database = openToWrite(databaseFile(folder))
  try {
    return {
      database,
      meta: inTransaction(database, () => (isNew(database) ? begin(database) : checkToWrite(database))),
    }
  } catch (error) {
    database.close()
    throw error
  }
}

function isNew(database: DatabaseSync): boolean {
  return database.prepare('SELECT 1 FROM sqlite_schema').get() === undefined
}

function begin(database: DatabaseSync): Meta {
  createTables(database)
  saveMeta(database)(emptyMeta)
  return emptyMeta
}

/** Some damage shows itself only when something is written. */
function checkToWrite(database: DatabaseSync): Meta {
  const meta = check(database)
  saveMeta(database)(meta)
  return meta
}

/** Throws ArchiveDamaged, or what SQLite throws, where it can't be believed. Changes nothing. */
export function check(database: DatabaseSync): Meta {
  const version = database.prepare(
    'SELECT user_version, application_id FROM pragma_user_version, pragma_application_id',
  )
  const found = version.get()
  if (found?.user_version !== formatVersion || found.application_id !== applicationId) {
    throw new ArchiveDamaged(`the archive is not of format ${formatVersion}`)
  }
  const there = new Set(
    database
      .prepare('SELECT sql FROM sqlite_schema')
      .all()
      .map(({ sql }) => sql),
  )
  if (!creations.every((creation) => there.has(creation))) {
    throw new ArchiveDamaged('the archive has lost a table, or has it in another form')
  }
  const meta = loadMeta(database)
  checkEnd(database, meta)
  return meta
}

/** The last rows must be those of the head. What lies before them is checked when it is read. */
function checkEnd(database: DatabaseSync, { seq }: Meta): void {
  const facts = Number(database.prepare('SELECT max(position) >> 16 AS seq FROM facts').get()?.seq ?? 0)
  const postings = Number(database.prepare('SELECT max(position) >> 16 AS seq FROM postings').get()?.seq ?? 0)
  if (facts !== seq || postings > seq) {
    throw new ArchiveDamaged(
      `the archive says that it goes to seq ${seq}, but its rows end at ${Math.max(facts, postings)}`,
    )
  }
  if (seq > 0) new FactRows(database).find(seq)
  // Only that these can be read at all: the writer asks them as soon as it has opened.
  database.prepare('SELECT max(generation) FROM checkpoint_pages').get()
  database.prepare('SELECT * FROM sparse LIMIT 1').get()
}

/** Runs `work` on an open archive. What shows it to be damaged is marked, and thrown as ArchiveDamaged. */
export function believing<Result>(folder: string, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    if (!isDamage(error)) throw error
    markDamaged(folder, error.message)
    throw new ArchiveDamaged(error.message)
  }
}

/**
 * Renames the damaged file and its companions. The marker stays until all of that is done: after a crash in between, a
 * write-ahead log without its database must not be replayed into the new one.
 */
function putAside(folder: string): string {
  const file = databaseFile(folder)
  const reason = fs.readFileSync(markerFile(folder), 'utf8').trim()
  let number = 1
  while (fs.existsSync(`${file}.damaged-${number}`)) number++
  const aside = `${file}.damaged-${number}`
  for (const companion of ['-wal', '-shm', '']) {
    if (fs.existsSync(file + companion)) fs.renameSync(file + companion, aside + companion)
  }
  // Built from what can't be believed.
  removeAccountsFile(folder)
  syncFolder(folder)
  fs.rmSync(markerFile(folder))
  syncFolder(folder)
  return `the archive was put aside as ${path.basename(aside)} and is begun anew: ${reason}`
}
