// Batches as they cross the network: many transfers in one request, one result for each.

import { z } from 'zod'
import { seqText, transferId } from './identifiers.ts'
import { problemAnswer } from './problem.ts'
import { postingsRequest, transferAnswer, transferRequest } from './transfer.ts'

export const batchLimits = { items: 8_192, postings: 32_768 }

const mode = z.enum(['atomic', 'independent']).meta({
  description: 'atomic: all of the items happen or none, as one seq. independent: each is decided by itself, in order.',
})

export const batchRequest = z.strictObject({
  mode,
  items: z
    .array(z.union([transferRequest, postingsRequest]))
    .min(1)
    .max(batchLimits.items)
    .meta({ description: `At most ${batchLimits.postings} postings together.` }),
})

/** The batch without its items, each of which is judged by itself. */
export const batchEnvelope = z.strictObject({
  mode,
  items: z.array(z.unknown()).min(1).max(batchLimits.items),
})

export type BatchMode = z.infer<typeof mode>

const status = z.int().meta({ description: 'What a request of its own would have been answered with.', example: 201 })

/** One item's or one line's. */
export const resultAnswer = z.union([
  z.strictObject({ status, transfer: transferAnswer, committed: z.literal(false).optional() }),
  z.strictObject({ status, problem: problemAnswer, committed: z.literal(false).optional() }),
  z
    .strictObject({ status, id: transferId, seq: seqText, committed: z.literal(false).optional() })
    .meta({ description: 'With Prefer: return=minimal.' }),
])

export const batchAnswer = z.strictObject({
  data: z.array(resultAnswer).meta({ description: 'In the order of the items.' }),
  committed: z.literal(false).optional().meta({ description: 'Of a dry run: nothing was kept.' }),
})

/** Why an atomic batch did not happen. */
export const batchProblemAnswer = problemAnswer.extend({
  item: z
    .int()
    .min(0)
    .optional()
    .meta({ description: 'The number of the item that stood in the way; the first is 0.' }),
})
