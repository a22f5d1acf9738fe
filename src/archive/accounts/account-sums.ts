// Sums of balances, one an asset. In bigint: SQL's numbers end where an amount does not.

import type { Asset } from '../../../actors/contracts/account.ts'
import type { AssetSum } from './account-lists.ts'

export type Sums = Map<Asset, { -readonly [Member in keyof AssetSum]: AssetSum[Member] }>

/** Adds the balance of one account, or the sum of `accounts` of them. */
export function addTo(sums: Sums, asset: Asset, balance: Omit<AssetSum, 'asset' | 'accounts'>, accounts = 1): void {
  const sum = sums.get(asset) ?? { asset, accounts: 0, posted: 0n, pendingIn: 0n, pendingOut: 0n }
  sums.set(asset, sum)
  sum.accounts += accounts
  sum.posted += balance.posted
  sum.pendingIn += balance.pendingIn
  sum.pendingOut += balance.pendingOut
}

export function inOrder(sums: Sums): readonly AssetSum[] {
  return [...sums.values()].sort((one, other) => (one.asset < other.asset ? -1 : 1))
}

/** So it is with all accounts of an asset together, for no transfer makes or loses anything. */
export function isBalanced({ posted, pendingIn, pendingOut }: AssetSum): boolean {
  return posted === 0n && pendingIn === pendingOut
}
