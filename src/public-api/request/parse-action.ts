// From the text of a body to what shall become of a transfer: post, void, reverse.

import { hash } from 'node:crypto'
import type { z } from 'zod'
import type { Commands } from '../../../actors/virtual-machine/messages.ts'
import { postRequest, reverseRequest, voidRequest } from '../../wire/transfer.ts'
import { isProblem, type Problem } from '../answer/problem.ts'
import { canonicalOf } from './idempotency.ts'
import { parseJson } from './parse-json.ts'
import { notJson, problemOfForm } from './problems-of-form.ts'

/** A request whose form is right. */
export interface ParsedBody<Command> {
  readonly command: Command
  /** The RFC 8785 form of its body; empty if it has none. Made only when asked for. */
  canonical(): string
}

export function parsePost(text: string, transfer: string): ParsedBody<Commands['Post']> | Problem {
  const body = parseOptionalBody(text, postRequest)
  if (isProblem(body)) return body
  const amount = body.amount === undefined ? {} : { amount: BigInt(body.amount) }
  return { command: { transfer, ...amount }, canonical: () => canonicalOrEmpty(text, body) }
}

export function parseVoid(text: string, transfer: string): ParsedBody<Commands['Void']> | Problem {
  const body: object | Problem = parseOptionalBody(text, voidRequest)
  if (isProblem(body)) return body
  return { command: { transfer }, canonical: () => canonicalOrEmpty(text, body) }
}

export function parseReverse(text: string, transfer: string): ParsedBody<Commands['Reverse']> | Problem {
  const body = parseOptionalBody(text, reverseRequest)
  if (isProblem(body)) return body
  const { id, reference, metadata } = body
  const command = {
    transfer,
    // Another transfer reversed under the same id is another content.
    ...(id !== undefined && { id, content: hash('sha256', canonicalOf({ ...body, reverses: transfer })) }),
    ...(reference !== undefined && { reference }),
    ...(metadata !== undefined && { metadata }),
  }
  return { command, canonical: () => canonicalOrEmpty(text, body) }
}

export function parseBody<Body extends object>(text: string, schema: z.ZodType<Body>): Body | Problem {
  const body = parseJson(text)
  if (body === undefined) return notJson
  const parsed = schema.safeParse(body)
  return parsed.success ? parsed.data : problemOfForm(parsed.error, body)
}

/** Everything in it is optional, so it is, too. */
function parseOptionalBody<Body extends object>(text: string, schema: z.ZodType<Body>): Body | Problem {
  return parseBody(text === '' ? '{}' : text, schema)
}

function canonicalOrEmpty(text: string, body: object): string {
  return text === '' ? '' : canonicalOf(body)
}
