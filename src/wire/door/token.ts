// Tokens as they cross the network.

import { z } from 'zod'
import { accountId } from '../identifiers.ts'

/** What a token may do. None contains another: who is to read and to write gets both. */
export const scopeNames = ['ledger:read', 'ledger:write', 'contracts:deploy', 'admin'] as const

export type Scope = (typeof scopeNames)[number]

const scopes = z
  .array(z.enum(scopeNames))
  .min(1)
  .max(scopeNames.length)
  .meta({ description: 'What it may do. None contains another.' })

const principal = accountId.meta({
  description: 'On whose behalf. Tokens of one principal share its idempotency keys.',
  example: 'shop',
})

/** For people, to tell one token from another. */
const name = z.string().min(1).max(128)

export const tokenRequest = z.strictObject({ principal, scopes, name: name.optional() })

const time = z.iso.datetime().meta({ example: '2024-01-01T00:00:00.000Z' })

export const tokenAnswer = z.strictObject({
  id: z.string().meta({ description: 'The part of the token that is no secret.', example: '0123456789abcdef' }),
  principal,
  name: name.nullable(),
  scopes,
  created_at: time,
  last_used_at: time.nullable().meta({ description: 'To the hour; null: never.' }),
  revoked_at: time.nullable(),
})

export const tokenMadeAnswer = tokenAnswer.extend({
  token: z.string().meta({ description: 'Send it as `Authorization: Bearer …`. It is told here and nowhere else.' }),
})

export type TokenAnswer = z.infer<typeof tokenAnswer>
