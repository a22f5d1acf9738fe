// What follows from the facts: entries, balances, holds, settings, and the writes that a record must have made.

import { decodeAccount } from '../../actors/contracts/account.ts'
import type { Touched } from '../../actors/contracts/accounts.ts'
import { closed, encodeHold, type Hold, holdKey, holdOf, isDue } from '../../actors/contracts/holds/hold.ts'
import { closedAmong, limitOf } from '../../actors/contracts/limits.ts'
import { decodeNotes, encodeNotes, notesKey, type SettingsFact } from '../../actors/contracts/settings.ts'
import {
  type AccountAfter,
  accountAfter,
  type SettlementFact,
  type TransferFact,
} from '../../actors/contracts/transfer.ts'
import type { Key, Seq, Value } from '../../actors/state-storage/messages.ts'
import type { PostingRow } from '../archive/entries.ts'
import { AccountBook, type Move } from './account-book.ts'
import { settlementMoves, transferMoves } from './moves.ts'
import type { AnyFact } from './names.ts'

/** What came of a fact: the entries it makes, and what is wrong with it. */
export interface Entered {
  readonly rows: readonly PostingRow[]
  readonly wrong: readonly string[]
}

type Effect = { readonly touched: readonly Touched[]; readonly rows: readonly PostingRow[]; readonly wrong: string[] }

export class LedgerBook {
  readonly accounts = new AccountBook()
  readonly holds = new Map<string, Hold>()
  /** The last value and the last writer of each key. */
  readonly #values = new Map<Key, { readonly value: Value; readonly seq: Seq }>()
  /** What was written otherwise than it follows: told once, for all that comes after follows from it. */
  readonly #strange = new Map<Key, Value>()
  readonly #told = new Set<Key>()
  readonly #closedAfter: Seq
  readonly #closedLate = new Set<Key>()
  #changed = new Map<Key, Value>()
  #seq: Seq = 0
  #offset = 0

  /** `closedAfter`: holds that end after it are remembered, for a checkpoint of that seq may still have them. */
  constructor(closedAfter: Seq) {
    this.#closedAfter = closedAfter
  }

  wasClosedLate(key: Key): boolean {
    return this.#closedLate.has(key)
  }

  /** The value that a key must have, with the seq of the record that wrote it last. */
  written(key: Key) {
    return this.#values.get(key)
  }

  keys() {
    return this.#values.entries()
  }

