// From what the schemas found to what the client is told: a pointer and a code for each fault.

import type { z } from 'zod'
import type { FieldError, ProblemCode } from '../../wire/problem.ts'
import type { Problem } from '../answer/problem.ts'
import { limitsInWords } from './json-limits.ts'
import { amountMembers } from './parse-json.ts'

/** Where several apply, the first of this order is the problem's own code; all are in its `errors`. */
const precedence: readonly ProblemCode[] = [
  'invalid_json',
  'invalid_amount',
  'invalid_id',
  'missing_field',
  'unknown_field',
]

const codesByField: ReadonlyMap<unknown, ProblemCode> = new Map([
  ...[...amountMembers].map((name) => [name, 'invalid_amount'] as const),
  ['from', 'invalid_id'],
  ['to', 'invalid_id'],
  ['id', 'invalid_id'],
  ['asset', 'invalid_id'],
])

export const notJson: Problem = {
  code: 'invalid_json',
  detail: `The body is not JSON, or not within ${limitsInWords}.`,
}

/** A body can hold thousands of unknown members; the answer names this many faults. */
const mostErrors = 20

export function problemOfForm(error: z.core.$ZodError, body: unknown): Problem {
  const errors = error.issues.flatMap((issue) => errorsOf(issue, body))
  errors.sort((one, other) => precedence.indexOf(one.code) - precedence.indexOf(other.code))
  const [first] = errors
  if (first === undefined) throw new Error('the schema refused a body without a reason')
  const where = first.pointer === '' ? 'The body' : first.pointer
  return { code: first.code, detail: `${where} ${said(first)}.`, errors: errors.slice(0, mostErrors) }
}

function errorsOf(issue: z.core.$ZodIssue, body: unknown): FieldError[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ pointer: pointerTo([...issue.path, key]), code: 'unknown_field' }))
  }
  return [{ pointer: pointerTo(issue.path), code: codeOf(issue, body) }]
}

function codeOf(issue: z.core.$ZodIssue, body: unknown): ProblemCode {
  if (isMissing(issue.path, body)) return 'missing_field'
  const told = issue.code === 'custom' ? (issue.params?.code as ProblemCode | undefined) : undefined
  return told ?? codesByField.get(issue.path.at(-1)) ?? 'invalid_json'
}

function isMissing(path: readonly PropertyKey[], body: unknown): boolean {
  let value = body
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return true
    value = (value as Record<PropertyKey, unknown>)[key]
  }
  return false
}

function pointerTo(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

function said({ code, pointer }: FieldError): string {
  switch (code) {
    case 'invalid_amount':
      if (!pointer.endsWith('/amount')) {
        return 'is not a whole number of minor units, written in digits without leading zeros'
      }
      return 'is not an amount: a whole number of minor units greater than 0, written in digits without leading zeros'
    case 'invalid_id':
      return 'is not a name of the allowed form'
    case 'missing_field':
      return 'is required'
    case 'unknown_field':
      return 'is not known here'
    default:
      return 'is not of the form that this endpoint takes'
  }
}
