// PUT and PATCH /v1/accounts/{id}, and the ETag that goes with them.

import { hash } from 'node:crypto'
import { expect } from 'chai'
import sinon from 'sinon'
import type { ProcessTransaction } from '../../../actors/virtual-machine/messages.ts'
import { renderSettings } from '../../../src/public-api/answer/render-v1.ts'
import { accountAnswer } from '../../../src/wire/account.ts'
import { problemAnswer } from '../../../src/wire/problem.ts'
import { apiOver, aSetting, deciding, holding, json, refusing, until } from '../doubles.ts'

type Headers = Record<string, string>
const put = (body: string, headers: Headers = {}) => ({ ...json(body, headers), method: 'PUT' })
const patch = (body: string, headers: Headers = {}) => ({ ...json(body, headers), method: 'PATCH' })

async function sentBy(init: RequestInit): Promise<ProcessTransaction> {
  const { app, sent } = apiOver({ process: deciding(aSetting()) })
  const response = await app.request('/v1/accounts/a', init)
  const [message] = sent
  if (message?.type !== 'ProcessTransaction') throw new Error(`nothing was sent: ${await response.text()}`)
  return message
}

describe('PUT and PATCH /v1/accounts/{id}', () => {
  const everything = '{"asset":"USD/2","min_balance":"-5","max_balance":0,"closed":true,"metadata":{"k":"v"}}'
  const all = { asset: 'USD/2', minimum: -5n, maximum: 0n, closed: true, metadata: { k: 'v' } }
  const unit = { asset: 'UNIT' }
  //  body                                         what is asked for
  const rows: readonly (readonly [string, RequestInit, object])[] = [
    ['everything', put(everything), { replace: true, ...all }],
    ['everything, patched', patch(everything), { replace: false, ...all }],
    ['nothing', put('{}'), { replace: true, ...unit }],
    ['nothing, patched', patch('{}'), { replace: false, ...unit }],
    [
      'no limits',
      put('{"min_balance":null,"max_balance":null}'),
      { replace: true, ...unit, minimum: null, maximum: null },
    ],
    [
      'no limits, patched',
      patch('{"min_balance":null,"max_balance":null}'),
      { replace: false, ...unit, minimum: null, maximum: null },
    ],
    [
      'a member taken out',
      patch('{"metadata":{"a":null,"b":"x"}}'),
      { replace: false, ...unit, metadata: { a: null, b: 'x' } },
    ],
    [
      'a merge patch',
      patch('{"closed":false}', { 'Content-Type': 'application/merge-patch+json' }),
      { replace: false, ...unit, closed: false },
    ],
    ['a revision', put('{}', { 'If-Match': '"3"' }), { replace: true, ...unit, ifMatch: [3] }],
  ]
  for (const [name, init, command] of rows) {
    it(`asks the VirtualMachine for ${name}`, async () => {
      const { replyTo, ...message } = await sentBy(init)
      expect(message).to.deep.equal({
        type: 'ProcessTransaction',
        method: 'SetAccount',
        command: { account: 'a', ...command },
        requestId: 'req_BwcHBwcHBwcH_1',
      })
    })
  }

  for (const replayed of [false, true]) {
    it(`answers the account as it is now, with its ETag${replayed ? ', replayed' : ''}`, async () => {
      const { app } = apiOver({ process: deciding(aSetting(), replayed) })
      const response = await app.request('/v1/accounts/a', put('{}', { 'Idempotency-Key': 'k' }))
      expect(response.status).to.equal(200)
      const body = await response.text()
      expect(body).to.equal(renderSettings(aSetting()))
      expect(accountAnswer.safeParse(JSON.parse(body)).error).to.equal(undefined)
      expect(response.headers.get('ETag')).to.equal('"3"')
      expect(response.headers.get('Ledger-Seq')).to.equal('42')
      expect(response.headers.get('Idempotent-Replayed')).to.equal(replayed ? 'true' : null)
    })
  }

  it('answers a dry run in full, without an ETag that is not there yet', async () => {
    const { app, sent } = apiOver({ process: deciding(aSetting()) })
    const response = await app.request('/v1/accounts/a?dry_run=true', patch('{}', { 'Idempotency-Key': 'k' }))
    const body = await response.text()
    expect(body).to.equal(`${renderSettings(aSetting()).slice(0, -1)},"committed":false}`)
    expect(accountAnswer.safeParse(JSON.parse(body)).error).to.equal(undefined)
    expect(response.headers.get('ETag')).to.equal(null)
    sinon.assert.match(sent[0], { dryRun: true })
    expect(sent[0]).to.not.have.property('request')
  })

  it('answers 412 when the account has another revision', async () => {
    const { app } = apiOver({ process: refusing({ code: 'precondition_failed' }) })
    const response = await app.request('/v1/accounts/a', patch('{}', { 'If-Match': '"2"' }))
    expect(response.status).to.equal(412)
    expect(problemAnswer.parse(await response.json()).code).to.equal('precondition_failed')
  })

  it('is fingerprinted with its method, its path and its amounts as strings', async () => {
    const body = '{"max_balance":7,"min_balance":null}'
    const canonical = '{"max_balance":"7","min_balance":null}'
    const one = await sentBy(put(body, { 'Idempotency-Key': 'k' }))
    expect(one.request?.fingerprint).to.equal(hash('sha256', `PUT\n/v1/accounts/a\n\n${canonical}`))
    const other = await sentBy(patch(body, { 'Idempotency-Key': 'k' }))
    expect(other.request?.fingerprint).to.equal(hash('sha256', `PATCH\n/v1/accounts/a\n\n${canonical}`))
  })

  it('says where to look when there was no answer in time', async () => {
    const { app, sent, schedule } = apiOver({})
    const answer = app.request('/v1/accounts/a', put('{}'))
    await until(() => sent.length > 0)
    for (let sweep = 0; sweep < 11; sweep++) schedule.lastCall.args[0]()
    expect(problemAnswer.parse(await (await answer).json()).detail).to.include('GET /v1/accounts/a tells')
  })

  const largest = 2n ** 127n - 1n
  const limits = [
    [`"${largest}"`, largest],
    [`"-${largest}"`, -largest],
    [`"${largest + 1n}"`, undefined],
    [`"-${largest + 1n}"`, undefined],
    ['"0"', 0n],
    ['-9007199254740991', -9_007_199_254_740_991n],
    ['-9007199254740992', undefined],
    ['"-0"', undefined],
    ['-0', undefined],
    ['0.0', undefined],
    ['1e3', undefined],
    ['"007"', undefined],
    ['"--5"', undefined],
    ['"+5"', undefined],
    ['""', undefined],
    ['true', undefined],
  ] as const
  for (const [source, minimum] of limits) {
    it(`takes ${source} ${minimum === undefined ? 'for no limit' : 'as a limit'}`, async () => {
      if (minimum !== undefined) {
        sinon.assert.match((await sentBy(put(`{"min_balance":${source}}`))).command, { minimum })
        return
      }
      const { app, sent } = apiOver({ process: deciding(aSetting()) })
      const response = await app.request('/v1/accounts/a', put(`{"max_balance":${source}}`))
      expect([response.status, problemAnswer.parse(await response.json()).code]).to.deep.equal([400, 'invalid_amount'])
      expect(sent).to.deep.equal([])
    })
  }

  const faults = [
    ['a', put('{"id":"a"}'), 400, 'unknown_field'],
    ['a', put('{"asset":"usd"}'), 400, 'invalid_id'],
    ['a', put('{"closed":1}'), 400, 'invalid_json'],
    ['a', put('{"metadata":{"a":null}}'), 400, 'invalid_json'],
    ['a', patch('{"metadata":null}'), 400, 'invalid_json'],
    ['a', put(''), 400, 'invalid_json'],
    ['a', put('{}', { 'Idempotency-Key': '""' }), 400, 'invalid_id'],
    ['a', put('{}', { 'If-Match': '3' }), 400, 'malformed_request'],
    ['a', put('{}', { 'Content-Type': 'application/merge-patch+json' }), 415, 'unsupported_media_type'],
    ['a', patch('{}', { 'Content-Type': 'text/plain' }), 415, 'unsupported_media_type'],
    ['a?asset=EUR', put('{}'), 400, 'unknown_field'],
    ['a?dry_run=no', put('{}'), 400, 'unknown_field'],
    ['a%2Fb', put('{}'), 400, 'invalid_id'],
  ] as const
  for (const [path, init, status, code] of faults) {
    it(`answers ${status} ${code} to ${init.method} ${path} ${init.body} ${JSON.stringify(init.headers)}`, async () => {
      const { app, sent } = apiOver({ process: deciding(aSetting()) })
      const response = await app.request(`/v1/accounts/${path}`, init)
      expect([response.status, problemAnswer.parse(await response.json()).code]).to.deep.equal([status, code])
      expect(sent).to.deep.equal([])
    })
  }

  //  If-Match                       the revisions that match
  const seen = [
    ['*', '*'],
    ['"0"', [0]],
    ['"3", "12"', [3, 12]],
    ['W/"3"', []],
    ['W/"3", "4"', [4]],
    ['"03"', []],
    ['""', []],
    ['"somebody else\'s"', undefined],
    ['"3', undefined],
    ['3', undefined],
    ['', undefined],
    ['*, "3"', undefined],
  ] as const
  for (const [header, ifMatch] of seen) {
    it(`If-Match: ${header} is ${JSON.stringify(ifMatch) ?? 'refused'}`, async () => {
      const { app, sent } = apiOver({ process: deciding(aSetting()) })
      const response = await app.request('/v1/accounts/a', patch('{}', { 'If-Match': header }))
      expect(response.status).to.equal(ifMatch === undefined ? 400 : 200)
      const [message] = sent as ProcessTransaction[]
      expect(message === undefined ? undefined : 'ifMatch' in message.command && message.command.ifMatch).to.deep.equal(
        ifMatch,
      )
    })
  }
})

describe('GET /v1/accounts/{id}, after settings', () => {
  it('shows the metadata, in one order, and the ETag', async () => {
    const notes = { revision: 7, metadata: { b: '1', a: '2' } }
    const response = await apiOver({ call: holding({}, notes) }).app.request('/v1/accounts/a')
    expect(response.headers.get('ETag')).to.equal('"7"')
    expect(await response.text()).to.include('"metadata":{"a":"2","b":"1"}')
  })

  it('has the ETag "0" before the first', async () => {
    const response = await apiOver({ call: holding() }).app.request('/v1/accounts/a')
    expect(response.headers.get('ETag')).to.equal('"0"')
  })
})
