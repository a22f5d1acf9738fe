// Parses JSON so that amounts are judged by how they were written.

const integerLiteral = /^-?(0|[1-9][0-9]*)$/

// A digit before a point or an exponent: a text without one holds no number literals but integers, and within
// ±(2^53 − 1) no two integer literals above zero have the same value. With one (in an id, maybe) we look closer.
const mayHoldOtherNumbers = /[0-9][.eE]/

// What ES2025 hands a reviver; the compiler's library does not know it yet.
type Reviver = (key: string, value: unknown, context: { readonly source: string }) => unknown
const parse = JSON.parse as (text: string, reviver?: Reviver) => unknown

/** The value, where an `amount` that was not written as an integer is NaN; undefined if `text` is not JSON. */
export function parseJson(text: string): unknown {
  try {
    const value = parse(text)
    return hasNumericAmount(value) && mayHoldOtherNumbers.test(text) ? parse(text, judged) : value
  } catch {
    return undefined
  }
}

/** A reviver makes parsing five times as slow, and most amounts are strings. */
function hasNumericAmount(value: unknown): boolean {
  const { amount, postings } = (value ?? {}) as { readonly amount?: unknown; readonly postings?: unknown }
  return typeof amount === 'number' || (Array.isArray(postings) && postings.some(hasNumericAmount))
}

/** Of duplicate members the last is the one whose source is told. */
function judged(key: string, value: unknown, context: { readonly source: string }): unknown {
  return key === 'amount' && typeof value === 'number' && !integerLiteral.test(context.source) ? Number.NaN : value
}
