// A guard: what the client wants to be true of an account at the moment of the transfer.

import { type AccountId, type Amount, available } from './account.ts'
import type { Accounts } from './accounts.ts'
import { type Refusal, refused } from './refusal.ts'

/** All that is named must hold, before the transfer, for the asset of the first posting that names the account. */
export interface GuardedAccount {
  readonly available_gte?: Amount
  readonly available_lte?: Amount
  readonly posted_gte?: Amount
  readonly posted_lte?: Amount
  readonly version?: number
}

/** A list, not an object: an account may be called `__proto__`. */
export type Guard = readonly (readonly [AccountId, GuardedAccount])[]

interface NamesAccounts {
  readonly from: AccountId
  readonly to: AccountId
  readonly asset: string
}

/** The first account that is not as the guard wants it. */
export function guardFailed(accounts: Accounts, guard: Guard, postings: readonly NamesAccounts[]): Refusal | undefined {
  for (const [id, wanted] of guard) {
    const account = accounts.account(guardedAsset(id, postings), id)
    const { posted, version } = account
    const met =
      posted >= (wanted.posted_gte ?? posted) &&
      posted <= (wanted.posted_lte ?? posted) &&
      available(account) >= (wanted.available_gte ?? available(account)) &&
      available(account) <= (wanted.available_lte ?? available(account)) &&
      version === (wanted.version ?? version)
    if (!met) return refused('guard_failed', id)
  }
  return undefined
}

/** An account that no posting names is guarded in the first posting's asset. */
export function guardedAsset(id: AccountId, postings: readonly NamesAccounts[]): string {
  const naming = postings.find(({ from, to }) => from === id || to === id) ?? postings[0]
  return naming?.asset ?? ''
}
