// The state of the checker's ledger: what was last done can be taken back, and what was told otherwise is corrected.

import type { PostingAsked } from '../../commands/command.ts'
import { type Account, none } from '../../commands/simple-rules.ts'
import type { Part } from '../history.ts'

/** Whoever took a key or an id: what was asked under it, and what was answered. */
export interface Owner {
  readonly content: string
  /** Undefined until somebody was told the whole answer. */
  digest: string | undefined
  readonly part: Part
}

export interface Transfer {
  readonly postings: readonly PostingAsked[]
  readonly told: { readonly state: string }
  readonly isReversal: boolean
  /** Of what the second ledger's rules look at only whether it is over; here it never is. */
  readonly expiresAt: number
  state: string
  moved: readonly PostingAsked[]
  isReversed: boolean
}

export interface Notes {
  readonly revision: number
  readonly metadata: Readonly<Record<string, string>>
}

export class SerialState {
  readonly #accounts = new Map<string, Account>()
  readonly #notes = new Map<string, Notes>()
  readonly #transfers = new Map<string, Transfer>()
  readonly #owners = new Map<string, Owner>()
  #undo: (() => void)[] = []

  account(name: string): Account {
    return this.#accounts.get(name) ?? none()
  }

  setAccount(name: string, account: Account): void {
    this.#set(this.#accounts, name, account)
  }

  notes(account: string): Notes {
    return this.#notes.get(account) ?? { revision: 0, metadata: {} }
  }

  setNotes(account: string, notes: Notes): void {
    this.#set(this.#notes, account, notes)
  }

  transfer(id: string): Transfer | undefined {
    return this.#transfers.get(id)
  }

  addTransfer(id: string, transfer: Transfer): void {
    this.#set(this.#transfers, id, transfer)
  }

  alter(transfer: Transfer, changes: Partial<Pick<Transfer, 'state' | 'moved' | 'isReversed'>>): void {
    const { state, moved, isReversed } = transfer
    this.#undo.push(() => Object.assign(transfer, { state, moved, isReversed }))
    Object.assign(transfer, changes)
  }

  /** `name`: `key …` or `id …`. */
  owner(name: string): Owner | undefined {
    return this.#owners.get(name)
  }

  own(name: string, owner: Owner): void {
    this.#set(this.#owners, name, owner)
  }

  /** What was done up to here stays. */
  begin(): void {
    this.#undo = []
  }

  /** Takes back what was done since `begin`. */
  takeBack(): void {
    for (const step of this.#undo.reverse()) step()
    this.#undo = []
  }

  #set<Value>(map: Map<string, Value>, name: string, value: Value): void {
    const before = map.get(name)
    this.#undo.push(() => (before === undefined ? map.delete(name) : map.set(name, before)))
    map.set(name, value)
  }
}
