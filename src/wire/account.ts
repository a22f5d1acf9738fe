// Accounts and balances as they cross the network.

import { z } from 'zod'
import { amountAnswer } from './amount.ts'
import { accountId, asset, seqText, transferId } from './identifiers.ts'

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

/** What a transaction held meanwhile is told by no statement. */
export const pastBalanceAnswer = z.strictObject({
  posted: amountAnswer.meta({ description: 'As of then; what was pending then is not told.' }),
})

export const statementLine = z.strictObject({
  seq: seqText,
  posting: z.int().min(0).meta({ description: 'The number of the posting within its seq.' }),
  transfer: transferId,
  time: z.iso.datetime().meta({ description: "The server's time.", example: '2024-01-01T00:00:00.000Z' }),
  amount: amountAnswer.meta({ description: 'Negative where it left the account.' }),
  posted: amountAnswer.meta({ description: 'The balance after it.' }),
  counterparty: accountId,
})

export const assetSum = z.strictObject({
  asset,
  accounts: z.int().min(0).meta({ description: 'How many accounts were added up.' }),
  posted: amountAnswer,
  pending_in: amountAnswer,
  pending_out: amountAnswer,
  available: amountAnswer.meta({ description: 'posted less pending_out' }),
})

export type BalanceAnswer = z.infer<typeof balanceAnswer>
export type AccountAnswer = z.infer<typeof accountAnswer>
