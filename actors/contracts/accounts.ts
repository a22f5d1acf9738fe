// The accounts that one transaction touches: each read once, and written back only if it changed.

import { assert } from '../assert.ts'
import type { Key, Value } from '../state-storage/messages.ts'
import {
  type Account,
  type AccountId,
  type Asset,
  accountKey,
  decodeAccount,
  encodeAccount,
  type Position,
} from './account.ts'

export interface Touched {
  readonly id: AccountId
  readonly asset: Asset
  readonly key: Key
  readonly before: Account
  readonly after: Account
}

/** The state as far as it is needed here. */
export interface ReadValues {
  read(key: Key): Value | undefined
}

export interface WriteValues {
  write(key: Key, value: Value): void
}

/** What one posting adds to an account; may be negative. */
export interface Change {
  readonly posted: bigint
  readonly pendingIn: bigint
  readonly pendingOut: bigint
}

export class Accounts {
  readonly #state: ReadValues
  readonly #touched: { -readonly [Member in keyof Touched]: Touched[Member] }[] = []

  constructor(state: ReadValues) {
    this.#state = state
  }

  account(asset: Asset, id: AccountId): Account {
    return this.#find(asset, id).after
  }

  /** A change of what is posted is an entry, at `position`. The version steps once, however many changes there are. */
  change(asset: Asset, id: AccountId, { posted, pendingIn, pendingOut }: Change, position: Position): void {
    const account = this.#find(asset, id)
    const { before, after } = account
    account.after = {
      ...after,
      posted: after.posted + posted,
      pendingIn: after.pendingIn + pendingIn,
      pendingOut: after.pendingOut + pendingOut,
      version: before.version + 1,
      ...(posted !== 0n && { last: position, count: after.count + 1 }),
    }
  }

  /** New limits or a new state; amounts can't be set. */
  set(asset: Asset, id: AccountId, settings: Pick<Account, 'minimum' | 'maximum' | 'closed'>): void {
    const account = this.#find(asset, id)
    account.after = { ...account.after, ...settings, version: account.before.version + 1 }
  }

  /** In the order of their first mention. */
  touched(): readonly Touched[] {
    return this.#touched
  }

  /** Writes what changed, after it has been seen that no amount was made or lost. */
  store(state: WriteValues): void {
    const sums = new Map<Asset, { posted: bigint; pending: bigint }>()
    for (const { key, asset, before, after } of this.#touched) {
      if (after === before) continue
      const sum = sums.get(asset) ?? { posted: 0n, pending: 0n }
      sum.posted += after.posted - before.posted
      sum.pending += after.pendingIn - before.pendingIn - (after.pendingOut - before.pendingOut)
      sums.set(asset, sum)
      assert(after.pendingIn >= 0n && after.pendingOut >= 0n, `${key} would hold less than nothing`)
      state.write(key, encodeAccount(after))
    }
    for (const [asset, { posted, pending }] of sums) {
      assert(posted === 0n, `the sum of all ${asset} would change by ${posted}`)
      assert(pending === 0n, `the holds of ${asset} would differ by ${pending}`)
    }
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
