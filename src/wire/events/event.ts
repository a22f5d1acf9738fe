// Events as they cross the network.

import { z } from 'zod'
import { refusalCodes } from '../../../actors/contracts/refusal.ts'
import { accountAnswer } from '../account.ts'
import { seqText } from '../identifiers.ts'
import { transferAnswer } from '../transfer.ts'

export const eventTypes = [
  'transfer.posted',
  'transfer.pending',
  'transfer.refused',
  'transfer.voided',
  'transfer.expired',
  'account.updated',
  'batch.posted',
  'batch.refused',
  'request.refused',
] as const

export type EventType = (typeof eventTypes)[number]

/** Which members there are goes with the type. */
export const eventTransaction = z.strictObject({
  type: z.enum(eventTypes),
  transfer: transferAnswer.optional().meta({ description: 'Of transfer.*: as its own answer told it.' }),
  account: accountAnswer.optional().meta({ description: 'Of account.updated.' }),
  request: z
    .enum(['post', 'void', 'expire', 'set_account'])
    .optional()
    .meta({ description: 'Of request.refused: what was asked for.' }),
  id: z.string().optional().meta({ description: 'Of request.refused: the transfer or the account.' }),
  code: z.enum(refusalCodes).optional().meta({ description: 'Of batch.refused and request.refused: why.' }),
  item: z.int().min(0).optional().meta({ description: 'Of batch.refused: the number of the item that was refused.' }),
})

export const eventAnswer = z.strictObject({
  seq: seqText,
  created_at: z.iso.datetime().meta({ description: "The server's time.", example: '2024-01-01T00:00:00.000Z' }),
  transactions: z.array(eventTransaction).min(1),
})

export type EventAnswer = z.infer<typeof eventAnswer>
