// What a ledger holds that does one command after another: the second ledger's rules, on state that can be taken back and corrected.

import {
  type BalanceTold,
  type Command,
  fingerprint,
  type PostingAsked,
  type TransferAsked,
} from '../../commands/command.ts'
import {
  changedBy,
  exceedsPending,
  type How,
  isGuarded,
  limit,
  type Move,
  namesIn,
  type Of,
  settingsTold,
  told,
  whyNot,
  whyNotPending,
} from '../../commands/simple-rules.ts'
import type { Part } from '../history.ts'
import { digestOf } from '../reading.ts'
import { SerialState, type Transfer } from './serial-state.ts'

export interface Refused {
  readonly code: string
  readonly item?: number
}

/** One part an item of a batch, else one. */
export type Decision = Refused | { readonly parts: readonly Part[] }

export const isRefused = (decision: Decision): decision is Refused => 'code' in decision

/** Each item of a batch asks for that of the whole batch: it is made once. Nobody changes a command. */
const contents = new WeakMap<Command, string>()

export function contentOf(command: Command): string {
  const known = contents.get(command)
  if (known !== undefined) return known
  const content = digestOf(fingerprint(command))
  contents.set(command, content)
  return content
}

export class SerialLedger extends SerialState {
  #isBelieved = false

  /** The accounts that it moves between. */
  namesOf(transfer: string): readonly string[] {
    return namesIn(this.transfer(transfer)?.postings ?? [])
  }

  /** The balance and settings of an account as an answer tells them. */
  partOf(name: string): Part {
    const account = this.account(name)
    const notes = this.notes(name.slice(0, name.indexOf(' ')))
    return { balances: { [name]: told(account) }, settings: settingsTold(account), ...notes }
  }

  /**
   * Does it, or refuses it and changes nothing. `ids` are those that the answer told, one an item. `isBelieved`: accounts
   * and limits do not count against it, because nobody knows them for sure.
   */
  perform(command: Command, ids: readonly (string | undefined)[], isBelieved = false): Decision {
    this.#isBelieved = isBelieved
    this.begin()
    const decision = command.kind === 'batch' ? this.#batch(command, ids) : this.#single(command, ids[0])
    if (isRefused(decision)) this.takeBack()
    return decision
  }

  /** An id whose transfer was refused, and that is kept. */
  keepRefused(id: string): void {
    this.#keep(id, 'refused', [], [], false)
  }

