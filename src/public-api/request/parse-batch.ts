// From the text of a body to the transfers of a batch: the batch judged as a whole, and each item by itself.

import { type BatchMode, batchEnvelope, batchLimits } from '../../wire/batch.ts'
import type { FieldError } from '../../wire/problem.ts'
import { isProblem, type Problem } from '../answer/problem.ts'
import { parseJson } from './parse-json.ts'
import { type ParsedTransfer, parsedTransfer } from './parse-transfer.ts'
import { notJson, problemOfForm } from './problems-of-form.ts'

/** The longest body of a batch, in bytes. */
export const batchBodyLimit = 16 * 1_024 * 1_024

/** A problem stands where an item's form is wrong. */
export type ParsedItem = ParsedTransfer | Problem

export interface ParsedBatch {
  readonly mode: BatchMode
  readonly items: readonly ParsedItem[]
  /** What its fingerprint is made of: its RFC 8785 form or, if the form of an item is wrong, the text as it came. */
  canonical(): string
}

export function parseBatch(text: string): ParsedBatch | Problem {
  const body = parseJson(text)
  if (body === undefined) return notJson
  const envelope = batchEnvelope.safeParse(body)
  if (!envelope.success) return problemOfForm(envelope.error, body)
  const { mode } = envelope.data
  const items = envelope.data.items.map((item, number) => parsedItem(item, number))
  if (postingsOf(items) > batchLimits.postings) return tooManyPostings
  return { mode, items, canonical: () => canonical(mode, items) ?? text }
}

/** Pointers of an item's problem lead into the whole body. */
function parsedItem(item: unknown, number: number): ParsedItem {
  const parsed = parsedTransfer(item)
  if (!isProblem(parsed)) return parsed
  const errors = parsed.errors ?? [{ pointer: '', code: parsed.code as FieldError['code'] }]
  return {
    ...parsed,
    detail: `Item ${number}: ${parsed.detail}`,
    errors: errors.map(({ pointer, code }) => ({ pointer: `/items/${number}${pointer}`, code })),
  }
}

const tooManyPostings: Problem = {
  code: 'payload_too_large',
  detail: `The items of a batch may hold ${batchLimits.postings} postings together.`,
}

function postingsOf(items: readonly ParsedItem[]): number {
  return items.reduce((sum, item) => sum + (isProblem(item) ? 0 : item.command.postings.length), 0)
}

function canonical(mode: BatchMode, items: readonly ParsedItem[]): string | undefined {
  const texts: string[] = []
  for (const item of items) {
    if (isProblem(item)) return undefined
    texts.push(item.canonical())
  }
  return `{"items":[${texts.join(',')}],"mode":"${mode}"}`
}

/** An atomic batch is as good as its worst item: the first problem is told, with where the others are. */
export function worstOf(items: readonly ParsedItem[]): Problem | undefined {
  const problems = items.filter((item) => isProblem(item))
  const [first] = problems
  if (first === undefined) return undefined
  return { ...first, errors: problems.flatMap(({ errors = [] }) => errors).slice(0, mostErrors) }
}

/** As many as the answer to a single transfer tells. */
const mostErrors = 20
