// Amounts as they cross the network: whole minor units, judged by how they were written.

import { z } from 'zod'

/** 2^127 − 1 in decimal: no amount is larger. */
export const largestAmountText = String(2n ** 127n - 1n)

const digits = /^[1-9][0-9]*$/

/** Whether `text` is a whole number from 1 to 2^127 − 1 without leading zeros. */
export function isAmountText(text: string): boolean {
  if (text.length > largestAmountText.length || !digits.test(text)) return false
  return text.length < largestAmountText.length || text <= largestAmountText
}

function isAmount(value: unknown): value is string | number {
  if (typeof value === 'string') return isAmountText(value)
  return typeof value === 'number' && value > 0 && Number.isSafeInteger(value)
}

/** A number's source text must have been judged before it gets here: `17.0` and `17` are the same number. */
export const amountRequest = z.custom<string | number>(isAmount).meta({
  type: ['string', 'integer'],
  pattern: '^[1-9][0-9]{0,38}$',
  minimum: 1,
  maximum: Number.MAX_SAFE_INTEGER,
  description:
    'Minor units of the asset, greater than 0 and at most 2^127 - 1: a string of digits without leading zeros, or an integer literal up to 2^53 - 1.',
  example: '17',
})

const signedDigits = /^(0|-?[1-9][0-9]*)$/

function isSignedAmount(value: unknown): value is string | number {
  if (typeof value !== 'string') return Number.isSafeInteger(value) && !Object.is(value, -0)
  return signedDigits.test(value) && (value === '0' || isAmountText(value.replace('-', '')))
}

/** For the document, where a schema can't be derived. */
export const signedAmountSchema = {
  type: ['string', 'integer'] as ('string' | 'integer')[],
  pattern: '^(0|-?[1-9][0-9]{0,38})$',
  minimum: Number.MIN_SAFE_INTEGER,
  maximum: Number.MAX_SAFE_INTEGER,
}

/**
 * A limit or a bound, in minor units: 0 and less are as good as any. A string of digits without leading zeros within
 * ±(2^127 − 1), or an integer literal within ±(2^53 − 1), whose source text must have been judged before it gets here.
 */
export const signedAmountRequest = z.custom<string | number>(isSignedAmount).meta({
  ...signedAmountSchema,
  example: '-500',
})

/** Answers always tell amounts as decimal strings. */
export const amountAnswer = z
  .string()
  .regex(/^(0|-?[1-9][0-9]*)$/)
  .meta({ description: 'Minor units of the asset.', example: '-17' })
