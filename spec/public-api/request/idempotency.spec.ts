// Which requests are the same, and which keys are.

import { hash } from 'node:crypto'
import { expect } from 'chai'
import type { ProcessTransaction } from '../../../actors/virtual-machine/messages.ts'
import { isProblem } from '../../../src/public-api/answer/problem.ts'
import { canonicalOf, keyIn, keyOf } from '../../../src/public-api/request/idempotency.ts'
import { apiOver, json, posting } from '../doubles.ts'

describe('An Idempotency-Key', () => {
  //  header                             key, or undefined: 400
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['abc', 'abc'],
    ['"abc"', 'abc'],
    ['a b, c', 'a b, c'],
    ['"a\\"b\\\\c"', 'a"b\\c'],
    ['a"b', 'a"b'],
    ['x'.repeat(255), 'x'.repeat(255)],
    [`"${'x'.repeat(255)}"`, 'x'.repeat(255)],
    ['x'.repeat(256), undefined],
    ['', undefined],
    ['""', undefined],
    ['"abc', undefined],
    ['"a"b"', undefined],
    ['"a\\b"', undefined],
    ['é', undefined],
    ['a\tb', undefined],
  ]
  for (const [header, key] of rows) {
    it(`${header.slice(0, 20)} (${header.length}) is ${key === undefined ? 'refused' : 'a key'}`, () => {
      const found = keyIn(header)
      expect(typeof found === 'string' ? found : undefined).to.equal(key)
      if (typeof found !== 'string') {
        expect(isProblem(found) && found).to.deep.equal({
          code: 'invalid_id',
          detail: 'Idempotency-Key holds 1 to 255 printable ASCII characters, bare or in quotes.',
        })
      }
    })
  }

  it('that is not there costs nothing: the content is not made', () => {
    const content = () => {
      throw new Error('made')
    }
    expect(keyOf(new Request('http://localhost/'), 'local', content)).to.deep.equal({})
  })

  it('that is none is a problem, and no key', () => {
    const headers = { 'Idempotency-Key': 'x'.repeat(256) }
    const found = keyOf(new Request('http://localhost/', { headers }), 'p', () => ({
      path: '/',
      query: undefined,
      body: '',
    }))
    expect(isProblem(found) && found.code).to.equal('invalid_id')
  })

  it('goes with a fingerprint of the method, the path, the sorted query and the body', () => {
    const headers = { 'Idempotency-Key': 'k' }
    const fingerprint = (query: URLSearchParams | undefined) => {
      const found = keyOf(new Request('http://localhost/', { headers }), 'p', () => ({ path: '/x', query, body: 'b' }))
      return 'request' in found ? found.request : undefined
    }
    const expected = (query: string) => ({
      principal: 'p',
      key: 'k',
      fingerprint: hash('sha256', `GET\n/x\n${query}\nb`),
    })
    expect(fingerprint(undefined)).to.deep.equal(expected(''))
    expect(fingerprint(new URLSearchParams('b=2&a=1'))).to.deep.equal(expected('a=1&b=2'))
  })
})

describe('The canonical form of a body', () => {
  // biome-ignore format: a table
  const rows: readonly (readonly [string, object, string])[] = [
    ['sorts members',                    { b: 'x', a: true },                       '{"a":true,"b":"x"}'],
    ['tells amounts as text',            { amount: 17 },                            '{"amount":"17"}'],
    ['leaves other numbers',             { expires_in: 60 },                        '{"expires_in":60}'],
    ['looks into lists and objects',     { list: [{ amount: 1 }, 2], in: { amount: 3 } }, '{"in":{"amount":"3"},"list":[{"amount":"1"},2]}'],
    ['does not take a list of amounts for amounts', { amount: [1] },                '{"amount":[1]}'],
    ['knows null',                       { metadata: { k: null } },                 '{"metadata":{"k":null}}'],
  ]
  for (const [what, body, text] of rows) {
    it(what, () => {
      expect(canonicalOf(body)).to.equal(text)
    })
  }

  it('is not made up where there is none', () => {
    expect(() => canonicalOf({ toJSON: () => undefined })).to.throw('a request has no canonical form')
  })
})

