// What the second ledger keeps, and what it decides of accounts without looking at anything else.

import {
  type BalanceTold,
  type Command,
  fingerprint,
  type Outcome,
  type PostingAsked,
  type SettingsAsked,
  type TransferAsked,
} from './command.ts'

export type Of<Kind extends Command['kind']> = Extract<Command, { kind: Kind }>
export type TransferTold = Extract<Outcome, { state: string }>

export interface Account {
  posted: bigint
  in: bigint
  out: bigint
  version: number
  min: bigint | null
  max: bigint | null
  closed: boolean
}

export interface Transfer {
  /** The same object as in the answer: a server-made id is learnt from there. */
  readonly told: TransferTold
  readonly postings: readonly PostingAsked[]
  readonly isReversal: boolean
  readonly expiresAt: number
  state: string
  moved: readonly PostingAsked[]
  isReversed: boolean
}

export interface State {
  readonly accounts: Map<string, Account>
  readonly notes: Map<string, { revision: number; metadata: Record<string, string> }>
  readonly transfers: Transfer[]
  /** By client-made id: what was asked, and the answer. */
  readonly ids: Map<string, { readonly content: string; readonly answer: Outcome }>
}

export const largest = 2n ** 127n - 1n
export const none = (): Account => ({ posted: 0n, in: 0n, out: 0n, version: 0, min: null, max: null, closed: false })

/** What is in it is replaced, never changed, but for transfers, which no item of a batch touches. */
export function copyOf({ accounts, notes, transfers, ids }: State): State {
  return { accounts: new Map(accounts), notes: new Map(notes), transfers: [...transfers], ids: new Map(ids) }
}

export type How = 'posted' | 'held' | 'released'

export function namesIn(postings: readonly PostingAsked[]): string[] {
  const [only] = postings
  // Most have one, and are asked for often.
  if (only !== undefined && postings.length === 1) {
    const { from, to, asset } = only
    return from === to ? [`${from} ${asset}`] : [`${from} ${asset}`, `${to} ${asset}`]
  }
  return [...new Set(postings.flatMap(({ from, to, asset }) => [`${from} ${asset}`, `${to} ${asset}`]))]
}

/** The account that a guard means: in the asset of the first posting that names it, else in that of the first of all. */
export function guardedNames({ postings, guard }: TransferAsked): string[] {
  return Object.keys(guard ?? {}).map((account) => guardedName(account, postings))
}

function guardedName(account: string, postings: readonly PostingAsked[]): string {
  const naming = postings.find(({ from, to }) => from === account || to === account) ?? postings[0]
  return `${account} ${naming?.asset}`
}

export function isGuarded({ postings, guard }: TransferAsked, account: (name: string) => Account): boolean {
  return Object.entries(guard ?? {}).every(([guarded, wanted]) => {
    const { posted, out, version } = account(guardedName(guarded, postings))
    const isEnough = wanted.available_gte === undefined || posted - out >= BigInt(wanted.available_gte)
    return isEnough && version === (wanted.version ?? version)
  })
}

/** Of a hold of several postings all is posted, or nothing. */
export function exceedsPending(amount: string | undefined, postings: readonly PostingAsked[]): boolean {
  if (amount === undefined) return false
  return postings.length > 1 || BigInt(amount) > BigInt(postings[0]?.amount ?? 0)
}

/** Overflow of any before insufficient funds of any before a limit of any. */
export function whyNot(pairs: readonly (readonly [Account, Account])[]): string | undefined {
  const isTooLarge = ({ posted, in: held, out }: Account) =>
    [posted, held, out, posted - out, posted + held].some((amount) => amount > largest || amount < -largest)
  if (pairs.some(([, after]) => isTooLarge(after))) return 'balance_overflow'
  const available = ({ posted, out }: Account) => posted - out
  const isShort = ([before, after]: readonly [Account, Account]) =>
    after.min !== null && available(after) < after.min && available(after) < available(before)
  if (pairs.some(isShort)) return 'insufficient_funds'
  const expected = ({ posted, in: held }: Account) => posted + held
  const isOver = ([before, after]: readonly [Account, Account]) =>
    after.max !== null && expected(after) > after.max && expected(after) > expected(before)
  return pairs.some(isOver) ? 'limit_exceeded' : undefined
}

export function whyNotPending({ state, expiresAt: _, postings, told: { state: first } }: Transfer): string {
  if (first !== 'pending' || postings.length === 0) return 'transfer_not_pending'
  return state === 'posted' ? 'already_posted' : state === 'voided' ? 'already_voided' : 'expired'
}

export function limit(asked: string | null | undefined, before: bigint | null): bigint | null {
  if (asked === undefined) return before
  return asked === null ? null : BigInt(asked)
}

export function told({ posted, in: held, out, version }: Account): BalanceTold {
  return { posted: `${posted}`, pending_in: `${held}`, pending_out: `${out}`, version }
}

export function settingsTold({ min, max, closed }: Account): Omit<SettingsAsked, 'asset' | 'metadata'> {
  return { min_balance: min === null ? null : `${min}`, max_balance: max === null ? null : `${max}`, closed }
}

export function contentOf(command: Of<'transfer'> | Of<'reverse'>): string {
  return fingerprint(command)
}

export type Move = PostingAsked & { readonly how: How }

/** What the moves make of the accounts, all together. */
export function changedBy(moves: readonly Move[], account: (name: string) => Account): Map<string, Account> {
  const changed = new Map<string, Account>()
  const draft = (name: string): Account => {
    const found = changed.get(name) ?? { ...account(name) }
    changed.set(name, found)
    return found
  }
  for (const { from, to, asset, amount: digits, how } of moves) {
    if (from === to) continue
    const [source, target, amount] = [draft(`${from} ${asset}`), draft(`${to} ${asset}`), BigInt(digits)]
    if (how === 'posted') [source.posted, target.posted] = [source.posted - amount, target.posted + amount]
    const sign = how === 'held' ? 1n : how === 'released' ? -1n : 0n
    source.out += sign * amount
    target.in += sign * amount
  }
  return changed
}
