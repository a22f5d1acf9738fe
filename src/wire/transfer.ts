// Transfers as they cross the network: what a client asks for and what it is told.

import { z } from 'zod'
import { refusalCodes } from '../../actors/contracts/refusal.ts'
import { balanceAnswer } from './account.ts'
import { amountAnswer, amountRequest } from './amount.ts'
import { accountId, asset, clientMadeTransferId, seqText, transferId } from './identifiers.ts'

const metadataLimits = { members: 16, key: 64, value: 512 }
const referenceLimit = 128

/** Characters are code points, as in JSON Schema; lone surrogates are no text. */
function isText(value: unknown, limit: number): value is string {
  if (typeof value !== 'string' || value.length > 2 * limit || !value.isWellFormed()) return false
  return value.length <= limit || [...value].length <= limit
}

function isMetadata(value: unknown): value is Record<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const members = Object.entries(value)
  return (
    members.length <= metadataLimits.members &&
    members.every(([key, text]) => isText(key, metadataLimits.key) && isText(text, metadataLimits.value))
  )
}

// Not z.record: it drops a member named `__proto__`, which is as good a name as any other.
const metadata = z.custom<Record<string, string>>(isMetadata).meta({
  type: 'object',
  additionalProperties: { type: 'string', maxLength: metadataLimits.value },
  propertyNames: { maxLength: metadataLimits.key },
  maxProperties: metadataLimits.members,
  example: { invoice: '2024-17' },
})

const reference = z
  .custom<string>((value) => isText(value, referenceLimit))
  .meta({ type: 'string', maxLength: referenceLimit, example: 'invoice 17' })

const postingRequest = { from: accountId, to: accountId, amount: amountRequest, asset: asset.optional() }

const options = {
  id: clientMadeTransferId.optional(),
  reference: reference.optional(),
  metadata: metadata.optional(),
}

/** `{from, to, amount}`: one posting. */
export const transferRequest = z.strictObject({ ...postingRequest, ...options })

/** The same as a list; `asset` beside the list stands for a posting that names none. */
export const postingsRequest = z.strictObject({
  postings: z.tuple([z.strictObject(postingRequest)]),
  asset: asset.optional(),
  ...options,
})

export type TransferRequest = z.infer<typeof transferRequest>
export type PostingsRequest = z.infer<typeof postingsRequest>

/** A refused transfer moved nothing: its `balances` are empty and `code` says why. */
export const transferAnswer = z.strictObject({
  id: transferId,
  state: z.enum(['posted', 'refused']),
  code: z.enum(refusalCodes).optional().meta({ description: 'Why it was refused.' }),
  postings: z.array(z.strictObject({ from: accountId, to: accountId, amount: amountAnswer, asset })),
  balances: z
    .record(z.string(), z.record(z.string(), balanceAnswer))
    .meta({ description: 'By account and asset, as the transfer left them.' }),
  reference: z.string().nullable(),
  metadata: z.record(z.string(), z.string()),
  created_at: z.iso.datetime().meta({ description: "The server's time.", example: '2024-01-01T00:00:00.000Z' }),
  seq: seqText,
})

export type TransferAnswer = z.infer<typeof transferAnswer>
