// From the text of a body to the command that it asks for, or what is wrong with its form.

import { hash } from 'node:crypto'
import type { Guard, GuardedAccount } from '../../../actors/contracts/guard.ts'
import type { Posting, TransferCommand } from '../../../actors/contracts/transfer.ts'
import type { GuardedAccountRequest, GuardRequest } from '../../wire/guard.ts'
import { defaultAsset } from '../../wire/identifiers.ts'
import { type PostingsRequest, postingsRequest, type TransferRequest, transferRequest } from '../../wire/transfer.ts'
import type { Problem } from '../answer/problem.ts'
import { canonicalOf } from './idempotency.ts'
import { parseJson } from './parse-json.ts'
import { notJson, problemOfForm } from './problems-of-form.ts'

type Item = TransferRequest | PostingsRequest

/** A transfer whose form is right. */
export interface ParsedTransfer {
  readonly command: TransferCommand
  /** Its RFC 8785 form: as sent, amounts as strings, no defaults added. Made only when asked for. */
  canonical(): string
}

export function parseTransfer(text: string): ParsedTransfer | Problem {
  const body = parseJson(text)
  return body === undefined ? notJson : parsedTransfer(body)
}

/** The same of what parseJson made: an item of a batch, for one. */
export function parsedTransfer(body: unknown): ParsedTransfer | Problem {
  const parsed = hasPostings(body) ? postingsRequest.safeParse(body) : transferRequest.safeParse(body)
  if (!parsed.success) return problemOfForm(parsed.error, body)
  const item: Item = parsed.data
  return item.expires_in !== undefined && item.pending !== true ? expiresWithoutPending : new ItemParsed(item)
}

const expiresWithoutPending: Problem = {
  code: 'missing_field',
  detail: '/expires_in goes with `"pending": true` only.',
  errors: [{ pointer: '/pending', code: 'missing_field' }],
}

function hasPostings(body: unknown): boolean {
  return typeof body === 'object' && body !== null && Object.hasOwn(body, 'postings')
}

class ItemParsed implements ParsedTransfer {
  readonly command: TransferCommand
  readonly #item: Item

  constructor(item: Item) {
    this.#item = item
    this.command = commandOf(item)
  }

  canonical(): string {
    return canonicalOf(this.#item)
  }
}

function commandOf(item: Item): TransferCommand {
  const { id, pending, expires_in, guard, reference, metadata, effective_at } = item
  return {
    postings: 'postings' in item ? item.postings.map((posting) => postingOf(posting, item.asset)) : [postingOf(item)],
    ...(id !== undefined && { id, content: hash('sha256', canonicalOf(item)) }),
    ...(pending === true && { pending: expires_in === undefined ? {} : { expiresIn: expires_in } }),
    ...(guard !== undefined && { guard: guardOf(guard) }),
    ...(reference !== undefined && { reference }),
    ...(metadata !== undefined && { metadata }),
    ...(effective_at !== undefined && { effectiveAt: effective_at }),
  }
}

type PostingRequest = Pick<TransferRequest, 'from' | 'to' | 'amount' | 'asset'>

function postingOf({ from, to, amount, asset }: PostingRequest, beside: string = defaultAsset): Posting {
  return { from, to, amount: BigInt(amount), asset: asset ?? beside }
}

function guardOf(guard: GuardRequest): Guard {
  return Object.entries(guard).map(([id, wanted]) => [id, guardedAccountOf(wanted)] as const)
}

function guardedAccountOf({ version, ...bounds }: GuardedAccountRequest): GuardedAccount {
  const amounts = Object.entries(bounds).flatMap(([name, amount]) =>
    amount === undefined ? [] : [[name, BigInt(amount)]],
  )
  return { ...Object.fromEntries(amounts), ...(version !== undefined && { version }) }
}
