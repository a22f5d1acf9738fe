// From the text of a body to the command that it asks for, or what is wrong with its form.

import { hash } from 'node:crypto'
import canonicalize from 'canonicalize'
import type { Posting, TransferCommand } from '../../../actors/contracts/transfer.ts'
import { defaultAsset } from '../../wire/identifiers.ts'
import { type PostingsRequest, postingsRequest, type TransferRequest, transferRequest } from '../../wire/transfer.ts'
import type { Problem } from '../answer/problem.ts'
import { parseJson } from './parse-json.ts'
import { problemOfForm } from './problems-of-form.ts'

type Item = TransferRequest | PostingsRequest

/** A transfer whose form is right. */
export interface ParsedTransfer {
  readonly command: TransferCommand
  /** Its RFC 8785 form: as sent, amounts as strings, no defaults added. Made only when asked for. */
  canonical(): string
}

export function parseTransfer(text: string): ParsedTransfer | Problem {
  const body = parseJson(text)
  if (body === undefined) return { code: 'invalid_json', detail: 'The body is not JSON.' }
  const parsed = hasPostings(body) ? postingsRequest.safeParse(body) : transferRequest.safeParse(body)
  if (!parsed.success) return problemOfForm(parsed.error, body)
  return new ItemParsed(parsed.data)
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
  const { id, reference, metadata } = item
  return {
    postings: [postingOf(item)],
    ...(id !== undefined && { id, content: hash('sha256', canonicalOf(item)) }),
    ...(reference !== undefined && { reference }),
    ...(metadata !== undefined && { metadata }),
  }
}

function postingOf(item: Item): Posting {
  const { from, to, amount, asset = item.asset ?? defaultAsset } = 'postings' in item ? item.postings[0] : item
  return { from, to, amount: BigInt(amount), asset }
}

function canonicalOf(item: Item): string {
  const text = canonicalize('postings' in item ? { ...item, postings: item.postings.map(withText) } : withText(item))
  if (text === undefined) throw new Error('a transfer has no canonical form')
  return text
}

function withText<Content extends { readonly amount: string | number }>(content: Content): Content {
  return { ...content, amount: String(content.amount) }
}
