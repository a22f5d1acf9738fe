// The table of tokens: hashes, never a token itself.

import { hash } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import type { KeptToken } from '../../tokens/token.ts'
import { Damage } from './outcome.ts'

export const tokenTable = 'CREATE TABLE tokens (id TEXT PRIMARY KEY, body TEXT NOT NULL, checksum TEXT NOT NULL) STRICT'

export function tokensIn(database: DatabaseSync): readonly KeptToken[] {
  const rows = database.prepare('SELECT * FROM tokens ORDER BY id').all()
  return rows.map(({ id, body, checksum }) => {
    const text = String(body)
    if (hash('sha256', text) !== checksum) throw new Damage(`token ${id} fails its checksum`)
    return JSON.parse(text) as KeptToken
  })
}

export function replaceToken(database: DatabaseSync, token: KeptToken): void {
  const body = JSON.stringify(token)
  database.prepare('REPLACE INTO tokens VALUES (?, ?, ?)').run(token.id, body, hash('sha256', body))
}

export function removeToken(database: DatabaseSync, id: string): void {
  database.prepare('DELETE FROM tokens WHERE id = ?').run(id)
}
