// An answer with anything wrong in it is no answer.

import { expect } from 'chai'
import { type Answer, refusalTold, transferMade, WrongAnswer } from '../../stress/checks/answers.ts'

const asked = { from: 'alice', to: 'bob', amount: 17n }
const holding = { pending_in: '0', pending_out: '0', version: 1 }
const body = {
  id: 'tr_1',
  state: 'posted',
  postings: [{ from: 'alice', to: 'bob', amount: '17', asset: 'UNIT' }],
  balances: {
    alice: { UNIT: { posted: '-17', available: '-17', ...holding } },
    bob: { UNIT: { posted: '17', available: '17', ...holding } },
  },
  reference: null,
  metadata: {},
  created_at: '2026-01-02T03:04:05.678Z',
  seq: '1',
}
const headers = {
  'content-type': 'application/json',
  location: '/v1/transfers/tr_1',
  'ledger-seq': '1',
  'request-id': 'req_1',
}

function answer(changedBody: object = {}, changedHeaders: object = {}, status = 201): Answer {
  return { status, headers: { ...headers, ...changedHeaders }, text: JSON.stringify({ ...body, ...changedBody }) }
}

describe('the check of a 201', () => {
  it('reads what it tells', () => {
    const told = transferMade(answer(), asked)
    expect(told.id).to.equal('tr_1')
    expect(told.seq).to.equal(1)
    expect(told.holdings).to.deep.equal(
      new Map([
        ['alice', { posted: -17n, version: 1 }],
        ['bob', { posted: 17n, version: 1 }],
      ]),
    )
  })

  const { alice, bob } = body.balances
  const wrong: readonly (readonly [string, Answer])[] = [
    ['another status', answer({}, {}, 200)],
    ['another media type', answer({}, { 'content-type': 'text/html' })],
    ['another Location', answer({}, { location: '/v1/transfers/tr_2' })],
    ['no Ledger-Seq', answer({}, { 'ledger-seq': undefined })],
    ['a Ledger-Seq behind its own', answer({}, { 'ledger-seq': '0' })],
    ['no Request-Id', answer({}, { 'request-id': undefined })],
    ['no JSON', { ...answer(), text: 'posted' }],
    ['another id', answer({ id: 'tr_2' })],
    ['another state', answer({ state: 'pending' })],
    ['another amount', answer({ postings: [{ ...body.postings[0], amount: '18' }] })],
    ['another receiver', answer({ postings: [{ ...body.postings[0], to: 'eve' }] })],
    ['two postings', answer({ postings: [body.postings[0], body.postings[0]] })],
    ['an account too few', answer({ balances: { alice } })],
    ['an account too many', answer({ balances: { alice, bob, eve: bob } })],
    ['a balance as a number', answer({ balances: { alice, bob: { UNIT: { ...bob.UNIT, posted: 17 } } } })],
    ['another available', answer({ balances: { alice, bob: { UNIT: { ...bob.UNIT, available: '16' } } } })],
    ['something pending', answer({ balances: { alice, bob: { UNIT: { ...bob.UNIT, pending_in: '1' } } } })],
    ['no version', answer({ balances: { alice, bob: { UNIT: { ...bob.UNIT, version: undefined } } } })],
    ['a reference', answer({ reference: 'mine' })],
    ['metadata', answer({ metadata: { mine: 'yes' } })],
    ['no time', answer({ created_at: 'now' })],
    ['a seq as a number', answer({ seq: 1 })],
  ]
  for (const [name, given] of wrong) {
    it(`refuses ${name}`, () => {
      expect(() => transferMade(given, asked)).to.throw(WrongAnswer)
    })
  }

  it('wants the reference and the id that were sent', () => {
    const named = { ...asked, id: 'mine', reference: 'yours' }
    const right = answer({ id: 'mine', reference: 'yours' }, { location: '/v1/transfers/mine' })
    expect(transferMade(right, named).id).to.equal('mine')
    expect(() => transferMade(answer(), named)).to.throw(WrongAnswer)
  })
})

describe('the check of a refusal', () => {
  const problem = { type: 't', title: 't', status: 422, detail: 'd', code: 'account_closed', retryable: false }
  const refusal = (changes: object = {}, status = 422): Answer => ({
    status,
    headers: { ...headers, 'content-type': 'application/problem+json' },
    text: JSON.stringify({ ...problem, request_id: 'req_1', ...changes }),
  })

  it('takes the refusal that is wanted', () => {
    expect(() => refusalTold(refusal(), 'account_closed')).not.to.throw()
  })

  const wrong: readonly (readonly [string, Answer])[] = [
    ['another status', refusal({}, 409)],
    ['another status inside', refusal({ status: 409 })],
    ['another code', refusal({ code: 'limit_exceeded' })],
    ['a retryable one', refusal({ retryable: true })],
    ['another request_id', refusal({ request_id: 'req_2' })],
    ['none in words', refusal({ detail: undefined })],
  ]
  for (const [name, given] of wrong) {
    it(`refuses ${name}`, () => {
      expect(() => refusalTold(given, 'account_closed')).to.throw(WrongAnswer)
    })
  }
})
