// A second ledger for the auditor: told what was asked, and in which order, it says what must have come of it.

import type { Command, PostingAsked, TransferAsked } from '../../commands/command.ts'
import {
  type Account,
  changedBy,
  exceedsPending,
  type How,
  isGuarded,
  limit,
  namesIn,
  none,
  type Of,
  whyNot,
} from '../../commands/simple-rules.ts'

/** What the ledger knows of a transfer, by its id. */
interface Entry {
  readonly postings: readonly PostingAsked[]
  readonly first: 'posted' | 'pending' | 'refused'
  readonly expiresAt: number
  readonly seq: number
  readonly isReversal: boolean
  readonly state: string
  readonly moved: readonly PostingAsked[]
  readonly isReversed: boolean
}

/** Where a fact stands. */
interface At {
  readonly seq: number
  readonly time: number
}

type Told = { readonly code: string } | { readonly moved: readonly PostingAsked[]; readonly names: readonly string[] }

export class SecondLedger {
  readonly #accounts = new Map<string, Account>()
  readonly #revisions = new Map<string, number>()
  readonly #transfers = new Map<string, Entry>()
  /** The holds that are open and will end by themselves. */
  readonly #expiring = new Map<string, Entry>()
  /** How to take back what has happened since `begin`. */
  #undo: (() => void)[] | undefined

  /** By `account asset`. */
  account(name: string): Account {
    return this.#accounts.get(name) ?? none()
  }

  revisionOf(account: string): number {
    return this.#revisions.get(account) ?? 0
  }

  /** How many holds are open and will end by themselves. */
  get expiring(): number {
    return this.#expiring.size
  }

  /** What happens from now on can be taken back. */
  begin(): void {
    this.#undo = []
  }

  end(keeps: boolean): void {
    if (!keeps) for (const undo of this.#undo?.reverse() ?? []) undo()
    this.#undo = undefined
  }

  /** `id`: what the transfer is called, whoever chose it. */
  transfer(body: TransferAsked, id: string, { seq, time }: At): Told {
    const { postings, pending, expires_in } = body
    const code = this.#refusalOf(body) ?? this.#change(postings, pending ? 'held' : 'posted')
    const first = code !== undefined ? 'refused' : pending ? 'pending' : 'posted'
    const expiresAt = expires_in === undefined ? Number.POSITIVE_INFINITY : time + expires_in * 1_000
    const rest = { moved: postings, isReversal: false, isReversed: false }
    this.#keep(id, { postings, first, expiresAt, seq, state: first, ...rest })
    return code === undefined ? { moved: postings, names: namesIn(postings) } : { code }
  }

  reverse(original: string, id: string): Told {
    const told = this.#reversed(original)
    const moved = 'code' in told ? [] : told.moved
    const state = 'code' in told ? 'refused' : 'posted'
    const rest = { expiresAt: 0, seq: 0, isReversal: state === 'posted', isReversed: false }
    this.#keep(id, { postings: moved, first: state, moved, state, ...rest })
    return told
  }

  settle(command: Of<'post'> | Of<'void'>, time: number): Told {
    const hold = this.#transfers.get(command.transfer)
    const refusal = hold === undefined ? 'not_found' : whyNotSettled(hold, time)
    if (hold === undefined || refusal !== undefined) return { code: refusal ?? 'not_found' }
    return command.kind === 'void' ? this.#release(command.transfer, hold, 'voided') : this.#post(command, hold)
  }

  /** Undefined if it is not due, or another one comes first: they end in the order of (expires at, seq). */
  expire(id: string, time: number): Told | undefined {
    const hold = this.#expiring.get(id)
    if (hold === undefined || hold.expiresAt > time) return undefined
    for (const other of this.#expiring.values()) if (endsBefore(other, hold)) return undefined
    return this.#release(id, hold, 'expired')
  }

  settings({ account, replace, body, ifMatch }: Of<'settings'>): Told {
    const revision = this.revisionOf(account)
    if (ifMatch !== undefined && ifMatch !== revision) return { code: 'precondition_failed' }
    const name = `${account} ${body.asset}`
    const before = this.account(name)
    const base = replace ? { ...before, min: null, max: null, closed: false } : before
    this.#set(this.#accounts, name, {
      ...base,
      min: limit(body.min_balance, base.min),
      max: limit(body.max_balance, base.max),
      closed: body.closed ?? base.closed,
      version: before.version + 1,
    })
    this.#set(this.#revisions, account, revision + 1)
    return { moved: [], names: [name] }
  }

