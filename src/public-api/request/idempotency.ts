// Exactly-once by the client's Idempotency-Key: the key, and the fingerprint of the request that it names.

import { hash } from 'node:crypto'
import canonicalize from 'canonicalize'
import type { RequestKey } from '../../../actors/virtual-machine/messages.ts'
import type { Problem } from '../answer/problem.ts'
import { amountMembers } from './parse-json.ts'

const longestKey = 255
const printable = /^[\x20-\x7e]+$/
const quoted = /^"((?:[^"\\]|\\["\\])*)"$/

/** What is fingerprinted, beside the key. */
export interface RequestContent {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams | undefined
  /** The RFC 8785 form of the body; empty if there is none. */
  readonly body: string
}

/** The key in the header, bare or quoted (RFC 8941): `"abc"` and `abc` are the same key. */
export function keyIn(header: string): string | Problem {
  const key = header.startsWith('"') ? quoted.exec(header)?.[1]?.replace(/\\(.)/g, '$1') : header
  if (key !== undefined && key.length <= longestKey && printable.test(key)) return key
  return {
    code: 'invalid_id',
    detail: `Idempotency-Key holds 1 to ${longestKey} printable ASCII characters, bare or in quotes.`,
  }
}

/** The RFC 8785 form of a body whose form is right: as sent, but amounts as strings. */
export function canonicalOf(body: object): string {
  const text = canonicalize(withTextAmounts(body))
  if (text === undefined) throw new Error('a request has no canonical form')
  return text
}

/** Object.fromEntries, because an account or a member of metadata may be called `__proto__`. */
function withTextAmounts(value: unknown, name = ''): unknown {
  if (typeof value === 'number') return amountMembers.has(name) ? String(value) : value
  if (Array.isArray(value)) return value.map((item) => withTextAmounts(item))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([member, inner]) => [member, withTextAmounts(inner, member)]))
}

/** The request's key, if it has one. The content is made only then. */
export function keyOf(
  { method, headers }: Request,
  principal: string,
  content: () => Omit<RequestContent, 'method'>,
): { readonly request?: RequestKey } | Problem {
  const header = headers.get('idempotency-key')
  if (header === null) return {}
  const key = keyIn(header)
  return typeof key === 'string' ? { request: requestKey(principal, key, { method, ...content() }) } : key
}

/** No part can run into the next: a method, a path and a query hold no line break. */
export function requestKey(principal: string, key: string, content: RequestContent): RequestKey {
  const lines = [content.method, content.path, sorted(content.query), content.body]
  return { principal, key, fingerprint: hash('sha256', lines.join('\n')) }
}

function sorted(query: URLSearchParams | undefined): string {
  const copy = new URLSearchParams(query)
  copy.sort()
  return copy.toString()
}
