// A new file of the operations data: there whole or not at all, whenever the power fails.

import fs from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { syncFolder, temporarySuffix } from '../../archive/durable-file.ts'
import { tokenTable } from './token-rows.ts'

/** Raised with each table: a server that does not know of tokens must not open its doors on a file that has them. */
export const formatVersion = 2
/** "SurO" in ASCII: tells this file from others. */
export const applicationId = 0x53_75_72_4f

const creations = [
  'CREATE TABLE webhooks (id TEXT PRIMARY KEY, body TEXT NOT NULL, checksum TEXT NOT NULL) STRICT',
  `CREATE TABLE deliveries (webhook TEXT NOT NULL, number INTEGER NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (webhook, number)) STRICT, WITHOUT ROWID`,
  tokenTable,
  `PRAGMA application_id = ${applicationId}`,
  `PRAGMA user_version = ${formatVersion}`,
]

/** Made under another name: half a file, read as a new one, would have no tokens, and open the doors to everybody. */
export function makeFile(file: string): void {
  const unfinished = `${file}${temporarySuffix}`
  for (const left of [unfinished, `${unfinished}-journal`]) fs.rmSync(left, { force: true })
  // It will hold secrets. What SQLite puts beside it takes the same permissions.
  fs.closeSync(fs.openSync(unfinished, 'wx', 0o600))
  const database = new DatabaseSync(unfinished)
  try {
    database.exec(`PRAGMA synchronous = FULL; BEGIN; ${creations.join(';')}; COMMIT`)
  } finally {
    database.close()
  }
  fs.renameSync(unfinished, file)
  syncFolder(dirname(file))
}
