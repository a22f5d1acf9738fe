// Webhooks as they cross the network.

import { z } from 'zod'
import { accountId, seqText } from '../identifiers.ts'
import { eventTypes } from './event.ts'

const filter = z.strictObject({
  types: z
    .array(z.enum(eventTypes))
    .min(1)
    .max(eventTypes.length)
    .optional()
    .meta({ description: 'Only events of these types. Without it: of all.' }),
  account_prefix: accountId
    .optional()
    .meta({ description: 'Only events that touch an account whose id begins so.', example: 'users:42:' }),
})

/** 24 to 64 bytes: what the Standard Webhooks specification allows. */
function isSecret(value: unknown): value is string {
  const [, text] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(String(value)) ?? []
  if (typeof value !== 'string' || text === undefined) return false
  const key = Buffer.from(text, 'base64')
  return key.length >= 24 && key.length <= 64 && key.toString('base64') === text
}

const largestSeq = BigInt(Number.MAX_SAFE_INTEGER)

function isSeq(value: unknown): value is string | number {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0
  return typeof value === 'string' && /^(0|[1-9][0-9]{0,15})$/.test(value) && BigInt(value) <= largestSeq
}

export const webhookRequest = z.strictObject({
  url: z.string().meta({ description: 'Where events are posted; over TLS, unless the server lists hosts.' }),
  filter: filter.optional(),
  secret: z.custom<string>(isSecret).optional().meta({
    type: 'string',
    description: '`whsec_` and base64 of 24 to 64 bytes. Without it a new webhook gets one; another keeps its own.',
  }),
  cursor: z
    .custom<string | number>(isSeq)
    .optional()
    .meta({
      type: ['string', 'integer'],
      description: 'Events after this seq are delivered. Without it a new webhook begins at the head.',
      example: '0',
    }),
  disabled: z.boolean().optional().meta({ description: 'Nothing is delivered; the cursor stays.' }),
})

const time = z.iso.datetime().meta({ example: '2024-01-01T00:00:00.000Z' })

export const webhookAnswer = z.strictObject({
  id: accountId.meta({ description: "The webhook's name.", example: 'orders' }),
  url: z.string(),
  filter: filter.nullable(),
  disabled: z.boolean(),
  cursor: seqText.meta({ description: 'The last seq that is handled: taken, or dropped by the filter.' }),
  state: z.enum(['delivering', 'backing_off', 'disabled']),
  failures: z.int().min(0).meta({ description: 'Attempts that have failed since the last one that did not.' }),
  next_attempt_at: time.nullable().meta({ description: 'null unless it backs off.' }),
  last_error: z.string().nullable(),
  secret: z.string().optional().meta({ description: 'Only in the answer to the request that had the server make it.' }),
})

export const deliveryAnswer = z.strictObject({
  number: z.int().min(1).meta({ description: 'Counts the attempts of the webhook.' }),
  seq: seqText,
  attempt: z.int().min(1).meta({ description: 'Of this event, since it was first tried by this run of the server.' }),
  attempted_at: time,
  status: z.int().nullable().meta({ description: 'What the receiver answered; null if it did not.' }),
  error: z.string().nullable().meta({ description: 'null: the receiver took it.' }),
})

export type WebhookRequest = z.infer<typeof webhookRequest>
export type WebhookAnswer = z.infer<typeof webhookAnswer>
export type DeliveryAnswer = z.infer<typeof deliveryAnswer>
