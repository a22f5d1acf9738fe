// What a fact entered in its accounts: one row a posting, with the running balances and the chain of entries of both sides.

import type { Position } from '../../actors/contracts/account.ts'
import type { AccountAfter, PostingJson, SettlementFact, TransferFact } from '../../actors/contracts/transfer.ts'
import type { Transaction } from '../../actors/state-storage/messages.ts'

/** One side of a posting: an entry of its account. */
export interface Entry {
  readonly account: string
  /** The account's balance after this entry, in minor units. */
  readonly posted: string
  /** Where the account's previous entry stands; null: this is its first. */
  readonly previous: Position | null
  /** The account's first entry is 1. */
  readonly ordinal: number
}

export interface PostingRow {
  /** Where the row stands in the ledger; the same for both entries. */
  readonly position: Position
  readonly asset: string
  readonly amount: string
  readonly from: Entry
  readonly to: Entry
}

/** The index of the last posting that a seq can hold: a row's position gives it 16 bits. */
export const lastIndex = 2 ** 16 - 1

/**
 * The postings that a fact's number of places in its seq is counted by: all that a transfer names, whether they made
 * entries or not. The next fact of the same seq counts on from there.
 */
export function postingsOf(fact: Transaction): readonly PostingJson[] {
  return (fact as TransferFact).method === 'Transfer' ? (fact as TransferFact).postings : []
}

/** What moved: of a hold, what its end posted, for until then it only was to move. */
function movedBy(fact: Transaction): readonly PostingJson[] {
  const { method, state, postings } = fact as TransferFact | SettlementFact
  return (method === 'Transfer' || method === 'Post') && state === 'posted' ? postings : []
}

/**
 * The rows of a fact whose first posting has index `offset` within its seq. A fact that posted nothing and postings from an
 * account to itself make none. Throws if the balances in the fact contradict its postings: that is a bug, and no archive to
 * build on.
 */
export function postingRows(fact: Transaction, offset: number): PostingRow[] {
  const postings = movedBy(fact)
  if (postings.length === 0) return []
  const { seq, balances } = fact as TransferFact
  const [only] = postings
  if (postings.length === 1 && only !== undefined) return singleRow(only, balances, [seq, offset])
  const accounts = new Map(
    balances.map((after) => [chainKey(after.asset, after.account), chainBefore(after, postings)]),
  )
  const rows: PostingRow[] = []
  postings.forEach(({ from, to, asset, amount }, index) => {
    if (from === to) return
    const position: Position = [seq, offset + index]
    const units = BigInt(amount)
    rows.push({
      position,
      asset,
      amount,
      from: enter(accounts.get(chainKey(asset, from)), position, -units),
      to: enter(accounts.get(chainKey(asset, to)), position, units),
    })
  })
  return rows
}

/** What nearly every transfer is, at half the cost: its entries are just the balances that the fact tells. */
function singleRow(posting: PostingJson, balances: readonly AccountAfter[], position: Position): PostingRow[] {
  const { from, to, asset, amount } = posting
  if (from === to) return []
  const entry = (account: string): Entry => {
    const after = balances.find((balance) => balance.account === account && balance.asset === asset)
    if (after === undefined) return missing(position)
    const { posted, previous, count } = after
    if (previous === undefined || (previous === null) !== (count === 1) || count < 1) return contradiction(after)
    return { account, posted, previous, ordinal: count }
  }
  return [{ position, asset, amount, from: entry(from), to: entry(to) }]
}

/** An account as the walk over the postings finds it. */
interface Chain {
  readonly account: string
  posted: bigint
  last: Position | null
  count: number
}

function chainKey(asset: string, account: string): string {
  return `${asset}/${account}`
}

/** The fact tells how each account stands after the whole of it; the walk begins before it. */
function chainBefore(after: AccountAfter, postings: readonly PostingJson[]): Chain {
  const { account, asset, previous = null } = after
  let posted = BigInt(after.posted)
  let count = after.count
  for (const posting of postings) {
    if (posting.asset !== asset || posting.from === posting.to) continue
    if (posting.from !== account && posting.to !== account) continue
    posted += posting.from === account ? BigInt(posting.amount) : -BigInt(posting.amount)
    count--
  }
  const entered = after.count > count
  const isFirst = count === 0
  if (count < 0 || (entered && (after.previous === undefined || (previous === null) !== isFirst))) {
    return contradiction(after)
  }
  return { account, posted, last: previous, count }
}

function enter(chain: Chain | undefined, position: Position, units: bigint): Entry {
  if (chain === undefined) return missing(position)
  const previous = chain.last
  chain.posted += units
  chain.last = position
  chain.count++
  return { account: chain.account, posted: String(chain.posted), previous, ordinal: chain.count }
}

function missing([seq]: Position): never {
  throw new Error(`seq ${seq} tells no balance for one of its accounts`)
}

function contradiction({ account, asset, count }: AccountAfter): never {
  throw new Error(`the entries of ${account} in ${asset} do not add up to ${count}`)
}