  /** Enters the next fact. Throws where it has not the form of a fact. */
  enter(fact: AnyFact): Entered {
    if (fact.seq !== this.#seq) this.#offset = 0
    this.#seq = fact.seq
    const wrong =
      fact.state === 'refused' ? refusedWrongly(fact) : fact.refusal === undefined ? [] : ['tells a refusal']
    const effect = fact.state === 'refused' ? undefined : this.#effect(fact)
    if (fact.method === 'Transfer') this.#offset += fact.postings.length
    if (effect === undefined) return { rows: [], wrong }
    this.accounts.keep(effect.touched)
    for (const { key, before, after } of effect.touched) {
      if (after !== before) this.#changed.set(key, this.accounts.value(key))
    }
    return { rows: effect.rows, wrong: [...wrong, ...effect.wrong, ...this.#balances(fact.balances, effect.touched)] }
  }

  /** Ends a record: what is wrong with its writes. */
  close(writes: readonly (readonly [Key, Value])[], seq: Seq): string[] {
    const wrong: string[] = []
    const seen = new Set<Key>()
    for (const [key, value] of writes) {
      const expected = this.#changed.get(key)
      if (seen.has(key)) wrong.push(`writes ${key} twice`)
      seen.add(key)
      if (expected === undefined) wrong.push(`writes ${key}, which no fact of it changes`)
      else if (value === expected) this.#strange.delete(key)
      else wrong.push(...this.#differs(key, value, expected))
    }
    for (const [key, value] of this.#changed) {
      if (!seen.has(key)) wrong.push(`does not write ${key}, which its facts change`)
      if (value === closed) this.#values.delete(key)
      if (value === closed && seq > this.#closedAfter) this.#closedLate.add(key)
      if (value !== closed) this.#values.set(key, { value, seq })
    }
    this.#changed = new Map()
    return wrong
  }

  /** What is wrong with the whole, as it was written: amounts made or lost, and holds that nothing holds. */
  conclude(): string[] {
    const sums = new Map<string, bigint>()
    const held = new Map<Key, bigint>()
    for (const { postings } of this.holds.values()) {
      for (const { from, to, asset, amount } of postings) {
        if (from === to) continue
        for (const side of [`out account/${asset}/${from}`, `in account/${asset}/${to}`]) {
          held.set(side, (held.get(side) ?? 0n) + BigInt(amount))
        }
      }
    }
    const wrong: string[] = []
    for (const [key, derived] of this.accounts.entries()) {
      const strange = this.#strange.get(key)
      const { posted, pendingIn, pendingOut } = strange === undefined ? derived : (readable(strange) ?? derived)
      const asset = key.slice('account/'.length, key.lastIndexOf('/'))
      sums.set(asset, (sums.get(asset) ?? 0n) + posted)
      if (pendingIn !== (held.get(`in ${key}`) ?? 0n) || pendingOut !== (held.get(`out ${key}`) ?? 0n)) {
        wrong.push(`${key} holds ${pendingIn} in and ${pendingOut} out, which is not what the open holds say`)
      }
    }
    for (const [asset, sum] of sums) if (sum !== 0n) wrong.push(`the sum of all ${asset} is ${sum}, not 0`)
    return wrong
  }

  #effect(fact: AnyFact): Effect | undefined {
    switch (fact.method) {
      case 'Transfer':
        return this.#transfer(fact)
      case 'Post':
      case 'Void':
      case 'Expire':
        return this.#settle(fact)
      case 'SetAccount':
        return this.#set(fact)
      case 'Batch':
        return { touched: [], rows: [], wrong: fact.postings.length > 0 ? ['is a batch and has postings'] : [] }
      default:
        throw new Error(`its method ${(fact as { method?: unknown }).method} is unknown`)
    }
  }

  #transfer(fact: TransferFact): Effect {
    const { moves, wrong } = transferMoves(fact)
    const effect = this.#move(moves, wrong)
    if (fact.state !== 'pending') return effect
    if (this.holds.has(fact.id)) wrong.push(`holds ${fact.id}, which is open already`)
    const hold = holdOf(fact)
    this.holds.set(fact.id, hold)
    this.#changed.set(holdKey(fact.id), encodeHold(hold))
    return effect
  }

  #settle(fact: SettlementFact): Effect {
    const hold = this.holds.get(fact.id)
    if (hold === undefined) return { touched: [], rows: [], wrong: [`ends the hold ${fact.id}, which is not open`] }
    const { moves, wrong } = settlementMoves(fact, hold)
    if (JSON.stringify(fact.hold) !== JSON.stringify(hold))
      wrong.push(`tells the hold ${fact.id} otherwise than it was made`)
    if (isDue(hold, fact.time) !== (fact.method === 'Expire')) {
      wrong.push(`is at ${fact.time}, but the hold ${fact.id} ends at ${hold.expires_at}`)
    }
    this.holds.delete(fact.id)
    this.#changed.set(holdKey(fact.id), closed)
    // Giving back is always possible.
    return fact.method === 'Post' ? this.#move(moves, wrong) : { ...this.accounts.move(moves, this.#position), wrong }
  }

  #set({ account: id, asset, settings, postings }: SettingsFact): Effect {
    if (settings === undefined) throw new Error('it tells no settings')
    const wrong = postings.length > 0 ? ['sets an account and has postings'] : []
    const [touched] = this.accounts.move(
      [{ posting: { from: id, to: id, asset, amount: '0' }, posted: 0n, held: 0n }],
      [0, 0],
    ).touched
    if (touched === undefined) throw new Error('it names no account')
    const { min_balance, max_balance, closed, metadata, revision } = settings
    const [minimum, maximum] = [min_balance, max_balance].map((limit) => (limit === null ? null : BigInt(limit)))
    const limits = { minimum: minimum ?? null, maximum: maximum ?? null, closed }
    const after = { ...touched.before, ...limits, version: touched.before.version + 1 }
    const key = notesKey(id)
    const expected = decodeNotes(this.#changed.get(key) ?? this.#values.get(key)?.value).revision + 1
    if (revision !== expected) wrong.push(`tells revision ${revision} of ${id}, where ${expected} follows`)
    this.#changed.set(key, encodeNotes({ revision, metadata }))
    return { touched: [{ ...touched, after }], rows: [], wrong }
  }

  /** What moves is held against the rules, too. */
  #move(moves: readonly Move[], wrong: string[]): Effect {
    const effect = this.accounts.move(moves, this.#position)
    const shut = closedAmong(effect.touched)
    const limit = limitOf(effect.touched)
    if (shut !== undefined) wrong.push(`moves amounts of ${shut}, which is closed`)
    if (limit !== undefined) wrong.push(`leaves ${limit.account} beyond what it may: ${limit.code}`)
    return { ...effect, wrong }
  }

  get #position() {
    return [this.#seq, this.#offset] as const
  }

  #balances(told: readonly AccountAfter[], touched: readonly Touched[]): string[] {
    const expected = touched.map(accountAfter)
    if (JSON.stringify(told) === JSON.stringify(expected)) return []
    const index = expected.findIndex((after, at) => JSON.stringify(after) !== JSON.stringify(told[at]))
    const key = touched[index]?.key ?? 'no account'
    if (this.#told.has(key)) return []
    this.#told.add(key)
    return [
      `tells the balance ${JSON.stringify(told[index])}, where ${JSON.stringify(expected[index])} follows from all postings`,
    ]
  }

  #differs(key: Key, value: Value, expected: Value): string[] {
    const isKnown = this.#strange.has(key)
    this.#strange.set(key, value)
    return isKnown ? [] : [`writes ${key} as ${value}, where ${expected} follows from all facts`]
  }
}

function refusedWrongly({ balances, refusal }: AnyFact): string[] {
  return balances.length > 0 || refusal === undefined ? ['is refused, and tells balances or no reason'] : []
}

function readable(value: Value) {
  try {
    return decodeAccount(value)
  } catch {
    return undefined
  }
}
