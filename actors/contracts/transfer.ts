// Nobody spends what they may not, and no transfer makes or destroys an amount.

import type { Seq, Timestamp, Transaction } from '../state-storage/messages.ts'
import type { AccountId, Amount, Asset, Position } from './account.ts'
import type { Accounts, Touched } from './accounts.ts'
import { type Guard, guardFailed } from './guard.ts'
import { closedAmong, limitOf } from './limits.ts'
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
  /** Client-made; without it the transfer is named after its seq. */
  readonly id?: string
  /** SHA-256 of the transfer's canonical content, in hexadecimal; goes with a client-made id. */
  readonly content?: string
  /** One at least; all of them happen or none. */
  readonly postings: readonly Posting[]
  /** Holds the amounts until they are posted, voided, or expire after so many seconds. */
  readonly pending?: { readonly expiresIn?: number }
  readonly guard?: Guard
  readonly reference?: string
  readonly metadata?: Readonly<Record<string, string>>
  /** RFC 3339, the client's own; moves no balance in time. */
  readonly effectiveAt?: string
}

/** Whether an amount moves at once or is held. */
export type Effect = 'posted' | 'pending'

/**
 * Decides a transfer and leaves its effect in `accounts`, or says why not; what was changed by then is the caller's to
 * drop. All postings happen at once: limits are held against what they leave behind together.
 */
export function transfer(
  accounts: Accounts,
  postings: readonly Posting[],
  effect: Effect,
  guard: Guard | undefined,
  [seq, offset]: Position,
): Refusal | undefined {
  for (const { from, to, asset } of postings) {
    accounts.account(asset, from)
    accounts.account(asset, to)
  }
  const closed = closedAmong(accounts.touched())
  if (closed !== undefined) return refused('account_closed', closed)
  const unmet = guard && guardFailed(accounts, guard, postings)
  if (unmet !== undefined) return unmet
  for (const [index, { from, to, amount, asset }] of postings.entries()) {
    if (from === to) continue // the stress test's self-transfer bug: two writes made money
    const [posted, held] = effect === 'posted' ? [amount, 0n] : [0n, amount]
    accounts.change(asset, from, { posted: -posted, pendingIn: 0n, pendingOut: held }, [seq, offset + index])
    accounts.change(asset, to, { posted, pendingIn: held, pendingOut: 0n }, [seq, offset + index])
  }
  return limitOf(accounts.touched())
}

/** An account as a transaction left it, in the fact: what the answer shows and what the archive chains its entries by. */
export interface AccountAfter {
  readonly account: AccountId
  readonly asset: Asset
  readonly posted: string
  readonly pending_in: string
  readonly pending_out: string
  readonly version: number
  /** The account's last entry before this transaction; null if it had none. Absent where the transaction made none. */
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

/** What every fact tells, whatever was asked. */
export interface FactBase extends Transaction {
  /** Which renderer made the answer; old ones stay. */
  readonly renderer: 1
  /** What moved, if `state` is posted; what was to move, if it is pending or refused. */
  readonly postings: readonly PostingJson[]
  /** In the order of their first mention in the postings. Empty when refused. */
  readonly balances: readonly AccountAfter[]
  /** Goes with an Idempotency-Key. */
  readonly request?: { readonly principal: string; readonly key: string; readonly fingerprint: string }
  /** Why not, and the Request-Id that the refusal's body told. */
  readonly refusal?: Refusal & { readonly request_id: string }
}

/** What is told of a transfer whenever it is told. */
export interface TransferDetails {
  readonly id: string
  readonly reference?: string
  readonly metadata?: Readonly<Record<string, string>>
  readonly effective_at?: string
  /** Of a hold: when it ends by itself. */
  readonly expires_at?: Timestamp
  /** The id of the transfer that this one takes back. */
  readonly reverses?: string
}

/** A transfer as the journal keeps it. Answers are replayed from it, byte for byte. */
export interface TransferFact extends FactBase, TransferDetails {
  readonly method: 'Transfer'
  readonly state: 'posted' | 'pending' | 'refused'
  /** Goes with a client-made id: tells whether a second request means the same. */
  readonly content?: string
}

/** The end of a hold. Its answer shows the whole transfer, so the fact does, too. */
export interface SettlementFact extends FactBase {
  readonly method: 'Post' | 'Void' | 'Expire'
  readonly state: 'posted' | 'voided' | 'expired' | 'refused'
  /** The transfer's own id. */
  readonly id: string
  /** The hold, as it was made; absent when there is no such transfer. */
  readonly hold?: TransferDetails & {
    readonly seq: Seq
    readonly time: Timestamp
    readonly postings: readonly PostingJson[]
  }
}

export function postingJson({ from, to, amount, asset }: Posting): PostingJson {
  return { from, to, amount: String(amount), asset }
}

export function postingOf({ from, to, amount, asset }: PostingJson): Posting {
  return { from, to, amount: BigInt(amount), asset }
}

export function accountAfter({ id, asset, before, after }: Touched): AccountAfter {
  const { version, count } = after
  const posted = String(after.posted)
  const pending_in = String(after.pendingIn)
  const pending_out = String(after.pendingOut)
  // Two literals: one with a conditional spread costs several times as much, and this runs twice a transfer.
  if (count === before.count) return { account: id, asset, posted, pending_in, pending_out, version, count }
  return { account: id, asset, posted, pending_in, pending_out, version, previous: before.last, count }
}
