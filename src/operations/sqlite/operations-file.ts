// The file of the operations data, in SQLite. Every method is one transaction, synced before it returns.

import { hash } from 'node:crypto'
import fs from 'node:fs'
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite'
import type { Seq } from '../../../actors/state-storage/messages.ts'
import type { KeptToken } from '../../tokens/token.ts'
import type { Delivery, KeptDelivery, Webhook } from '../../webhooks/webhook.ts'
import { keptDeliveries } from '../operations.ts'
import { applicationId, formatVersion, makeFile } from './new-file.ts'
import { Damage, type Outcome, outcome } from './outcome.ts'
import { removeToken, replaceToken, tokensIn, tokenTable } from './token-rows.ts'

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
      if (!fs.existsSync(this.#file)) makeFile(this.#file)
      const database = new DatabaseSync(this.#file, { timeout: patience })
      this.#database = database
      database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
      database.exec(`PRAGMA max_page_count = ${this.#pages}`)
      this.#work(check)
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

  tokens(): Outcome<readonly KeptToken[]> {
    return outcome(() => tokensIn(this.#open()))
  }

  saveToken(token: KeptToken): Outcome<void> {
    return outcome(() => this.#work((database) => replaceToken(database, token)))
  }

  deleteToken(id: string): Outcome<void> {
    return outcome(() => this.#work((database) => removeToken(database, id)))
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

function check(database: DatabaseSync): void {
  const application = database.prepare('PRAGMA application_id').get()?.application_id
  if (application === applicationId && versionOf(database) === 1) fromVersion1(database)
  const version = versionOf(database)
  if (application !== applicationId || version !== formatVersion) {
    throw new Damage(`it is of version ${version}, this server knows ${formatVersion}`)
  }
  const found = Object.values(database.prepare('PRAGMA integrity_check(1)').get() ?? {})[0]
  if (found !== 'ok') throw new Damage(String(found))
}

function versionOf(database: DatabaseSync) {
  return database.prepare('PRAGMA user_version').get()?.user_version
}

/** There were no tokens yet. */
function fromVersion1(database: DatabaseSync): void {
  database.exec(tokenTable)
  database.exec('PRAGMA user_version = 2')
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
