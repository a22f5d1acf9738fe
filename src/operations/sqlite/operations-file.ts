// The file of the operations data, in SQLite. Every method is one transaction, synced before it returns.

import { hash } from 'node:crypto'
import fs from 'node:fs'
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite'
import type { Seq } from '../../../actors/state-storage/messages.ts'
import type { Delivery, KeptDelivery, Webhook } from '../../webhooks/webhook.ts'
import { keptDeliveries } from '../operations.ts'

/** What came of a question. An error that has no place here is thrown: it ends the thread, and the process. */
export type Outcome<Value> = { readonly value: Value } | { readonly full: string } | { readonly damaged: string }

const formatVersion = 1
/** "SurO" in ASCII: tells this file from others. */
const applicationId = 0x53_75_72_4f

const creations = [
  'CREATE TABLE webhooks (id TEXT PRIMARY KEY, body TEXT NOT NULL, checksum TEXT NOT NULL) STRICT',
  `CREATE TABLE deliveries (webhook TEXT NOT NULL, number INTEGER NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (webhook, number)) STRICT, WITHOUT ROWID`,
  `PRAGMA application_id = ${applicationId}`,
  `PRAGMA user_version = ${formatVersion}`,
]

/** Milliseconds to wait for somebody else's look into the file, such as a backup's. */
const patience = 5_000
/** Of 4 KiB each: far more than all webhooks with all that is kept of them. */
const mostPages = 16_384

export class OperationsFile {
  readonly #file: string
  readonly #pages: number
  #database: DatabaseSync | undefined

  /** It grows to `pages` at most; what is there already stays. */
  constructor(file: string, pages = mostPages) {
    this.#file = file
    this.#pages = pages
  }

  open(): Outcome<readonly Webhook[]> {
    return outcome(() => {
      // It holds secrets. What SQLite puts beside it takes the same permissions.
      fs.closeSync(fs.openSync(this.#file, 'a', 0o600))
      const database = new DatabaseSync(this.#file, { timeout: patience })
      this.#database = database
      database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
      database.exec(`PRAGMA max_page_count = ${this.#pages}`)
      this.#work((open) => prepare(open))
      return database.prepare('SELECT * FROM webhooks ORDER BY id').all().map(webhookIn)
    })
  }

  saveWebhook(webhook: Webhook): Outcome<void> {
    return outcome(() => this.#work((database) => replace(database, webhook)))
  }

  deleteWebhook(id: string): Outcome<void> {
    return outcome(() =>
      this.#work((database) => {
        database.prepare('DELETE FROM webhooks WHERE id = ?').run(id)
        database.prepare('DELETE FROM deliveries WHERE webhook = ?').run(id)
      }),
    )
  }

  saveProgress(id: string, cursor: Seq, delivery?: Delivery): Outcome<void> {
    return outcome(() =>
      this.#work((database) => {
        const row = database.prepare('SELECT * FROM webhooks WHERE id = ?').get(id)
        if (row === undefined) return
        replace(database, { ...webhookIn(row), cursor })
        if (delivery !== undefined) append(database, id, delivery)
      }),
    )
  }

  deliveries(id: string): Outcome<readonly KeptDelivery[]> {
    return outcome(() => {
      const select = this.#open().prepare('SELECT * FROM deliveries WHERE webhook = ? ORDER BY number DESC')
      return select.all(id).map(({ number, body }) => ({ number: Number(number), ...JSON.parse(String(body)) }))
    })
  }

  close(): void {
    this.#database?.close()
    this.#database = undefined
  }

  #open(): DatabaseSync {
    if (this.#database === undefined) throw new Error('the operations data is not open')
    return this.#database
  }

  /** All or nothing. */
  #work(change: (database: DatabaseSync) => void): void {
    const database = this.#open()
    database.exec('BEGIN IMMEDIATE')
    try {
      change(database)
      database.exec('COMMIT')
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK')
      throw error
    }
  }
}

function prepare(database: DatabaseSync): void {
  const made = database.prepare('SELECT count(*) AS tables FROM sqlite_schema').get()
  if (made?.tables === 0) for (const creation of creations) database.exec(creation)
  const version = database.prepare('PRAGMA user_version').get()?.user_version
  const application = database.prepare('PRAGMA application_id').get()?.application_id
  if (application !== applicationId || version !== formatVersion) {
    throw new Damage(`it is of version ${version}, this server knows ${formatVersion}`)
  }
  const found = Object.values(database.prepare('PRAGMA integrity_check(1)').get() ?? {})[0]
  if (found !== 'ok') throw new Damage(String(found))
}

function replace(database: DatabaseSync, webhook: Webhook): void {
  const body = JSON.stringify(webhook)
  database.prepare('REPLACE INTO webhooks VALUES (?, ?, ?)').run(webhook.id, body, hash('sha256', body))
}

function append(database: DatabaseSync, id: string, delivery: Delivery): void {
  const newest = database.prepare('SELECT max(number) AS number FROM deliveries WHERE webhook = ?').get(id)
  const number = Number(newest?.number ?? 0) + 1
  database.prepare('INSERT INTO deliveries VALUES (?, ?, ?)').run(id, number, JSON.stringify(delivery))
  database.prepare('DELETE FROM deliveries WHERE webhook = ? AND number <= ?').run(id, number - keptDeliveries)
}

function webhookIn({ id, body, checksum }: Record<string, SQLOutputValue>): Webhook {
  const text = String(body)
  if (hash('sha256', text) !== checksum) throw new Damage(`webhook ${id} fails its checksum`)
  return JSON.parse(text) as Webhook
}

class Damage extends Error {}

/** SQLITE_CORRUPT, SQLITE_NOTADB, and SQLITE_ERROR: tables that are not there. */
const damageCodes: readonly number[] = [11, 26, 1]
/** SQLITE_FULL, and SQLITE_BUSY: somebody reads the file for longer than we wait. */
const fullCodes: readonly number[] = [13, 5]

function outcome<Value>(work: () => Value): Outcome<Value> {
  try {
    return { value: work() }
  } catch (error) {
    const { message, errcode } = error as Error & { errcode?: number }
    const code = (errcode ?? 0) & 0xff
    if (error instanceof Damage || damageCodes.includes(code)) return { damaged: message }
    if (fullCodes.includes(code)) return { full: message }
    throw error
  }
}
