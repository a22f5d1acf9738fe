// Accounts and balances as they cross the network.

import { z } from 'zod'
import { amountAnswer } from './amount.ts'
import { accountId, asset } from './identifiers.ts'

export const balanceAnswer = z.strictObject({
  posted: amountAnswer,
  pending_in: amountAnswer,
  pending_out: amountAnswer,
  available: amountAnswer.meta({ description: 'posted less pending_out' }),
  version: z.int().min(0).meta({ description: 'Steps by one with each transaction that changes the account.' }),
})

export const accountAnswer = z.strictObject({
  id: accountId,
  asset,
  balance: balanceAnswer,
  min_balance: amountAnswer.nullable().meta({ description: 'null: no limit, negative balances are allowed.' }),
  max_balance: amountAnswer.nullable().meta({ description: 'null: no limit.' }),
  closed: z.boolean(),
  metadata: z.record(z.string(), z.string()),
  committed: z.literal(false).optional().meta({ description: 'Of a dry run: nothing was kept.' }),
})

export type BalanceAnswer = z.infer<typeof balanceAnswer>
export type AccountAnswer = z.infer<typeof accountAnswer>