describe('The fingerprint of a request', () => {
  it('is the SHA-256 of method, path, query and canonical body', async () => {
    const { request } = await sent(
      '/v1/transfers',
      json('{"to":"b", "amount":17,"from":"a"}', { 'Idempotency-Key': '"k"' }),
    )
    const canonical = '{"amount":"17","from":"a","to":"b"}'
    const fingerprint = hash('sha256', `POST\n/v1/transfers\n\n${canonical}`)
    expect(request).to.deep.equal({ principal: 'local', key: 'k', fingerprint })
  })

  it('adds no defaults and tells the origin’s endpoint from ours', async () => {
    const bodies = [
      ['/v1/transfers', json('{"from":"a","to":"b","amount":"17"}', { 'Idempotency-Key': 'k' })],
      ['/v1/transfers', json('{"from":"a","to":"b","amount":"17","asset":"UNIT"}', { 'Idempotency-Key': 'k' })],
      ['/v1/transfers', json('{"from":"a","to":"b","amount":"17","metadata":{}}', { 'Idempotency-Key': 'k' })],
      ['/v1/transfers', json('{"postings":[{"from":"a","to":"b","amount":"17"}]}', { 'Idempotency-Key': 'k' })],
      ['/v1/transfers', json('{"from":"a","to":"b","amount":"18"}', { 'Idempotency-Key': 'k' })],
      ['/api/transfer?from=a&to=b&amount=17', { method: 'POST', headers: { 'Idempotency-Key': 'k' } }],
      ['/api/transfer?from=a&to=b&amount=18', { method: 'POST', headers: { 'Idempotency-Key': 'k' } }],
    ] as const
    const fingerprints = await Promise.all(
      bodies.map(async ([path, init]) => (await sent(path, init)).request?.fingerprint),
    )
    expect(new Set(fingerprints).size).to.equal(bodies.length)
    expect(fingerprints).to.not.include(undefined)
  })

  it('is the same however members, spaces, escapes and parameters are ordered', async () => {
    const one = await sent(
      '/v1/transfers',
      json('{"from":"a","to":"b","amount":1.0,"amount":17,"metadata":{"b":"é","__proto__":"x"}}', {
        'Idempotency-Key': 'k',
      }),
    )
    const other = await sent(
      '/v1/transfers',
      json(' {"metadata":{"__proto__":"x","b":"\\u00e9"},"to":"b","amount":"17","from":"a"}', {
        'Idempotency-Key': 'k',
      }),
    )
    expect(one.request).to.deep.equal(other.request)
    const without = await sent(
      '/v1/transfers',
      json('{"from":"a","to":"b","amount":17,"metadata":{"b":"é"}}', { 'Idempotency-Key': 'k' }),
    )
    expect(one.request).to.not.deep.equal(without.request)
    const origin = await sent('/api/transfer?from=a&to=b&amount=17', {
      method: 'POST',
      headers: { 'Idempotency-Key': 'k' },
    })
    const turned = await sent('/api/transfer?amount=17&to=b&from=a', {
      method: 'POST',
      headers: { 'Idempotency-Key': 'k' },
    })
    expect(origin.request).to.deep.equal(turned.request)
  })

  it('tells amounts as strings wherever they stand, and how many seconds as a number', async () => {
    const body =
      '{"postings":[{"to":"b","from":"a","amount":17}],"pending":true,"expires_in":60,"guard":{"a":{"posted_gte":-5,"version":4}},"id":"x"}'
    const { command } = await sent('/v1/transfers', json(body))
    const canonical =
      '{"expires_in":60,"guard":{"a":{"posted_gte":"-5","version":4}},"id":"x","pending":true,"postings":[{"amount":"17","from":"a","to":"b"}]}'
    expect(command.content).to.equal(hash('sha256', canonical))
  })

  it('is not made without a key, nor the content without an id', async () => {
    const message = await sent('/v1/transfers', json('{"from":"a","to":"b","amount":"17"}'))
    expect(message).to.not.have.property('request')
    expect(message.command).to.not.have.any.keys('id', 'content')
  })

  it('goes with an id as the hash of the content', async () => {
    const { command } = await sent('/v1/transfers', json('{"from":"a","to":"b","amount":17,"id":"order-1"}'))
    expect(command.id).to.equal('order-1')
    expect(command.content).to.equal(hash('sha256', '{"amount":"17","from":"a","id":"order-1","to":"b"}'))
  })
})

async function sent(path: string, init: RequestInit): Promise<ProcessTransaction & { readonly method: 'Transfer' }> {
  const { app, sent } = apiOver({ process: posting() })
  await app.request(path, init)
  const [message] = sent
  if (message?.type !== 'ProcessTransaction' || message.method !== 'Transfer') throw new Error('nothing was sent')
  return message
}
