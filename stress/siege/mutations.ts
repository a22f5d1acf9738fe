// Good requests, and what chance makes of them: bytes turned, taken out, doubled, put in; ends cut off.

import { type Random, wholeNumber } from '../harness/random.ts'
import { posted, type RawRequest, request, shut, transferBody } from './raw-request.ts'

const item = `{"from":"${shut[0]}","to":"${shut[1]}","amount":1}`
const postings = `{"postings":[{"from":"${shut[0]}","to":"${shut[1]}","amount":"3","asset":"UNIT"}],"pending":true,"expires_in":60}`

/** Each is right in form; nothing of what it asks for happens. */
const good: readonly Buffer[] = [
  posted('/v1/transfers', transferBody),
  posted('/v1/transfers?dry_run=true', transferBody),
  posted('/v1/transfers?dry_run=true', postings),
  posted('/v1/batches?dry_run=true', `{"mode":"atomic","items":[${item},${item}]}`),
  posted('/v1/batches', `{"mode":"independent","items":[${item},${item}]}`),
  posted('/v1/transfers/tr_1/post?dry_run=true', '{"amount":"1"}'),
  posted('/v1/transfers/tr_1/void?dry_run=true', ''),
  posted('/v1/transfers/tr_1/reverse?dry_run=true', ''),
  posted(`/api/transfer?from=${shut[0]}&to=${shut[1]}&amount=17`, ''),
  request('GET /v1/accounts/shut:one/balance?asset=UNIT HTTP/1.1'),
  request('GET /v1/accounts/shut:one/entries?limit=10 HTTP/1.1'),
  request('GET /v1/transfers?account=shut:one&limit=10&since=2026-01-01T00:00:00Z HTTP/1.1'),
  request('GET /v1/events?after=0&limit=5 HTTP/1.1', ['Host: localhost', 'Accept: application/json']),
  request('GET /v1/accounts?prefix=shut&limit=2 HTTP/1.1'),
  request('GET /api/balance?from=shut:one HTTP/1.1', ['Host: localhost', 'User-Agent: siege', 'Accept: */*']),
  request('GET /livez HTTP/1.1'),
]

const most = 3
const odd = Buffer.from('\r\n\t \0:;,/\\%?#"{}[]09aZ\x7f\x80\xff', 'latin1')

type Change = (bytes: Buffer, random: Random) => Buffer

const changes: readonly (readonly [name: string, change: Change])[] = [
  ['a bit turned', (bytes, random) => written(bytes, random, (byte) => byte ^ (1 << wholeNumber(random, 0, 7)))],
  ['a byte of chance', (bytes, random) => written(bytes, random, () => wholeNumber(random, 0, 255))],
  ['an odd byte', (bytes, random) => written(bytes, random, () => oddByte(random))],
  ['a piece taken out', (bytes, random) => spliced(bytes, random, () => Buffer.alloc(0))],
  ['a piece doubled', (bytes, random) => spliced(bytes, random, (piece) => Buffer.concat([piece, piece]))],
  ['odd bytes put in', (bytes, random) => spliced(bytes, random, (piece) => Buffer.concat([piece, some(random)]))],
  ['the end cut off', (bytes, random) => bytes.subarray(0, wholeNumber(random, 0, bytes.length - 1))],
]

/** One of the good requests with one to three changes. */
export function mutated(random: Random): RawRequest {
  let bytes: Buffer = Buffer.from(pick(good, random))
  const names: string[] = []
  for (let count = wholeNumber(random, 1, most); count > 0; count--) {
    const [name, change] = pick(changes, random)
    if (bytes.length > 0) bytes = change(bytes, random)
    names.push(name)
  }
  return { name: names.join(', '), pieces: [bytes] }
}

/** A good request as it is, in two pieces: it must be answered. */
export function goodOne(random: Random): RawRequest {
  const bytes = pick(good, random)
  const cut = wholeNumber(random, 1, bytes.length - 1)
  return {
    name: 'a good one',
    pieces: [bytes.subarray(0, cut), bytes.subarray(cut)],
    most: 1,
    statuses: [200, 201, 404, 422],
  }
}

export function pick<Item>(items: readonly Item[], random: Random): Item {
  return items[Math.floor(random() * items.length)] as Item
}

function oddByte(random: Random): number {
  return odd[Math.floor(random() * odd.length)] ?? 0
}

function some(random: Random): Buffer {
  return Buffer.from(Array.from({ length: wholeNumber(random, 1, 8) }, () => oddByte(random)))
}

function written(bytes: Buffer, random: Random, write: (byte: number) => number): Buffer {
  const copy = Buffer.from(bytes)
  const at = Math.floor(random() * copy.length)
  copy[at] = write(copy[at] ?? 0)
  return copy
}

function spliced(bytes: Buffer, random: Random, make: (piece: Buffer) => Buffer): Buffer {
  const start = Math.floor(random() * bytes.length)
  const end = Math.min(bytes.length, start + wholeNumber(random, 1, 16))
  return Buffer.concat([bytes.subarray(0, start), make(bytes.subarray(start, end)), bytes.subarray(end)])
}
