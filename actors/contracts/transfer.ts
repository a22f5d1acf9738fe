// Nobody spends what they may not, and no transfer makes or destroys an amount.

import type { Transaction } from '../state-storage/messages.ts'
import {
  type Account,
  type AccountId,
  type Amount,
  type Asset,
  available,
  largestAmount,
  type Position,
} from './account.ts'
import { type Refusal, refused } from './refusal.ts'

/** Moves `amount` (> 0, minor units of `asset`) from one account to another. */
export interface Posting {
  readonly from: AccountId
  readonly to: AccountId
  readonly amount: Amount
  readonly asset: Asset
}

/** What a client asks for; its form was checked at the door. */
export interface TransferCommand {
  /** Client-made; without it the transfer is named `tr_<seq>`. */
  readonly id?: string
  /** SHA-256 of the transfer's canonical content, in hexadecimal; goes with a client-made id. */
  readonly content?: string
  readonly postings: readonly [Posting]
  readonly reference?: string
  readonly metadata?: Readonly<Record<string, string>>
}

/** One side of what a transfer leaves behind. */
export interface Moved {
  readonly from: Account
  readonly to: Account
}

/** What the rules need of the state. The type is the permission: `transfer` reads accounts and writes nothing. */
export interface ReadAccounts {
  account(asset: Asset, id: AccountId): Account
}

/**
 * Decides one posting and returns the two accounts as it leaves them, or why not. The caller stores both or neither.
 * `position` is where the entries will stand.
 */
export function transfer(state: ReadAccounts, posting: Posting, position: Position): Moved | Refusal {
  const { from, to, amount, asset } = posting
  const source = state.account(asset, from)
  const target = state.account(asset, to)
  if (source.closed) return refused('account_closed', from)
  if (target.closed) return refused('account_closed', to)
  if (from === to) return { from: source, to: source } // the stress test's self-transfer bug: two writes made money
  if (fallsOutOfRange(source, amount)) return refused('balance_overflow', from)
  if (risesOutOfRange(target, amount)) return refused('balance_overflow', to)
  if (source.minimum !== null && available(source) - amount < source.minimum) return refused('insufficient_funds', from)
  if (target.maximum !== null && target.posted + target.pendingIn + amount > target.maximum) {
    return refused('limit_exceeded', to)
  }
  return { from: entered(source, -amount, position), to: entered(target, amount, position) }
}

function fallsOutOfRange(source: Account, amount: Amount): boolean {
  return available(source) - amount < -largestAmount
}

function risesOutOfRange(target: Account, amount: Amount): boolean {
  return target.posted + target.pendingIn + amount > largestAmount
}

function entered(account: Account, amount: Amount, position: Position): Account {
  return {
    ...account,
    posted: account.posted + amount,
    version: account.version + 1,
    last: position,
    count: account.count + 1,
  }
}

/** An account as a transfer left it, in the fact: what the answer shows and what the archive chains its entries by. */
export interface AccountAfter {
  readonly account: AccountId
  readonly asset: Asset
  readonly posted: string
  readonly pending_in: string
  readonly pending_out: string
  readonly version: number
  /** The account's last entry before this transaction; null if it had none. Absent where nothing changed (a self-transfer). */
  readonly previous?: Position | null
  /** The account's entries, this transaction's included. */
  readonly count: number
}

export interface PostingJson {
  readonly from: AccountId
  readonly to: AccountId
  readonly amount: string
  readonly asset: Asset
}

/** A transfer as the journal keeps it, posted or refused. Answers are replayed from it, byte for byte. */
export interface TransferFact extends Transaction {
  readonly method: 'Transfer'
  /** Which renderer made the answer; old ones stay. */
  readonly renderer: 1
  readonly id: string
  readonly state: 'posted' | 'refused'
  readonly postings: readonly PostingJson[]
  /** In the order of their first mention in the postings. Empty when refused. */
  readonly balances: readonly AccountAfter[]
  readonly reference?: string
  readonly metadata?: Readonly<Record<string, string>>
  /** Goes with a client-made id: tells whether a second request means the same. */
  readonly content?: string
  /** Goes with an Idempotency-Key. */
  readonly request?: { readonly principal: string; readonly key: string; readonly fingerprint: string }
  /** Why not, and the Request-Id that the refusal's body told. */
  readonly refusal?: Refusal & { readonly request_id: string }
}
