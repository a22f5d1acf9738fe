// The accounts that one transaction touches: each read once, and written back only if it changed.

import { assert } from '../assert.ts'
import type { Key } from '../state-storage/messages.ts'
import type { ReadState, ReadWriteState } from '../virtual-machine/processor.ts'
import { type Account, type AccountId, type Asset, accountKey, decodeAccount, encodeAccount } from './account.ts'

export interface Touched {
  readonly id: AccountId
  readonly asset: Asset
  readonly key: Key
  readonly before: Account
  readonly after: Account
}

export class Accounts {
  readonly #state: ReadState
  readonly #touched: { -readonly [Member in keyof Touched]: Touched[Member] }[] = []

  constructor(state: ReadState) {
    this.#state = state
  }

  account(asset: Asset, id: AccountId): Account {
    return this.#find(asset, id).after
  }

  set(asset: Asset, id: AccountId, account: Account): void {
    this.#find(asset, id).after = account
  }

  /** In the order of their first mention. */
  touched(): readonly Touched[] {
    return this.#touched
  }

  /** Writes what changed, after it has been seen that no amount was made or lost. */
  store(state: ReadWriteState): void {
    const changes = new Map<Asset, bigint>()
    for (const { key, asset, before, after } of this.#touched) {
      if (after === before) continue
      assert(after.version === before.version + 1, `${key} goes from version ${before.version} to ${after.version}`)
      changes.set(asset, (changes.get(asset) ?? 0n) + after.posted - before.posted)
      state.write(key, encodeAccount(after))
    }
    for (const [asset, change] of changes) assert(change === 0n, `the sum of all ${asset} would change by ${change}`)
  }

  /** A walk, not a map: a transaction touches few accounts, and a map would hash each name again. */
  #find(asset: Asset, id: AccountId) {
    for (const account of this.#touched) if (account.id === id && account.asset === asset) return account
    const key = accountKey(asset, id)
    const before = decodeAccount(this.#state.read(key))
    const touched = { id, asset, key, before, after: before }
    this.#touched.push(touched)
    return touched
  }
}