  #single(command: Exclude<Command, Of<'batch'>>, id: string | undefined): Decision {
    const decided = this.#decide(command, id)
    return 'balances' in decided ? { parts: [decided] } : decided
  }

  #batch({ body: { items } }: Of<'batch'>, ids: readonly (string | undefined)[]): Decision {
    const parts: Part[] = []
    for (const [item, body] of items.entries()) {
      const part = this.#item(body, ids[item])
      if (part.code !== undefined) return { code: part.code, item }
      if ('balances' in part) parts.push(part)
    }
    return { parts }
  }

  #item(body: TransferAsked, toldId: string | undefined): Part | Refused {
    const command = { kind: 'transfer', body } as const
    const { id } = body
    const owner = id === undefined ? undefined : this.owner(`id ${id}`)
    const content = id === undefined ? '' : contentOf(command)
    if (owner !== undefined)
      return owner.content === content ? owner.part : { code: 'id_exists_with_different_content' }
    const part = this.#transferNow(body, toldId)
    if (id !== undefined && 'balances' in part) this.own(`id ${id}`, { content, digest: undefined, part })
    return part
  }

  #decide(command: Exclude<Command, Of<'batch'>>, id: string | undefined): Part | Refused {
    if (command.kind === 'transfer') return this.#transferNow(command.body, id)
    if (command.kind === 'settings') return this.#settings(command)
    const transfer = this.transfer(command.transfer)
    if (transfer === undefined) return { code: 'not_found' }
    if (command.kind === 'reverse') return this.#reverse(transfer, id)
    return this.#settle(command.transfer, transfer, command)
  }

  #transferNow(asked: TransferAsked, id: string | undefined): Part | Refused {
    const { postings, pending } = asked
    const names = namesIn(postings)
    if (this.#isClosed(names)) return { code: 'account_closed' }
    if (!this.#isBelieved && !isGuarded(asked, (name) => this.account(name))) return { code: 'guard_failed' }
    const code = this.#change(postings.map((posting) => ({ ...posting, how: pending ? 'held' : 'posted' })))
    if (code !== undefined) return { code }
    return this.#keep(id, pending ? 'pending' : 'posted', postings, pending ? [] : postings, false)
  }

  #isClosed(names: readonly string[]): boolean {
    return !this.#isBelieved && names.some((name) => this.account(name).closed)
  }

  #reverse(transfer: Transfer, id: string | undefined): Part | Refused {
    if (transfer.state !== 'posted') return { code: 'transfer_not_posted' }
    if (transfer.isReversed || transfer.isReversal) return { code: 'already_reversed' }
    const postings = transfer.moved.map(({ from, to, ...rest }) => ({ from: to, to: from, ...rest })).reverse()
    if (this.#isClosed(namesIn(postings))) return { code: 'account_closed' }
    const code = this.#change(postings.map((posting) => ({ ...posting, how: 'posted' })))
    if (code !== undefined) return { code }
    this.alter(transfer, { isReversed: true })
    return this.#keep(id, 'posted', postings, postings, true)
  }

  #settle(id: string, hold: Transfer, command: Of<'post'> | Of<'void'>): Part | Refused {
    const { postings } = hold
    if (hold.state !== 'pending')
      return { code: whyNotPending({ ...hold, told: { ...hold.told, id, postings, balances: {} } }) }
    const amount = command.kind === 'post' ? command.body.amount : undefined
    if (exceedsPending(amount, postings)) return { code: 'post_exceeds_pending' }
    const isPost = command.kind === 'post'
    if (isPost && this.#isClosed(namesIn(postings))) return { code: 'account_closed' }
    const moved = isPost ? postings.map((posting) => ({ ...posting, amount: amount ?? posting.amount })) : []
    const as = (how: How) => (posting: PostingAsked) => ({ ...posting, how })
    const code = this.#change([...postings.map(as('released')), ...moved.map(as('posted'))])
    if (code !== undefined) return { code }
    const state = isPost ? 'posted' : 'voided'
    this.alter(hold, { state, moved })
    return { id, state, balances: this.#told(namesIn(postings)) }
  }

  #settings({ account, replace, body, ifMatch }: Of<'settings'>): Part | Refused {
    const notes = this.notes(account)
    if (!this.#isBelieved && ifMatch !== undefined && ifMatch !== notes.revision) return { code: 'precondition_failed' }
    const name = `${account} ${body.asset}`
    const before = this.account(name)
    const base = replace ? { ...before, min: null, max: null, closed: false } : before
    const [min, max] = [limit(body.min_balance, base.min), limit(body.max_balance, base.max)]
    const after = { ...base, min, max, closed: body.closed ?? base.closed, version: before.version + 1 }
    const members = Object.entries({ ...(replace ? {} : notes.metadata), ...body.metadata })
    const metadata = Object.fromEntries(members.filter((member): member is [string, string] => member[1] !== null))
    this.setAccount(name, after)
    this.setNotes(account, { revision: notes.revision + 1, metadata })
    return this.partOf(name)
  }

  /** All of it, or none and the reason. */
  #change(moves: readonly Move[]): string | undefined {
    const changed = changedBy(moves, (name) => this.account(name))
    const pairs = [...changed].map(([name, after]) => [this.account(name), after] as const)
    const code = whyNot(pairs)
    if (code !== undefined && !this.#isBelieved && !moves.every(({ how }) => how === 'released')) return code
    for (const [name, after] of changed) this.setAccount(name, { ...after, version: after.version + 1 })
    return undefined
  }

  #keep(
    id: string | undefined,
    state: string,
    postings: readonly PostingAsked[],
    moved: readonly PostingAsked[],
    isReversal: boolean,
  ): Part {
    const expiresAt = Number.POSITIVE_INFINITY
    const transfer = { postings, told: { state }, isReversal, expiresAt, state, moved, isReversed: false }
    if (id !== undefined) this.addTransfer(id, transfer)
    return { state, balances: this.#told(namesIn(postings)), ...(id !== undefined && { id }) }
  }

  #told(names: readonly string[]): Record<string, BalanceTold> {
    return Object.fromEntries(names.map((name) => [name, told(this.account(name))]))
  }
}
