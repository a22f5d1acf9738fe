// The state of the server itself, as it crosses the network.

import { z } from 'zod'
import { seqText } from './identifiers.ts'

export const journalHash = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .meta({ description: "SHA-256 of the journal's last record." })

export const headAnswer = z.strictObject({ seq: seqText, hash: journalHash })

export const importAnswer = headAnswer.extend({
  committed: z.literal(false).optional().meta({ description: 'Of a dry run: nothing was kept.' }),
})

export const healthAnswer = z.strictObject({ status: z.string().meta({ example: 'open' }) })

export type HeadAnswer = z.infer<typeof headAnswer>
export type HealthAnswer = z.infer<typeof healthAnswer>
