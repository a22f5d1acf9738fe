// The body of POST /v1/transfers before it is parsed: media type, length, encoding.

import { expect } from 'chai'
import { problemAnswer } from '../../../src/wire/problem.ts'
import { apiOver, aTransfer, json, posting } from '../doubles.ts'

describe('The body of a transfer', () => {
  const invalidUtf8 = new Uint8Array([...Buffer.from('{"from":"a'), 0xff, ...Buffer.from('","to":"b","amount":"1"}')])
  const limit = 196_608
  const padded = (length: number) => aTransfer.padEnd(length)
  const chunks = (count: number) =>
    new ReadableStream({
      pull(controller) {
        if (count-- === 0) controller.close()
        else controller.enqueue(new Uint8Array(65_536).fill(32))
      },
    })
  const type = { 'Content-Type': 'application/json' }
  const forms = [
    ['no media type', { method: 'POST', body: new Uint8Array(2) }, 415, 'unsupported_media_type'],
    [
      'text',
      { method: 'POST', body: aTransfer, headers: { 'Content-Type': 'text/plain' } },
      415,
      'unsupported_media_type',
    ],
    ['JSON of lines', json(aTransfer, { 'Content-Type': 'application/jsonl' }), 415, 'unsupported_media_type'],
    ['text that is too long', { method: 'POST', body: padded(limit + 1) }, 415, 'unsupported_media_type'],
    ['too long a body', json(padded(limit + 1)), 413, 'payload_too_large'],
    ['too long a body, told before', json('{', { 'Content-Length': String(limit + 1) }), 413, 'payload_too_large'],
    [
      'an endless body',
      () => ({ method: 'POST', body: chunks(Number.POSITIVE_INFINITY), headers: type, duplex: 'half' }),
      413,
      'payload_too_large',
    ],
    ['the longest body', json(padded(limit)), 201, undefined],
    ['JSON with a charset', json(aTransfer, { 'Content-Type': 'Application/JSON; charset=utf-8' }), 201, undefined],
    ['no JSON', json('{'), 400, 'invalid_json'],
    ['no UTF-8', { method: 'POST', body: invalidUtf8, headers: type }, 400, 'invalid_json'],
    ['no body', { method: 'POST', headers: type }, 400, 'invalid_json'],
    ['a bad key', json(aTransfer, { 'Idempotency-Key': 'x'.repeat(256) }), 400, 'invalid_id'],
    ['a bad key and a bad amount', json('{}', { 'Idempotency-Key': '""' }), 400, 'missing_field'],
  ] as const
  for (const [name, init, status, code] of forms) {
    it(`answers ${status} ${code ?? ''} to ${name}`, async () => {
      const { app, sent } = apiOver({ process: posting() })
      const response = await app.request('/v1/transfers', (typeof init === 'function' ? init() : init) as RequestInit)
      expect(response.status).to.equal(status)
      expect(sent.length).to.equal(code === undefined ? 1 : 0)
      if (code === undefined) return
      expect(response.headers.get('Content-Type')).to.equal('application/problem+json')
      const problem = problemAnswer.parse(await response.json())
      expect(problem).to.include({ code, status, type: `urn:surety:problem:${code}`, retryable: false })
      expect(problem.request_id).to.equal(response.headers.get('Request-Id'))
    })
  }
})
