// All tokens of a server, in memory, as requests are held against them. Changes come one at a time.

import { timingSafeEqual } from 'node:crypto'
import type { TokenStore } from '../operations/token-store.ts'
import { Turns } from '../operations/turns.ts'
import { hashOf, newToken, tokenIn } from './secret.ts'
import type { Caller, KeptToken, TokenDesk, TokenMade, TokenRefused, TokenView, TokenWish } from './token.ts'

export interface TokensOptions {
  readonly store: TokenStore
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly randomBytes: (size: number) => Uint8Array
  /** Told when the store fails other than for want of room. */
  readonly panic: (error: unknown) => void
}

/** With the revoked ones, of which the oldest are forgotten when there is no room. */
export const mostTokens = 1_000
/** Milliseconds: that a token was used is kept no more often, for each time is a sync. */
const usePause = 3_600_000

/** Headers that are known by heart; past it all are forgotten, and learned anew. */
const mostKnown = 2_048

interface Entry {
  /** As it is in the store, or is about to be. */
  token: KeptToken
  readonly hash: Buffer
  readonly caller: Caller
  readonly revocation: AbortController
}

export class Tokens implements TokenDesk {
  readonly #options: TokensOptions
  readonly #entries = new Map<string, Entry>()
  /**
   * Whose token a header holds that was held against its hash before. Not a short cut for who guesses: a map compares a text
   * only where its seeded hash is the same, so how long that takes tells nothing of how much of a guess is right.
   */
  readonly #known = new Map<string, Entry>()
  readonly #turns = new Turns()

  constructor(options: TokensOptions) {
    this.#options = options
  }

  /** Rejects with OperationsDamaged. */
  async start(): Promise<void> {
    for (const token of await this.#options.store.tokens()) this.#entries.set(token.id, entryOf(token))
  }

  /** Takes no more changes; settles when those that were taken are done. */
  async end(): Promise<void> {
    await this.#turns.end()
  }

  isDemanded(): boolean {
    return this.#entries.size > 0
  }

  /** Whether somebody can manage tokens. */
  hasAdmin(): boolean {
    return Array.from(this.#entries.values()).some(({ token }) => isAdmin(token))
  }

  callerOf(authorization: string | null): Caller | undefined {
    if (authorization === null) return undefined
    const entry = this.#known.get(authorization) ?? this.#verified(authorization)
    if (entry === undefined || entry.token.revoked !== null) return undefined
    this.#used(entry)
    return entry.caller
  }

  list(): readonly TokenView[] {
    return this.#oldestFirst().map(({ token }) => viewOf(token))
  }

  make(wish: TokenWish): Promise<TokenMade | TokenRefused> {
    return this.#inTurn<TokenMade | TokenRefused>(async () => {
      if (!(await this.#makeRoom())) return { refused: 'too_many' }
      const { id, token: text } = newToken(this.#options.randomBytes)
      const { principal, name = null } = wish
      const rights = { principal, name, scopes: [...new Set(wish.scopes)] }
      const times = { created: this.#options.now(), lastUsed: null, revoked: null }
      const token: KeptToken = { id, ...rights, hash: hashOf(text), ...times }
      await this.#options.store.saveToken(token)
      this.#entries.set(id, entryOf(token))
      return { view: viewOf(token), token: text }
    })
  }

  async revoke(id: string): Promise<boolean | TokenRefused> {
    const entry = this.#entries.get(id)
    if (entry === undefined) return false
    // Before it is durable: with a full disk, or behind others who wait, a stolen token is worth nothing all the same.
    entry.token = { ...entry.token, revoked: entry.token.revoked ?? this.#options.now() }
    entry.revocation.abort()
    return this.#inTurn(() => this.#save(id))
  }

  #verified(authorization: string): Entry | undefined {
    const told = tokenIn(authorization)
    const entry = told && this.#entries.get(told.id)
    if (entry === undefined || !timingSafeEqual(bytesOf(hashOf(told?.token ?? '')), entry.hash)) return undefined
    if (this.#known.size >= mostKnown) this.#known.clear()
    this.#known.set(authorization, entry)
    return entry
  }

  #used(entry: Entry): void {
    const now = this.#options.now()
    if (this.#turns.haveEnded || now - (entry.token.lastUsed ?? 0) < usePause) return
    entry.token = { ...entry.token, lastUsed: now }
    // Nobody waits for it, and a failure that is worth hearing of was told to `panic`.
    this.#inTurn(() => this.#save(entry.token.id)).catch(() => {})
  }

  /** As it is by then: a use must not bring back what was revoked meanwhile. */
  async #save(id: string): Promise<boolean> {
    const entry = this.#entries.get(id)
    if (entry !== undefined) await this.#options.store.saveToken(entry.token)
    return entry !== undefined
  }

  async #makeRoom(): Promise<boolean> {
    if (this.#entries.size < mostTokens) return true
    const oldest = this.#oldestFirst().find(({ token }) => token.revoked !== null)
    if (oldest === undefined) return false
    await this.#options.store.deleteToken(oldest.token.id)
    return this.#entries.delete(oldest.token.id)
  }

  #oldestFirst(): Entry[] {
    return Array.from(this.#entries.values()).sort(({ token: one }, { token: other }) => one.created - other.created)
  }

  async #inTurn<Result>(change: () => Promise<Result>): Promise<Result | TokenRefused> {
    try {
      return await this.#turns.take(change)
    } catch (error) {
      this.#options.panic(error) // what the store holds is unknown
      throw error
    }
  }
}

function entryOf(token: KeptToken): Entry {
  const revocation = new AbortController()
  const { id, principal, scopes } = token
  const caller = { token: id, principal, scopes: new Set(scopes), revoked: revocation.signal }
  return { token, hash: bytesOf(token.hash), caller, revocation }
}

function bytesOf(digits: string): Buffer {
  return Buffer.from(digits, 'latin1')
}

function isAdmin({ revoked, scopes }: KeptToken): boolean {
  return revoked === null && scopes.includes('admin')
}

function viewOf({ hash: _, ...view }: KeptToken): TokenView {
  return view
}
