// All accounts as they are now, listed and summed. A port; adapters are beside it.

import type { Account, AccountId, Amount, Asset } from '../../../actors/contracts/account.ts'
import type { AccountNotes } from '../../../actors/contracts/settings.ts'
import type { Seq } from '../../../actors/state-storage/messages.ts'
import type { Order } from '../history/history.ts'

/** Where an item stands in the list: by account, then by asset. */
export type AccountListPlace = readonly [account: AccountId, asset: Asset]

export interface AccountListQuery {
  /** Of the account's id; '' takes all. */
  readonly prefix: string
  readonly asset?: Asset
  /** All of them have to be so. */
  readonly metadata: readonly (readonly [key: string, value: string])[]
  readonly order: Order
  /** Past what the page before looked at last; it begins with the prefix. */
  readonly after: AccountListPlace | null
  readonly limit: number
}

/** `state` without the chain of entries, which lists do not tell. */
export interface ListedAccount {
  readonly account: AccountId
  readonly asset: Asset
  readonly state: Account
  readonly notes: AccountNotes
}

export interface AccountsRead {
  /** Everything in the answer is as of this seq. */
  readonly seq: Seq
  readonly items: readonly ListedAccount[]
  /** There may be more, even if there are fewer here than asked for: only so many rows are looked at for a page. */
  readonly next: AccountListPlace | null
}

export interface AccountSumQuery {
  readonly prefix: string
  readonly asset?: Asset
}

/** In minor units. */
export interface AssetSum {
  readonly asset: Asset
  readonly accounts: number
  readonly posted: Amount
  readonly pendingIn: Amount
  readonly pendingOut: Amount
}

export interface SumsRead {
  readonly seq: Seq
  /** In the order of the assets. */
  readonly sums: readonly AssetSum[]
}

/** Undefined instead of an answer: what was built is damaged, and is being built anew. */
export interface AccountLists {
  /** All up to here is in the answers. */
  built(): Seq
  /** Calls back once, when all up to `seq` is built, or with the error if building fails. The answer forgets it again. */
  onceBuilt(seq: Seq, told: (failure?: Error) => void): () => void
  /** Goes on with what an earlier run has built; does nothing where nobody ever asked. */
  follow(): void
  list(query: AccountListQuery): Promise<AccountsRead | undefined>
  sum(query: AccountSumQuery): Promise<SumsRead | undefined>
}
