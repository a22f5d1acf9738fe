// What every answer carries: where the ledger stood, and a name for the request.

import type { Seq } from '../../../actors/state-storage/messages.ts'

export const jsonType = 'application/json'
export const problemType = 'application/problem+json'
export const textType = 'text/plain; charset=utf-8'

/** A plain object, never Headers: with it @hono/node-server writes an answer without building a Response. */
export type AnswerHeaders = Record<string, string>

export function answerHeaders(contentType: string, seq: Seq, requestId: string): AnswerHeaders {
  return {
    'Content-Type': contentType,
    'Ledger-Seq': String(seq),
    'Request-Id': requestId,
    'X-Content-Type-Options': 'nosniff',
  }
}

/** The headers of a transfer's 201: one literal, because it is the hot one. */
export function transferHeaders(id: string, replayed: boolean, seq: Seq, requestId: string): AnswerHeaders {
  const headers: AnswerHeaders = {
    'Content-Type': jsonType,
    'Ledger-Seq': String(seq),
    'Request-Id': requestId,
    'X-Content-Type-Options': 'nosniff',
    Location: `/v1/transfers/${id}`, // every character that an id may hold stands for itself in a path
  }
  if (replayed) headers['Idempotent-Replayed'] = 'true'
  return headers
}

/** `revision` is that of the account's settings: what a later PATCH names in If-Match. */
export function accountHeaders(revision: number, seq: Seq, requestId: string): AnswerHeaders {
  return { ...answerHeaders(jsonType, seq, requestId), ETag: `"${revision}"` }
}

/** Unique within the process by the counter, between processes by the prefix. */
export function requestIdsFrom(randomBytes: (size: number) => Uint8Array): () => string {
  const prefix = `req_${Buffer.from(randomBytes(9)).toString('base64url')}_`
  let count = 0
  return () => prefix + (++count).toString(36)
}
