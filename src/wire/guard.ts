// A guard as it crosses the network: what must be true of accounts at the moment of a transfer.

import { z } from 'zod'
import { signedAmountRequest, signedAmountSchema } from './amount.ts'
import { isId } from './identifiers.ts'

const mostAccounts = 16

const bound = signedAmountRequest.optional()

export const guardedAccount = z.strictObject({
  available_gte: bound,
  available_lte: bound,
  posted_gte: bound,
  posted_lte: bound,
  version: z.int().min(0).optional(),
})

export type GuardedAccountRequest = z.infer<typeof guardedAccount>
export type GuardRequest = Readonly<Record<string, GuardedAccountRequest>>

/** Not z.record: it loses an account named `__proto__`. */
function faultsIn(guard: unknown): readonly z.core.$ZodRawIssue[] {
  if (typeof guard !== 'object' || guard === null || Array.isArray(guard)) return [fault(guard, 'invalid_json', [])]
  const accounts = Object.entries(guard)
  if (accounts.length > mostAccounts) return [fault(guard, 'invalid_json', [])]
  return accounts.flatMap(([id, wanted]) => {
    if (!isId(id)) return [fault(wanted, 'invalid_id', [id])]
    const { error } = guardedAccount.safeParse(wanted)
    return (error?.issues ?? []).map((issue) => ({ ...issue, path: [id, ...issue.path], input: wanted }))
  })
}

/** `params.code` is what the client is told. */
function fault(input: unknown, code: 'invalid_json' | 'invalid_id', path: PropertyKey[]): z.core.$ZodRawIssue {
  return { code: 'custom', params: { code }, path, input, message: code }
}

export const guardRequest = z
  .custom<GuardRequest>()
  .check(({ value, issues }) => {
    issues.push(...faultsIn(value))
  })
  .meta({
    type: 'object',
    additionalProperties: {
      type: 'object',
      properties: {
        available_gte: signedAmountSchema,
        available_lte: signedAmountSchema,
        posted_gte: signedAmountSchema,
        posted_lte: signedAmountSchema,
        version: { type: 'integer', minimum: 0 },
      },
      additionalProperties: false,
    },
    maxProperties: mostAccounts,
    description:
      "By account, for the asset of the first posting that names it (otherwise the first posting's): all must hold, in the same transaction.",
    example: { user1: { available_gte: '17', version: 4 } },
  })
