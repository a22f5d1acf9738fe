// Names as they cross the network: accounts, transfers, assets.

import { z } from 'zod'

/** What an asset is when a request names none. */
export const defaultAsset = 'UNIT'

const idPattern = /^(?!\.{1,2}$)[A-Za-z0-9._:@-]{1,128}$/
const clientMadeIdPattern = /^(?!\.{1,2}$)(?!tr_)[A-Za-z0-9._:@-]{1,128}$/
const assetPattern = /^[A-Z0-9/_]{1,32}$/

export function isId(text: string): boolean {
  return idPattern.test(text)
}

export function isAsset(text: string): boolean {
  return assetPattern.test(text)
}

export const accountId = z
  .string()
  .regex(idPattern)
  .meta({ description: 'An account is a path; it exists from its first use.', example: 'users:42:wallet' })

export const transferId = z
  .string()
  .regex(idPattern)
  .meta({ description: "A transfer's id: the client's own, or tr_ and a number made by the server.", example: 'tr_1' })

export const clientMadeTransferId = z.string().regex(clientMadeIdPattern).meta({
  description: 'Chosen by the client, taken for ever: the same id with the same content answers as the first time did.',
  example: 'order-2024-000017',
})

export const asset = z
  .string()
  .regex(assetPattern)
  .meta({ description: `Default ${defaultAsset}.`, example: 'USD/2' })

export const seqText = z
  .string()
  .regex(/^(0|[1-9][0-9]*)$/)
  .meta({ description: 'A place in the ledger; gapless from 1.', example: '1' })
