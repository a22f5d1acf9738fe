// The rows of accounts and their metadata: each written with a checksum, and never believed without it.

import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import {
  type Account,
  type AccountId,
  type Asset,
  decodeAccount,
  encodeAccount,
} from '../../../actors/contracts/account.ts'
import { type AccountNotes, decodeNotes, encodeNotes, noNotes } from '../../../actors/contracts/settings.ts'
import { ArchiveDamaged } from '../../../actors/state-storage/archive.ts'
import { type AccountChange, type AccountChanges, changed } from './account-changes.ts'

export type Row = Record<string, SQLOutputValue>

export class AccountRows {
  readonly #account: StatementSync
  readonly #replaceAccount: StatementSync
  readonly #notes: StatementSync
  readonly #replaceNotes: StatementSync
  readonly #addMember: StatementSync
  readonly #removeMember: StatementSync

  constructor(database: DatabaseSync) {
    this.#account = database.prepare(
      `SELECT account, asset, value, ${checksum('checksum')} FROM accounts WHERE account = ? AND asset = ?`,
    )
    this.#replaceAccount = database.prepare('REPLACE INTO accounts VALUES (?, ?, ?, ?)')
    this.#notes = database.prepare(
      `SELECT account, value AS notes, ${checksum('checksum', 'notes_checksum')} FROM notes WHERE account = ?`,
    )
    this.#replaceNotes = database.prepare('REPLACE INTO notes VALUES (?, ?, ?)')
    this.#addMember = database.prepare('INSERT INTO metadata VALUES (?, ?, ?)')
    this.#removeMember = database.prepare('DELETE FROM metadata WHERE key = ? AND value = ? AND account = ?')
  }

  /** Within a transaction of the caller's. */
  write(changes: AccountChanges): void {
    for (const change of changes.accounts()) this.#writeAccount(change)
    for (const [account, notes] of changes.notes()) this.#writeNotes(account, notes)
  }

  #writeAccount(change: AccountChange): void {
    const { account, asset, balance } = change
    const row = this.#account.get(account, asset)
    const before = row === undefined ? undefined : accountIn(row)
    // It holds something of a later seq than it says, or of another ledger.
    if ((before?.version ?? 0) > balance.version) throw new ArchiveDamaged(`the account lists are ahead of ${account}`)
    const value = encodeAccount(changed(before, change))
    this.#replaceAccount.run(account, asset, value, accountChecksum(account, asset, value))
  }

  #writeNotes(account: AccountId, notes: AccountNotes): void {
    const { metadata: before } = notesIn(this.#notes.get(account) ?? { account, notes: null })
    for (const [key, value] of Object.entries(before)) this.#removeMember.run(key, value, account)
    for (const [key, value] of Object.entries(notes.metadata)) this.#addMember.run(key, value, account)
    const value = encodeNotes(notes)
    this.#replaceNotes.run(account, value, notesChecksum(account, value))
  }
}

/** A checksum as text: a damaged number could throw for its size before it is compared. */
export function checksum(column: string, name = 'checksum'): string {
  return `CAST(${column} AS TEXT) AS ${name}`
}

/** Throws ArchiveDamaged. */
export function accountIn({ account, asset, value, checksum: told }: Row): Account {
  if (String(accountChecksum(String(account), String(asset), String(value))) !== told) {
    throw new ArchiveDamaged(`the row of ${account} in the account lists fails its checksum`)
  }
  return decodeAccount(String(value))
}

/** Throws ArchiveDamaged. */
export function notesIn({ account, notes, notes_checksum: told }: Row): AccountNotes {
  if (notes === null) return noNotes
  if (String(notesChecksum(String(account), String(notes))) !== told) {
    throw new ArchiveDamaged(`the metadata of ${account} in the account lists fails its checksum`)
  }
  return decodeNotes(String(notes))
}

function accountChecksum(account: AccountId, asset: Asset, value: string): number {
  return crc32(value, crc32(`${account} ${asset}`))
}

function notesChecksum(account: AccountId, value: string): number {
  return crc32(value, crc32(account))
}
