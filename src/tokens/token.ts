// What a token is, and what PublicApi can ask for: the port between HTTP and this room.

import type { Scope } from '../wire/door/token.ts'

/** As it is kept: whoever reads it can't make the token of it. */
export interface KeptToken {
  readonly id: string
  /** On whose behalf its requests come; tokens of one principal share their idempotency keys. */
  readonly principal: string
  /** For people. */
  readonly name: string | null
  readonly scopes: readonly Scope[]
  /** SHA-256 of the whole token, in hexadecimal digits. */
  readonly hash: string
  /** Milliseconds since 1970, as the other times. */
  readonly created: number
  /** To the hour; null: never. */
  readonly lastUsed: number | null
  /** Null: it holds. */
  readonly revoked: number | null
}

/** As it is told. */
export type TokenView = Omit<KeptToken, 'hash'>

export interface TokenWish {
  readonly principal: string
  readonly scopes: readonly Scope[]
  readonly name?: string
}

export interface TokenMade {
  readonly view: TokenView
  /** The token itself. It leaves this server once: in the answer to the request that had it made. */
  readonly token: string
}

export interface TokenRefused {
  readonly refused: 'too_many' | 'busy' | 'ended' | 'storage_full'
}

/** Whoever asks: one object a token, for as long as the token holds. */
export interface Caller {
  /** The token's id. */
  readonly token: string
  readonly principal: string
  readonly scopes: ReadonlySet<Scope>
  /** Aborts when the token is revoked: what streams to this caller has to end. */
  readonly revoked: AbortSignal
}

export interface TokenDesk {
  /** Whether requests need a token: from the first one on, and for ever, even if all of them are revoked. */
  isDemanded(): boolean
  /** Whose request it is by its Authorization header; undefined: nobody's. */
  callerOf(authorization: string | null): Caller | undefined
  make(wish: TokenWish): Promise<TokenMade | TokenRefused>
  /** The oldest first, the revoked ones too. */
  list(): readonly TokenView[]
  /** At once, and durable when it is answered; whether there is such a token. May be asked again. */
  revoke(id: string): Promise<boolean | TokenRefused>
}
