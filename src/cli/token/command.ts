// surety token: makes a token while no server runs, the first one above all.

import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { takeSqliteLock } from '../../journal/lock.ts'
import { SqliteOperations } from '../../operations/sqlite-operations.ts'
import type { TokenMade, TokenWish } from '../../tokens/token.ts'
import { Tokens } from '../../tokens/tokens.ts'
import { scopeNames, tokenRequest } from '../../wire/door/token.ts'
import { exitCodes, type Terminal, UsageError } from '../terminal.ts'

export const tokenHelp = `surety token: makes a token for a ledger while no server has it open; later on, POST /v1/tokens does.

  --data ./data        SURETY_DATA     the folder of the ledger; it is made if it is not there
  --principal NAME                     on whose behalf its requests come; tokens of one principal share idempotency keys
  --scopes A,B                         of ${scopeNames.join(', ')}; none contains another
  --name TEXT                          for people, to tell one token from another
  --help

It prints the token, and only that, to standard output. It is kept nowhere: what is on the disk is its hash.
From the first token on, every request needs one.

Exit codes: 0 it is made, 2 it can't be (a flag, or a server has the ledger open).
`

const options = {
  data: { type: 'string' },
  principal: { type: 'string' },
  scopes: { type: 'string' },
  name: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const

/** Throws UsageError; rejects with JournalLocked where a server has the ledger open. */
export async function tokenCommand(flags: readonly string[], terminal: Terminal): Promise<number> {
  const { help, data = terminal.environment.SURETY_DATA ?? './data', ...wish } = parse(flags)
  if (help) {
    terminal.out(tokenHelp)
    return exitCodes.ok
  }
  if (data === '') throw new UsageError('--data must name a folder')
  const { token, view } = await madeIn(data, wishOf(wish))
  terminal.out(`${token}\n`)
  terminal.error(`Token ${view.id} of ${view.principal} may ${view.scopes.join(', ')}. It is not shown again.\n`)
  return exitCodes.ok
}

async function madeIn(data: string, wish: TokenWish): Promise<TokenMade> {
  mkdirSync(data, { recursive: true })
  const lock = takeSqliteLock(data)
  const store = new SqliteOperations(join(data, 'operations.sqlite'))
  try {
    const tokens = new Tokens({ store, now: Date.now, randomBytes, panic: () => {} }) // what it is told of is thrown, too
    await tokens.start()
    const made = await tokens.make(wish)
    if ('refused' in made) throw new Error(`no token was made: ${made.refused}`)
    return made
  } finally {
    await store.close()
    lock.release()
  }
}

function parse(flags: readonly string[]) {
  try {
    return parseArgs({ args: [...flags], options, strict: true }).values
  } catch (error) {
    throw new UsageError(`${(error as Error).message.split('. ')[0]}; --help lists the flags`)
  }
}

function wishOf({ principal, scopes = '', name }: { principal?: string; scopes?: string; name?: string }): TokenWish {
  const wish = {
    principal,
    scopes: scopes.split(',').map((scope) => scope.trim()),
    ...(name !== undefined && { name }),
  }
  const { data, error } = tokenRequest.safeParse(wish)
  const [fault] = error?.issues.map(({ path }) => String(path[0])) ?? []
  if (fault === 'scopes') throw new UsageError(`--scopes must be some of ${scopeNames.join(',')}`)
  if (fault === 'name') throw new UsageError('--name holds 1 to 128 characters')
  if (data === undefined) throw new UsageError('--principal must be 1 to 128 of A-Z a-z 0-9 . _ : @ -')
  return { principal: data.principal, scopes: data.scopes, ...(data.name !== undefined && { name: data.name }) }
}
