// Exactly-once by the client's Idempotency-Key: the key, and the fingerprint of the request that it names.

import { hash } from 'node:crypto'
import type { RequestKey } from '../../../actors/virtual-machine/messages.ts'
import type { Problem } from '../answer/problem.ts'

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

/** No part can run into the next: a method, a path and a query hold no line break. */
export function requestKey(principal: string, key: string, content: RequestContent): RequestKey {
  const lines = [content.method, content.path, sorted(content.query), content.body]
  return { principal, key, fingerprint: hash('sha256', lines.join('\n')) }
}

function sorted(query: URLSearchParams | undefined): string {
  if (query === undefined) return ''
  const copy = new URLSearchParams(query)
  copy.sort()
  return copy.toString()
}
