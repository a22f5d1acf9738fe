// Requests that are wrong in known ways, each with what may be said to it: what smugglers, fuzzers and broken clients send.

import { type Random, wholeNumber } from '../harness/random.ts'
import { goodOne, mutated, pick } from './mutations.ts'
import { chunked, posted, type RawRequest, request, shut, transferBody } from './raw-request.ts'

type Bytes = Buffer | ((random: Random) => Buffer)
type Row = readonly [name: string, bytes: Bytes, statuses?: readonly number[]]

const length = `Content-Length: ${Buffer.byteLength(transferBody)}`
const json = 'Content-Type: application/json'
const inside = 'GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n'
const bad = [400]
const dry = '/v1/transfers?dry_run=true'

/** A body of whose two lengths, or one length and one coding, only one can be right; a request waits in the difference. */
function smuggling(...headers: readonly string[]): Buffer {
  return request('POST /v1/transfers HTTP/1.1', ['Host: localhost', json, ...headers], `0\r\n\r\n${inside}`)
}

const got = (target: string, ...headers: readonly string[]) =>
  request(`GET ${target} HTTP/1.1`, ['Host: localhost', ...headers])
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`
const members = (count: number) => `{${Array.from({ length: count }, (_, n) => `"k${n}":1`).join(',')}}`
const headers = (count: number) => Array.from({ length: count }, (_, n) => `X-${n}: 0`)
const withMember = (member: string) => `{"from":"${shut[0]}","to":"${shut[1]}","amount":"1",${member}}`

/** Of each a single answer at most. */
// biome-ignore format: a table
const rows: readonly Row[] = [
  ['no such method', request('BREW /v1/transfers HTTP/1.1'), bad],
  ['a method in small letters', request('get /livez HTTP/1.1'), bad],
  ['a method that is not for it', request('DELETE /v1/transfers HTTP/1.1'), [405]],
  ['TRACE', request('TRACE / HTTP/1.1'), [404, 405]],
  ['CONNECT', request('CONNECT ledger:443 HTTP/1.1'), []],
  ['HTTP/2', Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), bad],
  ['HTTP/0.9', Buffer.from('GET /livez\r\n\r\n'), bad],
  ['HTTP/9.9', request('GET /livez HTTP/9.9'), bad],
  ['HTTP/1.0 without a host', Buffer.from('GET /livez HTTP/1.0\r\n\r\n'), [200, 400]],
  ['a TLS greeting', Buffer.from('16030100a5010000a10303', 'hex'), bad],
  ['no host', request('GET /livez HTTP/1.1', []), bad],
  ['two hosts', request('GET /livez HTTP/1.1', ['Host: localhost', 'Host: b']), [200, 400]],
  ['a host that is none', request('GET /livez HTTP/1.1', ['Host: a b@c']), bad],
  ['an empty host', request('GET /livez HTTP/1.1', ['Host:']), bad],
  ['two lengths', smuggling('Content-Length: 5', 'Content-Length: 6'), bad],
  ['one length twice', smuggling('Content-Length: 5', 'Content-Length: 5'), bad],
  ['lengths in a list', smuggling('Content-Length: 5, 6'), bad],
  ['a negative length', smuggling('Content-Length: -5'), bad],
  ['a length with a sign', smuggling('Content-Length: +5'), bad],
  ['a length in hex', smuggling('Content-Length: 0x5'), bad],
  ['a length past 2^64', smuggling('Content-Length: 18446744073709551621'), bad],
  ['a length and chunks', smuggling('Content-Length: 5', 'Transfer-Encoding: chunked'), bad],
  ['chunks and a length', smuggling('Transfer-Encoding: chunked', 'Content-Length: 5'), bad],
  ['chunks that are not last', smuggling('Transfer-Encoding: chunked, identity'), bad],
  ['no chunks', smuggling('Transfer-Encoding: xchunked'), bad],
  ['chunks twice', smuggling('Transfer-Encoding: chunked', 'Transfer-Encoding: chunked', 'Content-Length: 3'), bad],
  ['a space before the colon', smuggling('Transfer-Encoding : chunked'), bad],
  ['a folded header', smuggling('X: a\r\n Transfer-Encoding: chunked', 'Content-Length: 5'), bad],
  ['a line feed alone', Buffer.from(`POST /v1/transfers HTTP/1.1\nHost: a\nContent-Length: 5\n\n0\r\n\r\n${inside}`), bad],
  ['a carriage return alone', Buffer.from('GET /livez HTTP/1.1\r\nHost: a\rX: b\r\n\r\n'), bad],
  ['a header without a name', request('GET /livez HTTP/1.1', ['Host: localhost', ': b']), bad],
  ['a NUL in a header', request('GET /livez HTTP/1.1', ['Host: localhost', 'X: a\0b']), bad],
  ['a control byte in a name', request('GET /livez HTTP/1.1', ['Host: localhost', 'X\x01: b']), bad],
  ['a NUL in the target', got('/livez\0'), bad],
  ['a byte past ASCII in the target', got('/livez\xff'), [400, 404]],
  ['a space in the target', got('/li vez'), bad],
  ['a chunk without a length', chunked('\r\n{}\r\n0\r\n\r\n'), bad],
  ['a chunk with a bad length', chunked('zz\r\n{}\r\n0\r\n\r\n'), bad],
  ['a chunk longer than it says', chunked('1\r\n{}\r\n0\r\n\r\n'), bad],
  ['a chunk of 2^64', chunked('10000000000000001\r\n{}\r\n0\r\n\r\n'), bad],
  ['a long extension of a chunk', chunked(`2;${'x'.repeat(20_000)}\r\n{}\r\n0\r\n\r\n`), [400, 413, 431]],
  ['a bad trailer', chunked('2\r\n{}\r\n0\r\nX\r\n\r\n'), bad],
  ['a long header', got('/livez', `X: ${'x'.repeat(20_000)}`), [431]],
  ['a long name of a header', got('/livez', `${'x'.repeat(20_000)}: 1`), [431]],
  ['a long target', got(`/${'x'.repeat(20_000)}`), [431]],
  ['many headers', got('/livez', ...headers(200)), [431]],
  ['very many headers', got('/livez', ...headers(5_000)), [431]],
  ['dots in the path', got('/v1/../v1/accounts/a'), bad],
  ['encoded dots', got('/v1/%2e%2e/livez'), bad],
  ['an empty part', got('//livez'), bad],
  ['an encoded slash', got('/v1/accounts/a%2Fb'), bad],
  ['an encoded NUL', got('/v1/accounts/a%00'), bad],
  ['a bad encoding', got('/v1/accounts/%zz'), bad],
  ['half an encoding', got('/v1/accounts/a%'), bad],
  ['an encoding that is not UTF-8', got('/v1/accounts/%ff%fe'), bad],
  ['a bad encoding in the query', got('/v1/accounts?prefix=%zz%ff'), bad],
  ['a whole URL', got('http://localhost/livez'), [200]],
  ['a whole URL with dots', got('http://localhost/v1/../livez'), bad],
  ['a URL of another kind', got('ftp://ledger/livez'), [400, 404]],
  ['a URL with a user', got('http://a:b@ledger/livez'), [200, 400]],
  ['a target that is a star', request('OPTIONS * HTTP/1.1'), [400, 404]],
  ['an empty target', Buffer.from('GET  HTTP/1.1\r\nHost: a\r\n\r\n'), bad],
  ['bytes that are not UTF-8', posted(dry, Buffer.from('7b2261223a22fffe227d', 'hex')), bad],
  ['half a surrogate', posted(dry, withMember('"reference":"\\ud800"')), bad],
  ['an encoded NUL in a string', posted(dry, withMember('"reference":"a\\u0000b"')), [400, 422]],
  ['a broken string', posted(dry, '{"from":"a'), bad],
  ['nothing', posted(dry, ''), bad],
  ['no object', posted(dry, '17'), bad],
  ['a deep array', posted(dry, nested(90_000)), bad],
  ['a deep object', posted(dry, `${'{"a":'.repeat(30_000)}1${'}'.repeat(30_000)}`), bad],
  ['many members', posted(dry, members(10_000)), bad],
  ['__proto__', posted(dry, withMember('"__proto__":{"amount":"5"}')), bad],
  ['constructor', posted(dry, withMember('"constructor":{"prototype":{"x":1}}')), bad],
  ['__proto__ in metadata', posted(dry, withMember('"metadata":{"__proto__":"x","a":"b"}')), [400, 422]],
  ['a guard of __proto__', posted(dry, withMember('"guard":{"__proto__":{"version":1}}')), [400, 422]],
  ['an amount as 1e3', posted(dry, `{"from":"${shut[0]}","to":"${shut[1]}","amount":1e3}`), bad],
  ['an amount that is too long', posted(dry, `{"from":"${shut[0]}","to":"${shut[1]}","amount":"${'9'.repeat(9_000)}"}`), bad],
  ['an account with a NUL', posted(dry, '{"from":"a\\u0000","to":"b","amount":"1"}'), bad],
  ['a body that is too large', posted(dry, Buffer.alloc(200_000, ' ')), [413]],
  ['a length that is too large', request(`POST ${dry} HTTP/1.1`, ['Host: localhost', json, 'Content-Length: 99999999999'], '{'), [413]],
  ['a type that is not JSON', request(`POST ${dry} HTTP/1.1`, ['Host: localhost', 'Content-Type: text/plain', length], transferBody), [415]],
  ['no type', request(`POST ${dry} HTTP/1.1`, ['Host: localhost', length], transferBody), [415]],
  ['a type that begins like JSON', request(`POST ${dry} HTTP/1.1`, ['Host: localhost', 'Content-Type: application/jsonx', length], transferBody), [415]],
  ['a body that is said to be zipped', posted(dry, '\x1f\x8b\x08\0', ['Content-Encoding: gzip']), [400, 415]],
  ['a body in brotli', posted(dry, '\x0b\x02\x80', ['Content-Encoding: br']), [400, 415]],
  ['a key that is too long', posted('/v1/transfers', transferBody, [`Idempotency-Key: ${'k'.repeat(256)}`]), bad],
  ['an empty key', posted('/v1/transfers', transferBody, ['Idempotency-Key:']), bad],
  ['half a quoted key', posted('/v1/transfers', transferBody, ['Idempotency-Key: "abc']), bad],
  ['a key with a byte past ASCII', posted('/v1/transfers', transferBody, ['Idempotency-Key: \xff']), bad],
  ['two keys', posted('/v1/transfers', transferBody, ['Idempotency-Key: a', 'Idempotency-Key: b']), bad],
  ['a key for a stream', request('POST /v1/batches HTTP/1.1', ['Host: localhost', 'Content-Type: application/x-ndjson', 'Content-Length: 3', 'Idempotency-Key: a'], '{}\n'), bad],
  ['lines that are none', request('POST /v1/batches HTTP/1.1', ['Host: localhost', 'Content-Type: application/x-ndjson', 'Content-Length: 10'], '{]\n\xff\n{}\n\n'), [200]],
  ['a bad mode', posted('/v1/batches?dry_run=true', '{"mode":"both","items":[]}'), bad],
  ['no items', posted('/v1/batches?dry_run=true', '{"mode":"atomic","items":[]}'), [400, 422]],
  ['a bad cursor', got('/v1/transfers?cursor=%22'), bad],
  ['a bad limit', got('/v1/transfers?limit=1e9'), bad],
  ['a bad time', got('/v1/transfers?since=yesterday'), bad],
  ['a seq that is none', got('/v1/events?after=-1'), bad],
  ['a minimum that is none', got('/v1/accounts/a', 'Ledger-Min-Seq: x'), bad],
  ['an unknown parameter', got('/v1/accounts/a?x=1'), bad],
  ['the same parameter twice', got('/api/balance?from=a&from=b'), [200, 400]],
  ['a bad token', got('/v1/accounts/a', 'Authorization: Bearer \x7f'), [200, 400, 401]],
  ['a page of another site', posted(dry, transferBody, ['Origin: http://evil.example', 'Sec-Fetch-Site: cross-site']), [403]],
  ['an expectation that is none', posted(dry, transferBody, ['Expect: the-worst']), bad],
  ['an upgrade', got('/livez', 'Connection: Upgrade', 'Upgrade: websocket'), [200, 400]],
  ['an import of nonsense', request('POST /v1/import HTTP/1.1', ['Host: localhost', 'Content-Type: application/x-ndjson', 'Content-Length: 3'], '{}\n'), [400, 409, 412, 422]],
  ['a bad webhook', request('PUT /v1/webhooks/a HTTP/1.1', ['Host: localhost', json, 'Content-Length: 22'], '{"url":"file:///etc/"}'), [400, 422]],
  ['bytes of chance', (random) => Buffer.from(Array.from({ length: wholeNumber(random, 1, 400) }, () => wholeNumber(random, 0, 255)))],
  ['empty lines first', Buffer.concat([Buffer.from('\r\n\r\n\r\n'), got('/livez')]), [200, 400]],
]

/** Where more than one answer is due. */
const pairs: readonly RawRequest[] = [
  {
    name: 'a good one and nonsense',
    pieces: [posted(dry, transferBody), Buffer.from('\0\0\r\n\r\n')],
    most: 2,
    statuses: [200, 201, 422],
  },
  {
    name: 'two good ones',
    pieces: [Buffer.concat([got('/livez'), posted(dry, transferBody)])],
    most: 2,
    statuses: [200],
  },
  {
    name: 'a refused body and a good one',
    pieces: [Buffer.concat([posted(dry, '{]'), got('/livez')])],
    most: 2,
    statuses: bad,
  },
  { name: 'HEAD', pieces: [request('HEAD /livez HTTP/1.1')], most: 1, statuses: [200], isHead: true },
  {
    name: 'HEAD of a stream',
    pieces: [request('HEAD /v1/events HTTP/1.1', ['Host: localhost', 'Accept: text/event-stream'])],
    most: 1,
    statuses: [200],
    isHead: true,
  },
  { name: 'patience', pieces: [posted(dry, transferBody, ['Expect: 100-continue'])], most: 2, statuses: [100] },
]

export const catalogue: readonly ((random: Random) => RawRequest)[] = [
  ...rows.map(([name, bytes, statuses]) => (random: Random): RawRequest => {
    const pieces = [typeof bytes === 'function' ? bytes(random) : bytes]
    return { name, pieces, ...(statuses === undefined ? {} : { statuses, most: 1 }) }
  }),
  ...pairs.map((pair) => () => pair),
]

const share = { catalogue: 0.45, good: 0.1 }

/** The next one: of the catalogue, a good one, or a good one that chance has changed. */
export function draw(random: Random): RawRequest {
  const place = random()
  if (place < share.catalogue) return pick(catalogue, random)(random)
  return place < share.catalogue + share.good ? goodOne(random) : mutated(random)
}
