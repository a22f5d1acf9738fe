// Free text that clients attach: metadata and references.

import { z } from 'zod'

const limits = { members: 16, key: 64, value: 512 }
const referenceLimit = 128

/** Characters are code points, as in JSON Schema; lone surrogates are no text. */
function isText(value: unknown, limit: number): value is string {
  if (typeof value !== 'string' || value.length > 2 * limit || !value.isWellFormed()) return false
  return value.length <= limit || [...value].length <= limit
}

function isMetadata(value: unknown, isValue: (text: unknown) => boolean): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const members = Object.entries(value)
  return members.length <= limits.members && members.every(([key, text]) => isText(key, limits.key) && isValue(text))
}

function isValue(text: unknown): boolean {
  return isText(text, limits.value)
}

const shape = {
  type: 'object',
  propertyNames: { maxLength: limits.key },
  maxProperties: limits.members,
} as const

// Not z.record: it drops a member named `__proto__`, which is as good a name as any other.
export const metadata = z
  .custom<Record<string, string>>((value) => isMetadata(value, isValue))
  .meta({
    ...shape,
    additionalProperties: { type: 'string', maxLength: limits.value },
    example: { invoice: '2024-17' },
  })

/** A merge patch of metadata: a member that is null is taken out. */
export const metadataPatch = z
  .custom<Record<string, string | null>>((value) => isMetadata(value, (text) => text === null || isValue(text)))
  .meta({
    ...shape,
    additionalProperties: { type: ['string', 'null'], maxLength: limits.value },
    description: 'A member that is null is taken out.',
    example: { invoice: null },
  })

export const reference = z
  .custom<string>((value) => isText(value, referenceLimit))
  .meta({ type: 'string', maxLength: referenceLimit, example: 'invoice 17' })
