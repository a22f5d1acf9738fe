// Lists and sums of accounts in memory: brought up to date when somebody asks.

import type { Account, AccountId, Asset } from '../../../actors/contracts/account.ts'
import { type AccountNotes, noNotes } from '../../../actors/contracts/settings.ts'
import type { Seq, Transaction } from '../../../actors/state-storage/messages.ts'
import type { History } from '../history/history.ts'
import { AccountChanges, changed } from './account-changes.ts'
import type {
  AccountListQuery,
  AccountLists,
  AccountSumQuery,
  AccountsRead,
  ListedAccount,
  SumsRead,
} from './account-lists.ts'
import { addTo, inOrder, type Sums } from './account-sums.ts'

type Committed = Pick<History, 'committed' | 'onceCommitted'>

export class MemoryAccounts implements AccountLists {
  readonly #history: Committed
  readonly #facts: () => readonly (readonly Transaction[])[]
  #seq: Seq = 0
  /** By account and asset. */
  #accounts = new Map<string, Omit<ListedAccount, 'notes'>>()
  #notes = new Map<AccountId, AccountNotes>()

  /** `facts` hands out those of seq n at index n − 1, and throws while the archive is not open. */
  constructor(history: Committed, facts: () => readonly (readonly Transaction[])[]) {
    this.#history = history
    this.#facts = facts
  }

  built(): Seq {
    return this.#history.committed()
  }

  onceBuilt(seq: Seq, told: () => void): () => void {
    return this.#history.onceCommitted(seq, told)
  }

  follow(): void {}

  async list({ prefix, asset, metadata, order, after, limit }: AccountListQuery): Promise<AccountsRead> {
    this.#advance()
    const place = after === null ? undefined : keyOf(...after)
    const fits = (item: ListedAccount, key: string) => {
      const isPast = place === undefined || (order === 'asc' ? key > place : key < place)
      const isWanted = item.account.startsWith(prefix) && (asset === undefined || item.asset === asset)
      const { metadata: members } = item.notes
      return (
        isPast && isWanted && metadata.every(([key, value]) => Object.hasOwn(members, key) && members[key] === value)
      )
    }
    const sorted = [...this.#accounts].sort(([one], [other]) => (one < other === (order === 'asc') ? -1 : 1))
    const all = sorted
      .map(([key, item]) => ({ key, item: { ...item, notes: this.#notes.get(item.account) ?? noNotes } }))
      .filter(({ key, item }) => fits(item, key))
      .map(({ item }) => item)
    const items = all.slice(0, limit)
    const last = items.at(-1)
    const next = last === undefined || items.length === all.length ? null : ([last.account, last.asset] as const)
    return { seq: this.#seq, items, next }
  }

  async sum({ prefix, asset }: AccountSumQuery): Promise<SumsRead> {
    this.#advance()
    const sums: Sums = new Map()
    for (const { account, asset: own, state } of this.#accounts.values()) {
      if (account.startsWith(prefix) && own === (asset ?? own)) addTo(sums, own, state)
    }
    return { seq: this.#seq, sums: inOrder(sums) }
  }

  /** The archive begins anew. */
  reset(): void {
    this.#seq = 0
    this.#accounts = new Map()
    this.#notes = new Map()
  }

  #advance(): void {
    const changes = new AccountChanges()
    for (const fact of this.#facts().slice(this.#seq, this.built()).flat()) changes.take(fact)
    this.#seq = this.built()
    for (const change of changes.accounts()) {
      const { account, asset } = change
      const state: Account = changed(this.#accounts.get(keyOf(account, asset))?.state, change)
      this.#accounts.set(keyOf(account, asset), { account, asset, state })
    }
    for (const [account, notes] of changes.notes()) this.#notes.set(account, notes)
  }
}

function keyOf(account: AccountId, asset: Asset): string {
  return `${account} ${asset}`
}
