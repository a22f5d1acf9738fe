// Transfers as they cross the network: what a client asks for and what it is told.

import { z } from 'zod'
import { refusalCodes } from '../../actors/contracts/refusal.ts'
import { balanceAnswer } from './account.ts'
import { amountAnswer, amountRequest } from './amount.ts'
import { guardRequest } from './guard.ts'
import { accountId, asset, clientMadeTransferId, seqText, transferId } from './identifiers.ts'
import { metadata, reference } from './metadata.ts'
import { timeRequest } from './time.ts'

const mostPostings = 100
const longestPending = 31_536_000

const postingRequest = { from: accountId, to: accountId, amount: amountRequest, asset: asset.optional() }

const naming = {
  id: clientMadeTransferId.optional(),
  reference: reference.optional(),
  metadata: metadata.optional(),
}

const options = {
  ...naming,
  pending: z.boolean().optional().meta({ description: 'Hold the amounts until they are posted, voided, or expire.' }),
  expires_in: z
    .int()
    .min(1)
    .max(longestPending)
    .optional()
    .meta({ description: 'Seconds until a pending transfer expires; goes with `pending: true`.', example: 3_600 }),
  guard: guardRequest.optional(),
  effective_at: timeRequest
    .optional()
    .meta({ description: "The client's own time, kept as it was sent; moves no balance in time." }),
}

/** `{from, to, amount}`: one posting. */
export const transferRequest = z.strictObject({ ...postingRequest, ...options })

/** Several, all or nothing; `asset` beside the list stands for a posting that names none. */
export const postingsRequest = z.strictObject({
  postings: z.array(z.strictObject(postingRequest)).min(1).max(mostPostings),
  asset: asset.optional(),
  ...options,
})

export const postRequest = z.strictObject({
  amount: amountRequest.optional().meta({ description: 'Of a single posting: the rest is released. Default: all.' }),
})

export const voidRequest = z.strictObject({})

export const reverseRequest = z.strictObject(naming)

export type TransferRequest = z.infer<typeof transferRequest>
export type PostingsRequest = z.infer<typeof postingsRequest>
export type ReverseRequest = z.infer<typeof reverseRequest>

const serverTime = z.iso.datetime().meta({ description: "The server's time.", example: '2024-01-01T00:00:00.000Z' })

/** A refused transfer moved nothing: its `balances` are empty and `code` says why. */
export const transferAnswer = z.strictObject({
  id: transferId,
  state: z.enum(['pending', 'posted', 'voided', 'expired', 'refused']),
  code: z.enum(refusalCodes).optional().meta({ description: 'Why it was refused.' }),
  postings: z.array(z.strictObject({ from: accountId, to: accountId, amount: amountAnswer, asset })),
  balances: z
    .record(z.string(), z.record(z.string(), balanceAnswer))
    .meta({ description: 'By account and asset, as the transfer, or its end, left them.' }),
  reference: z.string().nullable(),
  metadata: z.record(z.string(), z.string()),
  effective_at: z.string().optional().meta({ description: "The client's own time, as it was sent." }),
  reverses: transferId.optional().meta({ description: 'The transfer that this one takes back.' }),
  reversed_by: transferId.optional().meta({ description: 'The transfer that takes this one back.' }),
  created_at: serverTime,
  expires_at: serverTime.optional().meta({ description: 'When a pending transfer ends by itself.' }),
  seq: seqText,
  posted_amount: amountAnswer.optional().meta({ description: 'What was posted of a hold of one posting.' }),
  updated_seq: seqText.optional().meta({ description: 'Where the hold ended.' }),
  committed: z.literal(false).optional().meta({ description: 'Of a dry run: nothing was kept.' }),
})

export type TransferAnswer = z.infer<typeof transferAnswer>
