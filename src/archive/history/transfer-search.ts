// Finds transfers: among all facts in their order, or along the entries of one account.

import type { Position } from '../../../actors/contracts/account.ts'
import type { SettlementFact, TransferFact } from '../../../actors/contracts/transfer.ts'
import type { Seq, Timestamp } from '../../../actors/state-storage/messages.ts'
import { AccountWalk, type WalkedEntry } from './account-walk.ts'
import type { AccountPlace, Span, TransferFilter, TransferQuery, TransfersRead } from './history.ts'
import type { ArchivedBody, HistoryRows } from './rows.ts'

/** Rows that are looked at for a page: some ten milliseconds, so that nobody waits long behind a filter that fits nothing. */
export const mostScanned = 2_000
const portion = 250

/** Entries that are walked for a page with a filter. */
const mostWalked = 1_000

export const lastItem = 0xffff

export function searchAll(rows: HistoryRows, through: Seq, query: TransferQuery<Position>): TransfersRead<Position> {
  const { order, limit, filter } = query
  const facts: string[] = []
  let [low, high] = boundsOf(rows, through, query)
  let last: Position | null = null
  for (let scanned = 0; scanned < mostScanned; scanned += portion) {
    if (isAfter(low, high)) return { facts, next: null }
    const found = rows.facts(low, high, order, portion)
    for (const [index, { body, place }] of found.entries()) {
      last = place
      if (order === 'asc') low = following(place)
      else high = preceding(place)
      const fact = JSON.parse(body) as TransferFact | SettlementFact
      if (fact.method !== 'Transfer' || !fits(fact, filter)) continue
      facts.push(body)
      if (facts.length === limit) {
        const isEnd = found.length < portion && index === found.length - 1
        return { facts, next: isEnd ? null : place }
      }
    }
    if (found.length < portion) return { facts, next: null }
  }
  return { facts, next: last }
}

/** What is left by the times and the page before. */
function boundsOf(rows: HistoryRows, through: Seq, query: TransferQuery<Position>): [low: Position, high: Position] {
  const { order, after, since, until } = query
  const low: Position = [since === undefined ? 1 : firstSince(rows, through, since), 0]
  const high: Position = [until === undefined ? through : firstSince(rows, through, until) - 1, lastItem]
  if (after === null) return [low, high]
  if (order === 'asc') return [isAfter(low, after) ? low : following(after), high]
  return [low, isAfter(after, high) ? high : preceding(after)]
}

export function following([seq, item]: Position): Position {
  return item === lastItem ? [seq + 1, 0] : [seq, item + 1]
}

export function preceding([seq, item]: Position): Position {
  return item === 0 ? [seq - 1, lastItem] : [seq, item - 1]
}

function isAfter(one: Position, other: Position): boolean {
  return one[0] > other[0] || (one[0] === other[0] && one[1] > other[1])
}

/** The first seq of that time or later; one past the last if there is none. Time never goes backwards within a ledger. */
function firstSince(rows: HistoryRows, through: Seq, time: Timestamp): Seq {
  let [low, high] = [1, through + 1]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (rows.fact(middle, 0).time < time) low = middle + 1
    else high = middle
  }
  return low
}

export function searchAccount(
  rows: HistoryRows,
  place: AccountPlace,
  query: TransferQuery<number>,
): TransfersRead<number> {
  const { order, limit, filter } = query
  const walk = new AccountWalk(rows, place)
  const whole = spanOf(walk, place, query)
  const span = windowOf(whole, query)
  const facts: string[] = []
  for (const entry of lastOfEach(walk, span, order)) {
    const { body } = factOf(rows, entry)
    if (!fits(JSON.parse(body) as TransferFact | SettlementFact, filter)) continue
    facts.push(body)
    if (facts.length === limit) return { facts, next: nextAfter(entry.own.ordinal, whole, order) }
  }
  return { facts, next: nextAfter(order === 'asc' ? span.high : span.low, whole, order) }
}

function nextAfter(ordinal: number, whole: Span, order: 'asc' | 'desc'): number | null {
  const isEnd = order === 'asc' ? ordinal >= whole.high : ordinal <= whole.low
  return isEnd ? null : ordinal
}

/** All entries that the query asks for. */
function spanOf(walk: AccountWalk, { count }: AccountPlace, query: TransferQuery<number>): Span {
  const { order, after, since, until } = query
  const countBefore = (time: Timestamp) => walk.lastThat((row) => row.time < time)?.own.ordinal ?? 0
  const low = since === undefined ? 1 : countBefore(since) + 1
  const high = until === undefined ? count : countBefore(until)
  if (after === null) return { low, high }
  return order === 'asc' ? { low: Math.max(low, after + 1), high } : { low, high: Math.min(high, after - 1) }
}

/** Those of them that this page looks at. */
function windowOf({ low, high }: Span, { order, limit, filter }: TransferQuery<number>): Span {
  const size = Object.keys(filter).length === 0 ? limit : mostWalked
  return order === 'asc' ? { low, high: Math.min(high, low + size - 1) } : { low: Math.max(low, high - size + 1), high }
}

/** A transfer of several postings makes several entries, one after the other; it is told at the last of them. */
function lastOfEach(walk: AccountWalk, { low, high }: Span, order: 'asc' | 'desc'): WalkedEntry[] {
  if (low > high) return []
  let above: WalkedEntry | undefined
  const found: WalkedEntry[] = []
  for (const entry of walk.entries({ low, high: high + 1 })) {
    if (entry.own.ordinal <= high && !isSameFact(entry, above)) found.push(entry)
    above = entry
  }
  return order === 'asc' ? found.reverse() : found
}

function isSameFact({ row }: WalkedEntry, other: WalkedEntry | undefined): boolean {
  return row.position[0] === other?.row.position[0] && row.item === other.row.item
}

export function factOf(rows: HistoryRows, { row }: WalkedEntry): ArchivedBody {
  return rows.fact(row.position[0], row.item)
}

function fits(fact: TransferFact | SettlementFact, { states, account, asset, reference, metadata }: TransferFilter) {
  const told = fact.method === 'Transfer' ? fact : fact.hold
  if (states !== undefined && !states.includes(fact.state)) return false
  if (reference !== undefined && told?.reference !== reference) return false
  if (metadata?.some(([key, value]) => !hasMember(told?.metadata, key, value))) return false
  return fact.postings.some((posting) => {
    const isHere = account === undefined || posting.from === account || posting.to === account
    return isHere && (asset === undefined || posting.asset === asset)
  })
}

function hasMember(metadata: TransferFact['metadata'], key: string, value: string): boolean {
  return metadata !== undefined && Object.hasOwn(metadata, key) && metadata[key] === value
}
