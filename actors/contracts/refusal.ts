// The ways in which the rules say no: a closed union, so that HTTP must know a status for each.

/**
 * Where several apply, the first of this order is told (the contract's order of precedence):
 * idempotency → id → not found → state of the transfer → closed → guard → overflow → insufficient funds → limit.
 */
export const refusalCodes = [
  'idempotency_key_reused',
  'id_exists_with_different_content',
  'account_closed',
  'balance_overflow',
  'insufficient_funds',
  'limit_exceeded',
] as const

export type RefusalCode = (typeof refusalCodes)[number]

/** A value, never an exception: plain JSON, because it is kept in the fact and replayed. */
export interface Refusal {
  readonly code: RefusalCode
  /** The account that stood in the way, where one did. */
  readonly account?: string
}

export function refused(code: RefusalCode, account?: string): Refusal {
  return account === undefined ? { code } : { code, account }
}
