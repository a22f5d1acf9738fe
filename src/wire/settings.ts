// An account's settings as a client sends them.

import { z } from 'zod'
import { signedAmountRequest, signedAmountSchema } from './amount.ts'
import { asset } from './identifiers.ts'
import { metadata, metadataPatch } from './metadata.ts'

const nullable = { ...signedAmountSchema, type: [...signedAmountSchema.type, 'null' as const] }

const limits = {
  asset: asset.optional().meta({ description: 'Whose limits and state are meant. Default UNIT.' }),
  min_balance: signedAmountRequest
    .nullable()
    .optional()
    .meta({ ...nullable, description: '`available` may not fall below it; null takes the limit away.' }),
  max_balance: signedAmountRequest
    .nullable()
    .optional()
    .meta({ ...nullable, description: '`posted` plus `pending_in` may not rise above it; null takes the limit away.' }),
  closed: z.boolean().optional().meta({ description: 'A closed account takes part in no transfer.' }),
}

/** PUT: what is not told is as if it had never been set. */
export const settingsRequest = z.strictObject({ ...limits, metadata: metadata.optional() })

/** PATCH (RFC 7396): what is not told stays as it is. */
export const settingsPatch = z.strictObject({ ...limits, metadata: metadataPatch.optional() })

export type SettingsPatch = z.infer<typeof settingsPatch>
