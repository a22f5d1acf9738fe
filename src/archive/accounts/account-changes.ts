// What facts leave behind of accounts: of many facts, the last word on each account.

import { type Account, type AccountId, type Asset, unusedAccount } from '../../../actors/contracts/account.ts'
import type { Fact } from '../../../actors/contracts/facts.ts'
import type { AccountNotes } from '../../../actors/contracts/settings.ts'
import type { AccountAfter } from '../../../actors/contracts/transfer.ts'
import type { Transaction } from '../../../actors/state-storage/messages.ts'

type Limits = Pick<Account, 'minimum' | 'maximum' | 'closed'>

export interface AccountChange {
  readonly account: AccountId
  readonly asset: Asset
  balance: AccountAfter
  /** Absent where nobody set them: they stay as they are. */
  limits?: Limits
}

export class AccountChanges {
  readonly #accounts = new Map<string, AccountChange>()
  readonly #notes = new Map<AccountId, AccountNotes>()

  /** Facts come in the order of the ledger. */
  take(transaction: Transaction): void {
    const fact = transaction as Fact
    for (const balance of fact.balances) {
      // Touched and not changed, such as by a transfer to itself: the ledger keeps nothing of it either.
      if (balance.version > 0) this.#change(balance)
    }
    if (fact.method !== 'SetAccount' || fact.settings === undefined) return
    const { account, asset, settings } = fact
    const { min_balance, max_balance, closed, metadata, revision } = settings
    const change = this.#accounts.get(`${account} ${asset}`)
    if (change === undefined) throw new Error(`seq ${fact.seq} tells no balance for the account that it sets`)
    change.limits = { minimum: amountOf(min_balance), maximum: amountOf(max_balance), closed }
    this.#notes.set(account, { revision, metadata })
  }

  /** In the order of the accounts: written so, neighbours meet on the same page. */
  accounts(): readonly AccountChange[] {
    return [...this.#accounts].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, change]) => change)
  }

  notes(): ReadonlyMap<AccountId, AccountNotes> {
    return this.#notes
  }

  #change(balance: AccountAfter): void {
    const { account, asset } = balance
    const key = `${account} ${asset}`
    const known = this.#accounts.get(key)
    if (known === undefined) this.#accounts.set(key, { account, asset, balance })
    else known.balance = balance
  }
}

function amountOf(digits: string | null): bigint | null {
  return digits === null ? null : BigInt(digits)
}

/** The account after the change; `before` tells the limits that were not set. */
export function changed(before: Account | undefined, { balance, limits }: AccountChange): Account {
  const { posted, pending_in, pending_out, version } = balance
  return {
    ...(before ?? unusedAccount),
    ...limits,
    posted: BigInt(posted),
    pendingIn: BigInt(pending_in),
    pendingOut: BigInt(pending_out),
    version,
  }
}