  #refusalOf(asked: TransferAsked): string | undefined {
    if (this.#hasClosed(asked.postings)) return 'account_closed'
    return isGuarded(asked, (name) => this.account(name)) ? undefined : 'guard_failed'
  }

  #reversed(original: string): Told {
    const transfer = this.#transfers.get(original)
    if (transfer === undefined) return { code: 'not_found' }
    if (transfer.isReversed || transfer.isReversal) return { code: 'already_reversed' }
    if (transfer.state !== 'posted') return { code: 'transfer_not_posted' }
    const moved = transfer.moved.map((posting) => ({ ...posting, from: posting.to, to: posting.from })).reverse()
    const code = this.#hasClosed(moved) ? 'account_closed' : this.#change(moved, 'posted')
    if (code !== undefined) return { code }
    this.#keep(original, { ...transfer, isReversed: true })
    return { moved, names: namesIn(moved) }
  }

  #post({ transfer, body: { amount } }: Of<'post'>, hold: Entry): Told {
    const { postings } = hold
    if (exceedsPending(amount, postings)) return { code: 'post_exceeds_pending' }
    if (this.#hasClosed(postings)) return { code: 'account_closed' }
    const moved = postings.map((posting) => ({ ...posting, amount: amount ?? posting.amount }))
    const code = this.#move([...moves(postings, 'released'), ...moves(moved, 'posted')], false)
    if (code !== undefined) return { code }
    this.#keep(transfer, { ...hold, moved, state: 'posted' })
    return { moved, names: namesIn(postings) }
  }

  #release(id: string, hold: Entry, state: 'voided' | 'expired'): Told {
    this.#move(moves(hold.postings, 'released'), true)
    this.#keep(id, { ...hold, state })
    return { moved: [], names: namesIn(hold.postings) }
  }

  #hasClosed(postings: readonly PostingAsked[]): boolean {
    return namesIn(postings).some((name) => this.account(name).closed)
  }

  #change(postings: readonly PostingAsked[], how: How): string | undefined {
    return this.#move(moves(postings, how), false)
  }

  /** All of it, or none and the reason. What only releases is never refused. */
  #move(all: ReturnType<typeof moves>, always: boolean): string | undefined {
    const changed = changedBy(all, (name) => this.account(name))
    const code = always ? undefined : whyNot([...changed].map(([name, after]) => [this.account(name), after] as const))
    if (code !== undefined) return code
    for (const [name, after] of changed) this.#set(this.#accounts, name, { ...after, version: after.version + 1 })
    return undefined
  }

  #keep(id: string, entry: Entry): void {
    this.#set(this.#transfers, id, entry)
    const isExpiring = entry.state === 'pending' && Number.isFinite(entry.expiresAt)
    if (isExpiring || this.#expiring.has(id)) this.#set(this.#expiring, id, isExpiring ? entry : undefined)
  }

  /** Undefined: it is gone. */
  #set<Value>(table: Map<string, Value>, key: string, value: Value | undefined): void {
    const before = table.get(key)
    this.#undo?.push(() => put(table, key, before))
    put(table, key, value)
  }
}

function put<Value>(table: Map<string, Value>, key: string, value: Value | undefined): void {
  if (value === undefined) table.delete(key)
  else table.set(key, value)
}

function endsBefore(one: Entry, other: Entry): boolean {
  return one.expiresAt === other.expiresAt ? one.seq < other.seq : one.expiresAt < other.expiresAt
}

function moves(postings: readonly PostingAsked[], how: How) {
  return postings.map((posting) => ({ ...posting, how }))
}

function whyNotSettled({ first, state, expiresAt }: Entry, time: number): string | undefined {
  if (first !== 'pending') return 'transfer_not_pending'
  if (state === 'pending') return expiresAt <= time ? 'expired' : undefined
  return state === 'posted' ? 'already_posted' : state === 'voided' ? 'already_voided' : 'expired'
}

/** Whether two commands are told apart by their ids: only these take one. */
export function idIn(command: Command): string | undefined {
  return command.kind === 'transfer' || command.kind === 'reverse' ? command.body.id : undefined
}
