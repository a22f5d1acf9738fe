// Holds: amounts that a pending transfer keeps aside until it is posted, voided, or expires. Each ends once.

import type { Key, Timestamp, Value } from '../../state-storage/messages.ts'
import type { Amount, Position } from '../account.ts'
import type { Accounts } from '../accounts.ts'
import { closedAmong, limitOf } from '../limits.ts'
import { type Refusal, refused } from '../refusal.ts'
import { type Posting, postingOf, type SettlementFact, type TransferFact } from '../transfer.ts'

/** A hold as the map keeps it while it is open, and as the fact of its end tells it. */
export type Hold = NonNullable<SettlementFact['hold']>

/** An id holds no `/`, and no other key begins like this. */
export function holdKey(id: string): Key {
  return `${holdPrefix}${id}`
}

export const holdPrefix = 'pending/'

export function encodeHold(hold: Hold): Value {
  return JSON.stringify(hold)
}

export function decodeHold(value: Value | undefined): Hold | undefined {
  return value === undefined || value === closed ? undefined : (JSON.parse(value) as Hold)
}

/** The value of a hold that has ended: it takes the key out of the map. */
export const closed: Value = 'null'

export function holdOf(fact: TransferFact): Hold {
  const { id, seq, time, postings, reference, metadata, effective_at, expires_at } = fact
  return {
    id,
    seq,
    time,
    postings,
    ...(reference !== undefined && { reference }),
    ...(metadata !== undefined && { metadata }),
    ...(effective_at !== undefined && { effective_at }),
    ...(expires_at !== undefined && { expires_at }),
  }
}

/** A due hold counts as expired even before its own expiry transaction has come. */
export function isDue({ expires_at }: Hold, time: Timestamp): boolean {
  return (expires_at ?? Number.POSITIVE_INFINITY) <= time
}

/**
 * Posts all of the hold, or `amount` of its only posting and releases the rest. Leaves the effect in `accounts` and
 * returns what moved, or why not.
 */
export function post(
  accounts: Accounts,
  hold: Hold,
  amount: Amount | undefined,
  at: Position,
): readonly Posting[] | Refusal {
  const held = hold.postings.map(postingOf)
  const [only] = held
  if (amount !== undefined && (only === undefined || held.length > 1 || amount > only.amount)) {
    return refused('post_exceeds_pending')
  }
  for (const { from, to, asset } of held) {
    accounts.account(asset, from)
    accounts.account(asset, to)
  }
  const shut = closedAmong(accounts.touched())
  if (shut !== undefined) return refused('account_closed', shut)
  for (const [index, posting] of held.entries()) {
    release(accounts, posting, amount ?? posting.amount, [at[0], at[1] + index])
  }
  const refusal = limitOf(accounts.touched())
  return refusal ?? held.map((posting) => ({ ...posting, amount: amount ?? posting.amount }))
}

/** Gives back all that is held: always possible, even to a closed account. */
export function releaseAll(accounts: Accounts, hold: Hold, at: Position): void {
  for (const posting of hold.postings.map(postingOf)) {
    accounts.account(posting.asset, posting.from) // told even where nothing was held: from an account to itself
    release(accounts, posting, 0n, at)
  }
}

function release(accounts: Accounts, { from, to, asset, amount }: Posting, posted: Amount, at: Position): void {
  if (from === to) return // held nothing
  accounts.change(asset, from, { posted: -posted, pendingIn: 0n, pendingOut: -amount }, at)
  accounts.change(asset, to, { posted, pendingIn: -amount, pendingOut: 0n }, at)
}
