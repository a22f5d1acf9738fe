// What routes are described with: headers, queries and answers that many of them share.

import { z } from '@hono/zod-openapi'
import { seqText } from '../../wire/identifiers.ts'
import { problemAnswer } from '../../wire/problem.ts'
import { transferAnswer } from '../../wire/transfer.ts'

export const everyAnswer = z.object({
  'Ledger-Seq': seqText.meta({ description: 'What the answer saw of the ledger.' }),
  'Request-Id': z.string(),
})

export const replayable = everyAnswer.extend({
  'Idempotent-Replayed': z.enum(['true']).optional().meta({ description: 'The answer of an earlier request.' }),
})

export const idempotencyKey = z.object({
  'idempotency-key': z.string().max(257).optional().meta({
    description:
      'Bare or quoted, at most 255 characters. The same key with the same request: the same answer, for ever.',
  }),
})

/** A copy, because only schemas made after @hono/zod-openapi was loaded can be named in the document. */
export function named<Schema extends z.ZodType>(name: string, schema: Schema): Schema {
  return schema.clone().openapi(name)
}

export const problem = named('Problem', problemAnswer)
export const transfer = named('Transfer', transferAnswer)

export const dryRunQuery = z.object({
  dry_run: z.enum(['true']).optional().meta({ description: 'Answer, but keep nothing; keys and ids do not count.' }),
})

export function json<Schema extends z.ZodType>(
  description: string,
  schema: Schema,
  headers: z.ZodObject = everyAnswer,
) {
  return { description, headers, content: { 'application/json': { schema } } }
}

export function text(description: string, schema: z.ZodType = z.string(), headers: z.ZodObject = everyAnswer) {
  return { description, headers, content: { 'text/plain': { schema } } }
}

export const descriptions = {
  400: 'The request is not of the right form.',
  401: 'Without a token that holds.',
  403: 'The token has another scope, or a page of another site may not do this.',
  404: 'There is no such thing.',
  408: 'The body stood still for too long. Nothing happened.',
  412: 'The account has another revision than If-Match names.',
  413: 'The body is too large.',
  415: 'The body is not application/json.',
  422: 'The rules say no. Kept and replayed if the request has an id or an Idempotency-Key.',
  429: 'More requests a second than are allowed; see Retry-After. Nothing happened.',
  503: 'Try again later; see Retry-After. With the code outcome_unknown it may have happened.',
  507: 'No room on the disk. Nothing happened.',
} as const

export function problems(...statuses: readonly (keyof typeof descriptions)[]) {
  const content = { 'application/problem+json': { schema: problem } }
  return Object.fromEntries(
    statuses.map((status) => [status, { description: descriptions[status], headers: everyAnswer, content }]),
  )
}

export function originErrors(...statuses: readonly (keyof typeof descriptions)[]) {
  const error = z.string().meta({ example: "error: parameter 'from' is empty" })
  return Object.fromEntries(statuses.map((status) => [status, text(descriptions[status], error)]))
}
