// Every way in which the server says no, and the form in which it says so (RFC 9457).

import { z } from 'zod'
import type { RefusalCode } from '../../actors/contracts/refusal.ts'

interface ProblemKind {
  readonly status: number
  readonly title: string
  /** Whether the same request may succeed later. */
  readonly retryable: boolean
}

type FormCode = 'invalid_json' | 'invalid_amount' | 'invalid_id' | 'missing_field' | 'unknown_field'
type DoorCode =
  | 'malformed_request'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'method_not_allowed'
  | 'request_timeout'
  | 'payload_too_large'
  | 'unsupported_media_type'
  | 'headers_too_large'
type FailureCode = 'internal_error' | 'rate_limited' | 'overloaded' | 'not_ready' | 'outcome_unknown' | 'storage_full'

export type ProblemCode = FormCode | DoorCode | FailureCode | RefusalCode

function problem(status: number, title: string, retryable = false): ProblemKind {
  return { status, title, retryable }
}

/**
 * Closed: a refusal that the rules can tell and that has no row here does not compile.
 * The rows of refusals are part of renderer 1: kept refusals are replayed byte for byte, so their words stay.
 */
export const problemKinds: Readonly<Record<ProblemCode, ProblemKind>> = {
  invalid_json: problem(400, 'The body is not the JSON that this endpoint takes'),
  invalid_amount: problem(400, 'Not an amount'),
  invalid_id: problem(400, 'Not a valid name'),
  missing_field: problem(400, 'Something required is missing'),
  unknown_field: problem(400, 'Something unknown was sent'),
  malformed_request: problem(400, 'Not a valid HTTP request'),
  unauthenticated: problem(401, 'Not authenticated'),
  forbidden: problem(403, 'Forbidden'),
  not_found: problem(404, 'Not found'),
  method_not_allowed: problem(405, 'Method not allowed'),
  request_timeout: problem(408, 'The request took too long to arrive', true),
  precondition_failed: problem(412, 'It is not as If-Match wants it'),
  payload_too_large: problem(413, 'The body is too large'),
  unsupported_media_type: problem(415, 'The body is not application/json'),
  idempotency_key_reused: problem(422, 'The idempotency key was used for another request'),
  id_exists_with_different_content: problem(422, 'The id was used for another transfer'),
  transfer_not_pending: problem(422, 'The transfer is not pending'),
  transfer_not_posted: problem(422, 'The transfer is not posted'),
  already_posted: problem(422, 'The transfer was posted already'),
  already_voided: problem(422, 'The transfer was voided already'),
  already_reversed: problem(422, 'The transfer was reversed already'),
  expired: problem(422, 'The transfer has expired'),
  post_exceeds_pending: problem(422, 'More than is pending'),
  account_closed: problem(422, 'The account is closed'),
  guard_failed: problem(422, 'The guard was not met'),
  balance_overflow: problem(422, 'The balance would leave its range'),
  insufficient_funds: problem(422, 'Insufficient funds'),
  limit_exceeded: problem(422, 'The balance would exceed its limit'),
  rate_limited: problem(429, 'Too many requests', true),
  headers_too_large: problem(431, 'The headers are too large'),
  internal_error: problem(500, 'Internal error'),
  overloaded: problem(503, 'Overloaded', true),
  not_ready: problem(503, 'Not ready', true),
  outcome_unknown: problem(503, 'The outcome is unknown', true),
  storage_full: problem(507, 'The storage is full', true),
}

export const problemCodes = Object.keys(problemKinds) as readonly ProblemCode[]

export const fieldError = z.strictObject({
  pointer: z.string().meta({ description: 'A JSON Pointer into the body (RFC 6901).', example: '/amount' }),
  code: z.enum(problemCodes),
})

export const problemAnswer = z.strictObject({
  type: z.string().meta({ example: 'urn:surety:problem:insufficient_funds' }),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.enum(problemCodes).meta({ description: 'What programs decide by.' }),
  retryable: z.boolean().meta({ description: 'Whether the same request may succeed later.' }),
  request_id: z.string(),
  errors: z.array(fieldError),
  committed: z.literal(false).optional().meta({ description: 'Of a dry run: nothing was kept.' }),
})

export type FieldError = z.infer<typeof fieldError>
export type ProblemAnswer = z.infer<typeof problemAnswer>
