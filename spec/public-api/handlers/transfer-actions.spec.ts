// POST /v1/transfers/{id}/post, /void and /reverse.

import { hash } from 'node:crypto'
import { expect } from 'chai'
import sinon from 'sinon'
import type { Refusal } from '../../../actors/contracts/refusal.ts'
import type { ProcessTransaction } from '../../../actors/virtual-machine/messages.ts'
import { renderSettlement, renderTransfer } from '../../../src/public-api/answer/render-v1.ts'
import { problemAnswer } from '../../../src/wire/problem.ts'
import { transferAnswer } from '../../../src/wire/transfer.ts'
import { aFact, anEnd, apiOver, deciding, json, refusing, until } from '../doubles.ts'

const voided = anEnd({ method: 'Void', state: 'voided', postings: [] })
const reversal = aFact({ id: 'tr_43', reverses: 'tr_42' })
const emptyBody = { method: 'POST' }

const actions = [
  ['post', 'Post', anEnd(), 200, renderSettlement(anEnd())],
  ['void', 'Void', voided, 200, renderSettlement(voided)],
  ['reverse', 'Reverse', reversal, 201, renderTransfer(reversal)],
] as const

async function sentBy(path: string, init: RequestInit): Promise<ProcessTransaction> {
  const { app, sent } = apiOver({ process: refusing({ code: 'not_found' }) })
  await app.request(path, init)
  const [message] = sent
  if (message?.type !== 'ProcessTransaction') throw new Error('nothing was sent')
  return message
}

for (const [segment, method, fact, status, body] of actions) {
  describe(`POST /v1/transfers/{id}/${segment}`, () => {
    const path = `/v1/transfers/order-1/${segment}`

    for (const replayed of [false, true]) {
      it(`asks the VirtualMachine and answers ${status}${replayed ? ', replayed' : ''}`, async () => {
        const { app, sent } = apiOver({ process: deciding(fact, replayed) })
        const response = await app.request(path, emptyBody)
        expect([response.status, await response.text()]).to.deep.equal([status, body])
        expect(transferAnswer.safeParse(JSON.parse(body)).error).to.equal(undefined)
        expect(response.headers.get('Ledger-Seq')).to.equal('42')
        expect(response.headers.get('Idempotent-Replayed')).to.equal(replayed ? 'true' : null)
        expect(response.headers.get('Location')).to.equal(status === 201 ? '/v1/transfers/tr_43' : null)
        const { replyTo, ...message } = sent[0] as ProcessTransaction
        expect(message).to.deep.equal({
          type: 'ProcessTransaction',
          method,
          command: { transfer: 'order-1' },
          requestId: 'req_BwcHBwcHBwcH_1',
        })
      })
    }

    it('answers a dry run in full, keeps nothing, and ignores its key', async () => {
      const { app, sent } = apiOver({ process: deciding(fact) })
      const response = await app.request(`${path}?dry_run=true`, {
        method: 'POST',
        headers: { 'Idempotency-Key': 'k' },
      })
      expect([response.status, await response.text()]).to.deep.equal([
        status,
        `${body.slice(0, -1)},"committed":false}`,
      ])
      expect(response.headers.get('Location')).to.equal(null)
      sinon.assert.match(sent[0], { dryRun: true })
      expect(sent[0]).to.not.have.property('request')
    })

    it('is fingerprinted with its path and the body as sent', async () => {
      const key = { 'Idempotency-Key': 'k' }
      const empty = await sentBy(path, { method: 'POST', headers: key })
      const fingerprint = hash('sha256', `POST\n${path}\n\n`)
      expect(empty.request).to.deep.equal({ principal: 'local', key: 'k', fingerprint })
      const braces = await sentBy(path, json('{}', key))
      expect(braces.request?.fingerprint).to.equal(hash('sha256', `POST\n${path}\n\n{}`))
      const other = await sentBy(`/v1/transfers/order-2/${segment}`, { method: 'POST', headers: key })
      expect(other.request?.fingerprint).to.not.equal(fingerprint)
    })

    const refusals: readonly (readonly [Refusal['code'], number])[] = [
      ['not_found', 404],
      ['transfer_not_pending', 422],
      ['already_posted', 422],
      ['already_reversed', 422],
      ['idempotency_key_reused', 422],
    ]
    for (const [code, refusedWith] of refusals) {
      it(`answers ${refusedWith} ${code}, kept or not`, async () => {
        const now = await apiOver({ process: refusing({ code }) }).app.request(path, emptyBody)
        const refusal = { code, request_id: 'req_first' }
        const kept = { ...fact, state: 'refused', balances: [], refusal } as const
        const again = await apiOver({ process: deciding(kept, true) }).app.request(path, emptyBody)
        expect([now.status, again.status]).to.deep.equal([refusedWith, refusedWith])
        expect(problemAnswer.parse(await now.json())).to.include({ code, request_id: 'req_BwcHBwcHBwcH_1' })
        expect(problemAnswer.parse(await again.json())).to.include({ code, request_id: 'req_first' })
        expect(again.headers.get('Idempotent-Replayed')).to.equal('true')
      })
    }

    it('says where to look when there was no answer in time', async () => {
      const { app, sent, schedule } = apiOver({})
      const answer = app.request(path, emptyBody)
      await until(() => sent.length > 0)
      for (let sweep = 0; sweep < 11; sweep++) schedule.lastCall.args[0]()
      const problem = problemAnswer.parse(await (await answer).json())
      expect(problem).to.include({ code: 'outcome_unknown', retryable: true })
      expect(problem.detail).to.include('GET /v1/transfers/order-1 tells')
    })

    //  body, media type, what is told
    const faults = [
      ['[]', 'application/json', 400, 'invalid_json'],
      ['{', 'application/json', 400, 'invalid_json'],
      ['{"x":1}', 'application/json', 400, 'unknown_field'],
      ['{}', 'text/plain', 415, 'unsupported_media_type'],
      [' '.repeat(196_609), 'application/json', 413, 'payload_too_large'],
    ] as const
    for (const [text, type, told, code] of faults) {
      it(`answers ${told} ${code} to ${text.slice(0, 10)} of ${type}`, async () => {
        const { app, sent } = apiOver({ process: deciding(fact) })
        const response = await app.request(path, json(text, { 'Content-Type': type }))
        expect([response.status, problemAnswer.parse(await response.json()).code]).to.deep.equal([told, code])
        expect(sent).to.deep.equal([])
      })
    }

    for (const place of [`/v1/transfers/a%2Fb/${segment}`, `${path}?dry_run=1`, `${path}?x=1`]) {
      it(`asks nobody for ${place}`, async () => {
        const { app, sent } = apiOver({ process: deciding(fact) })
        expect((await app.request(place, emptyBody)).status).to.equal(400)
        expect(sent).to.deep.equal([])
      })
    }
  })
}

