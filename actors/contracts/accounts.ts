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

/** An account as it was last decoded or encoded: good as long as the state holds this very text. */
interface Decoded {
  readonly key: Key
  value: Value | undefined
  account: Account
}

/**
 * By asset and id, for as long as the state lives: in a batch of thousands an account is met again and again. Only a memo:
 * the state is asked each time, and what it says counts, so a transaction that was dropped leaves nothing here either.
 */
const decoded = new WeakMap<ReadValues, Map<Asset, Map<AccountId, Decoded>>>()

function decodedIn(state: ReadValues, asset: Asset): Map<AccountId, Decoded> {
  const assets = decoded.get(state) ?? new Map<Asset, Map<AccountId, Decoded>>()
  const accounts = assets.get(asset) ?? new Map<AccountId, Decoded>()
  decoded.set(state, assets.set(asset, accounts))
  return accounts
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
    const entered = posted !== 0n
    // Member by member: a copy by spreading costs three times as much, and this runs twice a transfer.
    account.after = {
      posted: after.posted + posted,
      pendingIn: after.pendingIn + pendingIn,
      pendingOut: after.pendingOut + pendingOut,
      minimum: after.minimum,
      maximum: after.maximum,
      closed: after.closed,
      version: before.version + 1,
      last: entered ? position : after.last,
      count: entered ? after.count + 1 : after.count,
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
    for (const { id, key, asset, before, after } of this.#touched) {
      if (after === before) continue
      const sum = sums.get(asset) ?? { posted: 0n, pending: 0n }
      sum.posted += after.posted - before.posted
      sum.pending += after.pendingIn - before.pendingIn - (after.pendingOut - before.pendingOut)
      sums.set(asset, sum)
      assert(after.pendingIn >= 0n && after.pendingOut >= 0n, `${key} would hold less than nothing`)
      const value = encodeAccount(after)
      state.write(key, value)
      decodedIn(this.#state, asset).set(id, { key, value, account: after })
    }
    for (const [asset, { posted, pending }] of sums) {
      assert(posted === 0n, `the sum of all ${asset} would change by ${posted}`)
      assert(pending === 0n, `the holds of ${asset} would differ by ${pending}`)
    }
  }

  /** A walk, not a map: a transaction touches few accounts, and a map would hash each name again. */
  #find(asset: Asset, id: AccountId) {
    for (const account of this.#touched) if (account.id === id && account.asset === asset) return account
    const { key, account: before } = this.#read(asset, id)
    const touched = { id, asset, key, before, after: before }
    this.#touched.push(touched)
    return touched
  }

  #read(asset: Asset, id: AccountId): Decoded {
    const known = decodedIn(this.#state, asset)
    const before = known.get(id)
    const key = before?.key ?? accountKey(asset, id)
    const value = this.#state.read(key)
    if (before !== undefined && before.value === value) return before
    const now = { key, value, account: decodeAccount(value) }
    known.set(id, now)
    return now
  }
}
