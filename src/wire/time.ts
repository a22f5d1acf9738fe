// Times as clients give them: RFC 3339, kept as they were written.

import { z } from 'zod'

const form = /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/

/** Whether `text` names a moment: the 30th of February is none. */
export function isTime(text: string): boolean {
  const date = form.exec(text)?.[1]
  if (date === undefined) return false
  const midnight = new Date(`${date}T00:00:00Z`)
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(date)
}

export const timeRequest = z
  .custom<string>((value) => typeof value === 'string' && isTime(value))
  .meta({ type: 'string', format: 'date-time', maxLength: 35, example: '2024-01-01T00:00:00Z' })
