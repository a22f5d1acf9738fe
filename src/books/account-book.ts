// A second book of all accounts, kept from the postings alone: what the journal says it wrote is held against it.

import {
  type Account,
  accountKey,
  encodeAccount,
  type Position,
  unusedAccount,
} from '../../actors/contracts/account.ts'
import type { Touched } from '../../actors/contracts/accounts.ts'
import type { PostingJson } from '../../actors/contracts/transfer.ts'
import type { Key, Value } from '../../actors/state-storage/messages.ts'
import type { Entry, PostingRow } from '../archive/entries.ts'

/** What becomes of a posting: it moves, is held, is released (and what of it moves), in minor units. */
export interface Move {
  readonly posting: PostingJson
  readonly posted: bigint
  readonly held: bigint
}

export class AccountBook {
  readonly #accounts = new Map<Key, Account>()

  get size(): number {
    return this.#accounts.size
  }

  account(key: Key): Account {
    return this.#accounts.get(key) ?? unusedAccount
  }

  entries(): IterableIterator<[Key, Account]> {
    return this.#accounts.entries()
  }

  /** One transaction: what it touches, in the order of first mention, and the entries it makes. Nothing is kept yet. */
  move(moves: readonly Move[], [seq, offset]: Position): { touched: Touched[]; rows: PostingRow[] } {
    const touched = new Map<Key, { -readonly [Member in keyof Touched]: Touched[Member] }>()
    const touch = (asset: string, id: string) => {
      const key = accountKey(asset, id)
      const before = this.account(key)
      const known = touched.get(key) ?? { id, asset, key, before, after: before }
      touched.set(key, known)
      return known
    }
    const rows: PostingRow[] = []
    moves.forEach(({ posting: { from, to, asset }, posted, held }, index) => {
      const [payer, payee] = [touch(asset, from), touch(asset, to)]
      if (from === to) return
      const position: Position = [seq, offset + index]
      const previous = [payer.after.last, payee.after.last] as const
      payer.after = changed(payer, -posted, 0n, held, position)
      payee.after = changed(payee, posted, held, 0n, position)
      if (posted === 0n) return
      const ends = { from: entry(payer, previous[0]), to: entry(payee, previous[1]) }
      rows.push({ position, asset, amount: String(posted), ...ends })
    })
    return { touched: [...touched.values()], rows }
  }

  keep(touched: readonly Touched[]): void {
    for (const { key, before, after } of touched) if (after !== before) this.#accounts.set(key, after)
  }

  value(key: Key): Value {
    return encodeAccount(this.account(key))
  }
}

function changed({ before, after }: Touched, posted: bigint, into: bigint, out: bigint, position: Position): Account {
  return {
    ...after,
    posted: after.posted + posted,
    pendingIn: after.pendingIn + into,
    pendingOut: after.pendingOut + out,
    version: before.version + 1,
    last: posted === 0n ? after.last : position,
    count: posted === 0n ? after.count : after.count + 1,
  }
}

function entry({ id, after }: Touched, previous: Position | null): Entry {
  return { account: id, posted: String(after.posted), previous, ordinal: after.count }
}