describe('The body of a post', () => {
  //  amount in the source               bigint, or undefined: 400 invalid_amount
  const rows = [
    ['"5"', 5n],
    ['5', 5n],
    ['5.0', undefined],
    ['0', undefined],
    ['"-5"', undefined],
    ['null', undefined],
  ] as const
  for (const [source, amount] of rows) {
    it(`${source} is ${amount ?? 'refused'}`, async () => {
      const { app, sent } = apiOver({ process: deciding(anEnd()) })
      const response = await app.request('/v1/transfers/tr_42/post', json(`{"amount":${source}}`))
      expect(response.status).to.equal(amount === undefined ? 400 : 200)
      if (amount !== undefined) return sinon.assert.match(sent[0], { command: { transfer: 'tr_42', amount } })
      expect(problemAnswer.parse(await response.json()).code).to.equal('invalid_amount')
      return expect(sent).to.deep.equal([])
    })
  }
})

describe('The body of a reversal', () => {
  it('names it, and tells which transfer it is of', async () => {
    const body = json('{"id":"back-1","reference":"r","metadata":{"k":"v"}}')
    const { command } = await sentBy('/v1/transfers/order-1/reverse', body)
    const canonical = '{"id":"back-1","metadata":{"k":"v"},"reference":"r","reverses":"order-1"}'
    const content = hash('sha256', canonical)
    expect(command).to.deep.equal({ transfer: 'order-1', id: 'back-1', content, reference: 'r', metadata: { k: 'v' } })
  })

  for (const [body, code] of [
    ['{"id":"tr_1"}', 'invalid_id'],
    ['{"metadata":{"k":1}}', 'invalid_json'],
    ['{"amount":"1"}', 'unknown_field'],
  ] as const) {
    it(`answers 400 ${code} to ${body}`, async () => {
      const { app } = apiOver({ process: deciding(reversal) })
      const response = await app.request('/v1/transfers/tr_42/reverse', json(body))
      expect([response.status, problemAnswer.parse(await response.json()).code]).to.deep.equal([400, code])
    })
  }
})
