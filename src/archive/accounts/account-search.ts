// Finds accounts by walks along the primary keys: from a place on, as far as the prefix goes.

import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { ArchiveDamaged } from '../../../actors/state-storage/archive.ts'
import type { Order } from '../history/history.ts'
import type {
  AccountListPlace,
  AccountListQuery,
  AccountSumQuery,
  AccountsRead,
  AssetSum,
  ListedAccount,
} from './account-lists.ts'
import { accountIn, checksum, notesIn, type Row } from './account-rows.ts'
import { addTo, inOrder, type Sums } from './account-sums.ts'

/** Rows that are looked at for a page: some tens of milliseconds, so that nobody waits long behind a filter that fits nothing. */
export const mostLooked = 10_000

/** Rows that are added up at once: others are answered in between. */
export const sumPortion = 20_000

export interface SumPart {
  readonly sums: readonly AssetSum[]
  /** Where the next part begins; null: this was the last. */
  readonly next: AccountListPlace | null
}

/** Behind all ids that begin with the prefix: no id holds a `~`, and all that it may hold comes before that. */
const behind = '~'

export class AccountSearch {
  readonly #all: Readonly<Record<Order, StatementSync>>
  readonly #members: Readonly<Record<Order, StatementSync>>
  readonly #sum: StatementSync

  constructor(database: DatabaseSync) {
    const prepare = (sql: string) => database.prepare(sql)
    this.#all = { asc: prepare(listing('asc', false)), desc: prepare(listing('desc', false)) }
    this.#members = { asc: prepare(listing('asc', true)), desc: prepare(listing('desc', true)) }
    this.#sum = prepare(
      `SELECT account, asset, value, ${checksum('checksum')} FROM accounts
        WHERE (account, asset) > (:account, :asset) AND account <= :to ORDER BY account, asset LIMIT :most`,
    )
  }

  list(query: AccountListQuery): Omit<AccountsRead, 'seq'> {
    const { limit } = query
    const items: ListedAccount[] = []
    let looked = 0
    let last: AccountListPlace | null = null
    for (const row of this.#rows(query)) {
      if (items.length === limit || looked === mostLooked) return { items, next: last }
      const item = itemOf(row)
      looked += 1
      last = [item.account, item.asset]
      if (fits(item, query)) items.push(item)
    }
    return { items, next: null }
  }

  sum({ prefix, asset }: AccountSumQuery, after: AccountListPlace | null): SumPart {
    const [account, from] = after ?? [prefix, '']
    const rows = this.#sum.all({ account, asset: from, to: prefix + behind, most: sumPortion })
    const sums: Sums = new Map()
    for (const row of rows) {
      const state = accountIn(row)
      if (asset === undefined || row.asset === asset) addTo(sums, String(row.asset), state)
    }
    const last = rows.length < sumPortion ? undefined : rows.at(-1)
    return { sums: inOrder(sums), next: last === undefined ? null : [String(last.account), String(last.asset)] }
  }

  #rows({ prefix, metadata: [first], order, after }: AccountListQuery): NodeJS.Iterator<Row> {
    const [from, to] = order === 'asc' ? [prefix, prefix + behind] : [prefix + behind, prefix]
    const [account, asset] = after ?? [from, '']
    const bounds = { account, asset, to, most: mostLooked + 1 }
    if (first === undefined) return this.#all[order].iterate(bounds)
    const [key, member] = first
    return this.#members[order].iterate({ ...bounds, key, member })
  }
}

/**
 * The bounds as row values, so that the walk begins where the page does. CROSS JOIN, because SQLite must not turn the two
 * around: it would look through all accounts for those few that have the member.
 */
function listing(order: Order, byMember: boolean): string {
  const [past, upTo] = order === 'asc' ? ['>', '<='] : ['<', '>=']
  const from = byMember ? 'metadata m CROSS JOIN accounts a ON a.account = m.account' : 'accounts a'
  const account = byMember ? 'm.account' : 'a.account'
  const member = `m.key = :key AND m.value = :member AND m.account ${past}= :account AND`
  return `SELECT a.account, a.asset, a.value, ${checksum('a.checksum')}, n.value AS notes,
      ${checksum('n.checksum', 'notes_checksum')}
    FROM ${from} LEFT JOIN notes n ON n.account = ${account}
    WHERE ${byMember ? member : ''} (a.account, a.asset) ${past} (:account, :asset) AND ${account} ${upTo} :to
    ORDER BY ${account} ${order}, a.asset ${order} LIMIT :most`
}

function itemOf(row: Row): ListedAccount {
  return { account: String(row.account), asset: String(row.asset), state: accountIn(row), notes: notesIn(row) }
}

function fits({ account, asset, notes }: ListedAccount, query: AccountListQuery): boolean {
  const has = ([key, value]: readonly [string, string]) =>
    Object.hasOwn(notes.metadata, key) && notes.metadata[key] === value
  const [first] = query.metadata
  if (first !== undefined && !has(first))
    throw new ArchiveDamaged(`the metadata of ${account} is found where it is not`)
  return (query.asset === undefined || asset === query.asset) && query.metadata.every(has)
}
