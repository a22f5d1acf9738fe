// Parses JSON so that amounts are judged by how they were written.

import { isWithinLimits, shortestBeyondLimits } from './json-limits.ts'

const integerLiteral = /^-?(0|[1-9][0-9]*)$/

// A digit before a point or an exponent: a text without one holds no number literals but integers, and within
// ±(2^53 − 1) no two integer literals have the same value but 0 and -0. With one (in an id, maybe) we look closer.
const mayHoldOtherNumbers = /[0-9][.eE]/

/** The members that hold amounts, wherever they stand. */
export const amountMembers: ReadonlySet<string> = new Set([
  'amount',
  'min_balance',
  'max_balance',
  'available_gte',
  'available_lte',
  'posted_gte',
  'posted_lte',
])

// What ES2025 hands a reviver; the compiler's library does not know it yet.
type Reviver = (key: string, value: unknown, context: { readonly source: string }) => unknown
const parse = JSON.parse as (text: string, reviver?: Reviver) => unknown

/** The value, where an amount that was not written as an integer is NaN; undefined if `text` is not JSON, or too deep or too wide. */
export function parseJson(text: string): unknown {
  try {
    const value = parse(text)
    if (text.length >= shortestBeyondLimits && !isWithinLimits(value)) return undefined
    return mayHoldNumericAmount(value) && mayHoldOtherNumbers.test(text) ? parse(text, judged) : value
  } catch {
    return undefined
  }
}

interface MayHoldAmounts {
  readonly amount?: unknown
  readonly postings?: unknown
  readonly items?: unknown
  readonly guard?: unknown
  readonly min_balance?: unknown
  readonly max_balance?: unknown
}

/** A reviver makes parsing five times as slow, and most amounts are strings. */
function mayHoldNumericAmount(value: unknown): boolean {
  const { amount, postings, items, guard, min_balance, max_balance } = (value ?? {}) as MayHoldAmounts
  return (
    typeof amount === 'number' ||
    (guard !== undefined && guard !== null) ||
    typeof min_balance === 'number' ||
    typeof max_balance === 'number' ||
    (Array.isArray(postings) && postings.some(mayHoldNumericAmount)) ||
    (Array.isArray(items) && items.some(mayHoldNumericAmount))
  )
}

/** Of duplicate members the last is the one whose source is told. */
function judged(key: string, value: unknown, context: { readonly source: string }): unknown {
  return typeof value === 'number' && amountMembers.has(key) && !integerLiteral.test(context.source)
    ? Number.NaN
    : value
}
