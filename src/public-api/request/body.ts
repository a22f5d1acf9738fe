// Reads a JSON body: its media type, its length counted before it is held, its encoding.

import { isUtf8 } from 'node:buffer'
import type { Problem } from '../answer/problem.ts'

/** The text of a JSON body of at most `limit` bytes, or what is wrong with it. */
export async function readJsonText(request: Request, limit: number): Promise<string | Problem> {
  return isJson(request.headers.get('content-type')) ? readText(request, limit) : notJsonType
}

/** The same, where the body may also be told to be a merge patch (RFC 7396). */
export async function readMergePatchText(request: Request, limit: number): Promise<string | Problem> {
  const mediaType = request.headers.get('content-type')
  const isPatch = isJson(mediaType) || /^application\/merge-patch\+json\s*(;|$)/i.test(mediaType ?? '')
  return isPatch ? readText(request, limit) : notJsonType
}

/** The same, where there need not be a body: then it is the empty text, and needs no media type. */
export async function readOptionalJsonText(request: Request, limit: number): Promise<string | Problem> {
  const text = await readText(request, limit)
  return text === '' || typeof text !== 'string' || isJson(request.headers.get('content-type')) ? text : notJsonType
}

const notJsonType: Problem = {
  code: 'unsupported_media_type',
  detail: 'Send the body as Content-Type: application/json.',
}

async function readText(request: Request, limit: number): Promise<string | Problem> {
  const bytes = await readBytes(request, limit)
  if (bytes === 'too large') return { code: 'payload_too_large', detail: `The body may hold ${limit} bytes.` }
  if (bytes === 'broken off') return { code: 'invalid_json', detail: 'The body broke off.' }
  if (!isUtf8(bytes)) return { code: 'invalid_json', detail: 'The body is not UTF-8.' }
  return bytes.toString()
}

function isJson(mediaType: string | null): boolean {
  return mediaType === 'application/json' || (mediaType !== null && /^application\/json\s*(;|$)/i.test(mediaType))
}

async function readBytes(request: Request, limit: number): Promise<Buffer | 'too large' | 'broken off'> {
  const length = request.headers.get('content-length')
  if (length !== null && Number(length) > limit) return 'too large'
  try {
    // The HTTP parser holds a body to its Content-Length, so that it may be read at once.
    return length === null ? await readStream(request, limit) : Buffer.from(await request.arrayBuffer())
  } catch {
    return 'broken off' // the client went away in the middle
  }
}

async function readStream(request: Request, limit: number): Promise<Buffer | 'too large'> {
  if (request.body === null) return Buffer.alloc(0)
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of request.body as AsyncIterable<Uint8Array>) {
    length += chunk.byteLength
    if (length > limit) return 'too large' // leaving the loop cancels the stream
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
