// The ways in which the rules say no: a closed union, so that HTTP must know a status for each.

/**
 * Where several apply, the first of this order is told (the contract's order of precedence):
 * idempotency → id → not found → state of the transfer → closed → guard → overflow → insufficient funds → limit.
 */
export const refusalCodes = [
  'idempotency_key_reused',
  'id_exists_with_different_content',
  'not_found',
  'precondition_failed',
  'transfer_not_pending',
  'transfer_not_posted',
  'already_posted',
  'already_voided',
  'already_reversed',
  'expired',
  'post_exceeds_pending',
  'account_closed',
  'guard_failed',
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
  /** The number of the item that was refused, of an atomic batch; the first is 0. */
  readonly item?: number
}

export function refused(code: RefusalCode, account?: string): Refusal {
  return account === undefined ? { code } : { code, account }
}
