// What an account is, where its value lives in the map and how it is written there.

import { assert } from '../assert.ts'
import type { Key, Seq, Value } from '../state-storage/messages.ts'

/** Amounts are in minor units of their asset. */
export type Amount = bigint
export type AccountId = string
export type Asset = string

/** Where an entry stands in the ledger: the seq of its transaction and the index of its posting there. */
export type Position = readonly [seq: Seq, posting: number]

/** One account's balance in one asset. */
export interface Account {
  readonly posted: Amount
  /** Held for this account by open pending transfers. */
  readonly pendingIn: Amount
  /** Held from this account by open pending transfers. */
  readonly pendingOut: Amount
  /** `available` may not fall below it; null: no limit, negative is allowed. */
  readonly minimum: Amount | null
  /** `posted + pendingIn` may not rise above it; null: no limit. */
  readonly maximum: Amount | null
  readonly closed: boolean
  /** Steps by one with each transaction that changes the account. */
  readonly version: number
  /** Its last entry; null before the first. */
  readonly last: Position | null
  /** How many entries it has. */
  readonly count: number
}

/** An account exists from its first use; before, it reads as this. */
export const unusedAccount: Account = Object.freeze({
  posted: 0n,
  pendingIn: 0n,
  pendingOut: 0n,
  minimum: null,
  maximum: null,
  closed: false,
  version: 0,
  last: null,
  count: 0,
})

/** Posted, both pendings, available, and posted plus pending in all stay within ±this. */
export const largestAmount: Amount = 2n ** 127n - 1n

export function available(account: Account): Amount {
  return account.posted - account.pendingOut
}

/**
 * No two accounts share a key: an id holds no `/` (an asset may), so the last `/` always parts the two.
 */
export function accountKey(asset: Asset, id: AccountId): Key {
  return `account/${asset}/${id}`
}

/**
 * The value's form in the map and the journal: JSON in which what is at its default is left out. Written by hand because
 * it runs twice a transfer; no member needs escaping.
 */
export function encodeAccount(account: Account): Value {
  const { posted, version, last, count } = account
  const entries = last === null ? '' : `,"last":[${last[0]},${last[1]}],"count":${count}`
  return `{"posted":"${posted}"${encodeHolds(account)}${encodeLimits(account)},"version":${version}${entries}}`
}

function encodeHolds({ pendingIn, pendingOut }: Account): string {
  const incoming = pendingIn === 0n ? '' : `,"pending_in":"${pendingIn}"`
  return pendingOut === 0n ? incoming : `${incoming},"pending_out":"${pendingOut}"`
}

function encodeLimits({ minimum, maximum, closed }: Account): string {
  const floor = minimum === null ? '' : `,"min_balance":"${minimum}"`
  const ceiling = maximum === null ? '' : `,"max_balance":"${maximum}"`
  return `${floor}${ceiling}${closed ? ',"closed":true' : ''}`
}

const form =
  /^\{"posted":"(-?\d+)"(?:,"pending_in":"(\d+)")?(?:,"pending_out":"(\d+)")?(?:,"min_balance":"(-?\d+)")?(?:,"max_balance":"(-?\d+)")?(,"closed":true)?,"version":(\d+)(?:,"last":\[(\d+),(\d+)\],"count":(\d+))?\}$/

/** A third of the cost of JSON.parse, and it believes nothing that encodeAccount could not have written. */
export function decodeAccount(value: Value | undefined): Account {
  if (value === undefined) return unusedAccount
  const parts = form.exec(value)
  assert(parts !== null, `no account was ever written as ${value}`)
  const [, posted = '', pendingIn, pendingOut, minimum, maximum, closed, version, seq, posting, count] = parts
  return {
    posted: BigInt(posted),
    pendingIn: pendingIn === undefined ? 0n : BigInt(pendingIn),
    pendingOut: pendingOut === undefined ? 0n : BigInt(pendingOut),
    minimum: minimum === undefined ? null : BigInt(minimum),
    maximum: maximum === undefined ? null : BigInt(maximum),
    closed: closed !== undefined,
    version: Number(version),
    last: seq === undefined ? null : [Number(seq), Number(posting)],
    count: count === undefined ? 0 : Number(count),
  }
}
