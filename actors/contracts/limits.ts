// What an account may not become: the last rungs of the ladder, told in their order of precedence.

import { type Account, type AccountId, type Amount, available, largestAmount } from './account.ts'
import type { Touched } from './accounts.ts'
import { type Refusal, refused } from './refusal.ts'

/** Why the accounts may not be left like this, or undefined. Only what a transaction makes worse is held against it. */
export function limitOf(touched: readonly Touched[]): Refusal | undefined {
  return (
    first(touched, leavesRange, 'balance_overflow') ??
    first(touched, overdraws, 'insufficient_funds') ??
    first(touched, overfills, 'limit_exceeded')
  )
}

function first(
  touched: readonly Touched[],
  breaks: (account: Touched) => boolean,
  code: 'balance_overflow' | 'insufficient_funds' | 'limit_exceeded',
): Refusal | undefined {
  for (const account of touched) if (breaks(account)) return refused(code, account.id)
  return undefined
}

function leavesRange({ after }: Touched): boolean {
  if (isOutOfRange(after.posted)) return true
  const { pendingIn, pendingOut } = after
  if (pendingIn === 0n && pendingOut === 0n) return false // then nothing else differs from what is posted
  return [pendingIn, pendingOut, available(after), incoming(after)].some(isOutOfRange)
}

const smallestAmount = -largestAmount

function isOutOfRange(amount: Amount): boolean {
  return amount > largestAmount || amount < smallestAmount
}

function overdraws({ before, after }: Touched): boolean {
  return after.minimum !== null && available(after) < after.minimum && available(after) < available(before)
}

function overfills({ before, after }: Touched): boolean {
  return after.maximum !== null && incoming(after) > after.maximum && incoming(after) > incoming(before)
}

/** What the account holds, with all that is held for it. */
function incoming(account: Account): bigint {
  return account.posted + account.pendingIn
}

export function closedAmong(touched: readonly Touched[]): AccountId | undefined {
  return touched.find(({ before }) => before.closed)?.id
}
