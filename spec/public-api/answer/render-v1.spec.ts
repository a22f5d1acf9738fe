// Renderer 1 is frozen: these bytes are what clients were answered, and are answered again.

import { expect } from 'chai'
import { type RefusalCode, refusalCodes } from '../../../actors/contracts/refusal.ts'
import type { SettingsFact } from '../../../actors/contracts/settings.ts'
import type { SettlementFact, TransferFact } from '../../../actors/contracts/transfer.ts'
import {
  refusalProblem,
  renderOrigin,
  renderRefusal,
  renderSettings,
  renderSettlement,
  renderTransfer,
} from '../../../src/public-api/answer/render-v1.ts'
import { problemAnswer } from '../../../src/wire/problem.ts'
import { transferAnswer } from '../../../src/wire/transfer.ts'
import { aFact, anEnd, aSetting, balanceAfter, pendingFact } from '../doubles.ts'

const balanceOf = (posted: string) =>
  `{"posted":"${posted}","pending_in":"0","pending_out":"0","available":"${posted}","version":1}`

const both = [
  { from: 'a', to: 'b', amount: '5', asset: 'UNIT' },
  { from: 'b', to: 'a', amount: '6', asset: 'EUR' },
]

const user1AndUser2 = '"postings":[{"from":"user1","to":"user2","amount":"17","asset":"UNIT"}]'
const afterwards = `"balances":{"user1":{"UNIT":${balanceOf('-17')}},"user2":{"UNIT":${balanceOf('17')}}}`
const times = '"created_at":"2023-11-14T22:13:20.123Z","expires_at":"2023-11-14T22:14:20.123Z"'
const part = [{ from: 'user1', to: 'user2', amount: '5', asset: 'UNIT' }]
const { hold } = anEnd()
if (hold === undefined) throw new Error('the double tells no hold')
const { expires_at, ...holdOfSeveral } = { ...hold, postings: both, effective_at: '2024-01-01T00:00:00Z' }

const ends: readonly (readonly [string, SettlementFact, string])[] = [
  [
    'a hold that was posted',
    anEnd(),
    `{"id":"tr_42","state":"posted",${user1AndUser2},${afterwards},"reference":"r","metadata":{},${times},"seq":"42","posted_amount":"17","updated_seq":"43"}`,
  ],
  [
    'a hold that was posted in part',
    anEnd({ postings: part, balances: [] }),
    `{"id":"tr_42","state":"posted",${user1AndUser2},"balances":{},"reference":"r","metadata":{},${times},"seq":"42","posted_amount":"5","updated_seq":"43"}`,
  ],
  [
    'a hold that was voided',
    anEnd({ method: 'Void', state: 'voided', postings: [], balances: [] }),
    `{"id":"tr_42","state":"voided",${user1AndUser2},"balances":{},"reference":"r","metadata":{},${times},"seq":"42","posted_amount":"0","updated_seq":"43"}`,
  ],
  [
    'a hold that expired',
    anEnd({ method: 'Expire', state: 'expired', postings: [], balances: [] }),
    `{"id":"tr_42","state":"expired",${user1AndUser2},"balances":{},"reference":"r","metadata":{},${times},"seq":"42","posted_amount":"0","updated_seq":"43"}`,
  ],
  [
    'a hold of several postings',
    anEnd({ postings: both, balances: [], hold: holdOfSeveral }),
    '{"id":"tr_42","state":"posted","postings":[{"from":"a","to":"b","amount":"5","asset":"UNIT"},{"from":"b","to":"a","amount":"6","asset":"EUR"}],"balances":{},"reference":"r","metadata":{},"effective_at":"2024-01-01T00:00:00Z","created_at":"2023-11-14T22:13:20.123Z","seq":"42","updated_seq":"43"}',
  ],
]

const golden: readonly (readonly [string, TransferFact, string])[] = [
  [
    'a transfer',
    aFact(),
    `{"id":"tr_42","state":"posted","postings":[{"from":"user1","to":"user2","amount":"17","asset":"UNIT"}],"balances":{"user1":{"UNIT":${balanceOf('-17')}},"user2":{"UNIT":${balanceOf('17')}}},"reference":null,"metadata":{},"created_at":"2023-11-14T22:13:20.123Z","seq":"42"}`,
  ],
  [
    'a transfer with everything',
    aFact({
      id: 'order:1@x',
      ids: ['transfer/order:1@x'],
      postings: [{ from: '2', to: '1', amount: '5', asset: 'USD/2' }],
      balances: [
        { ...balanceAfter('2', '-5', 'USD/2'), pending_out: '7', version: 3 },
        balanceAfter('1', '5', 'USD/2'),
      ],
      reference: 'a "quoted" \n line',
      metadata: { b: 'ü', '10': 'ten', a: '\u2028', '9': 'nine' },
    }),
    `{"id":"order:1@x","state":"posted","postings":[{"from":"2","to":"1","amount":"5","asset":"USD/2"}],"balances":{"2":{"USD/2":{"posted":"-5","pending_in":"0","pending_out":"7","available":"-12","version":3}},"1":{"USD/2":${balanceOf('5')}}},"reference":"a \\"quoted\\" \\n line","metadata":{"10":"ten","9":"nine","a":"\u2028","b":"ü"},"created_at":"2023-11-14T22:13:20.123Z","seq":"42"}`,
  ],
  [
    'a transfer to itself',
    aFact({ postings: [{ from: 'a', to: 'a', amount: '5', asset: 'UNIT' }], balances: [balanceAfter('a', '9')] }),
    `{"id":"tr_42","state":"posted","postings":[{"from":"a","to":"a","amount":"5","asset":"UNIT"}],"balances":{"a":{"UNIT":${balanceOf('9')}}},"reference":null,"metadata":{},"created_at":"2023-11-14T22:13:20.123Z","seq":"42"}`,
  ],
  [
    'a refused transfer',
    aFact({
      state: 'refused',
      balances: [],
      refusal: { code: 'insufficient_funds', account: 'user1', request_id: 'req_1' },
    }),
    '{"id":"tr_42","state":"refused","code":"insufficient_funds","postings":[{"from":"user1","to":"user2","amount":"17","asset":"UNIT"}],"balances":{},"reference":null,"metadata":{},"created_at":"2023-11-14T22:13:20.123Z","seq":"42"}',
  ],
  [
    'a hold without end',
    aFact({ state: 'pending', postings: both, balances: [] }),
    '{"id":"tr_42","state":"pending","postings":[{"from":"a","to":"b","amount":"5","asset":"UNIT"},{"from":"b","to":"a","amount":"6","asset":"EUR"}],"balances":{},"reference":null,"metadata":{},"created_at":"2023-11-14T22:13:20.123Z","seq":"42"}',
  ],
  [
    'a hold with everything',
    { ...pendingFact, metadata: { k: 'v' }, effective_at: '2024-01-01T00:00:00+01:00' },
    '{"id":"tr_42","state":"pending","postings":[{"from":"user1","to":"user2","amount":"17","asset":"UNIT"}],"balances":{"user1":{"UNIT":{"posted":"0","pending_in":"0","pending_out":"17","available":"-17","version":1}},"user2":{"UNIT":{"posted":"0","pending_in":"17","pending_out":"0","available":"0","version":1}}},"reference":"r","metadata":{"k":"v"},"effective_at":"2024-01-01T00:00:00+01:00","created_at":"2023-11-14T22:13:20.123Z","expires_at":"2023-11-14T22:14:20.123Z","seq":"42"}',
  ],
  [
    'a reversal',
    aFact({ id: 'tr_43', seq: 43, balances: [], reverses: 'tr_42' }),
    '{"id":"tr_43","state":"posted","postings":[{"from":"user1","to":"user2","amount":"17","asset":"UNIT"}],"balances":{},"reference":null,"metadata":{},"reverses":"tr_42","created_at":"2023-11-14T22:13:20.123Z","seq":"43"}',
  ],
]

//  code                                title and detail
const refusals: Readonly<Record<RefusalCode, readonly [string, string]>> = {
  idempotency_key_reused: [
    'The idempotency key was used for another request',
    'This Idempotency-Key came before with another request. Nothing was moved.',
  ],
  id_exists_with_different_content: [
    'The id was used for another transfer',
    'This id came before with another content. Nothing was moved.',
  ],
  not_found: ['Not found', 'There is no such transfer.'],
  precondition_failed: [
    'It is not as If-Match wants it',
    'The account has another revision than If-Match names. Read it again.',
  ],
  transfer_not_pending: ['The transfer is not pending', 'Only a pending transfer can be posted or voided.'],
  transfer_not_posted: ['The transfer is not posted', 'Only what was posted can be reversed.'],
  already_posted: ['The transfer was posted already', 'A pending transfer is posted once.'],
  already_voided: ['The transfer was voided already', 'The pending transfer was voided before.'],
  already_reversed: ['The transfer was reversed already', 'A transfer is reversed once, and a reversal never.'],
  expired: ['The transfer has expired', 'The pending transfer has expired.'],
  post_exceeds_pending: ['More than is pending', 'Post at most what is pending; of several postings all or nothing.'],
  guard_failed: ['The guard was not met', 'The account is not as the guard wants it. Nothing was moved.'],
  account_closed: ['The account is closed', 'A closed account takes part in no transfer.'],
  balance_overflow: ['The balance would leave its range', 'No balance leaves the range of 2^127 - 1 to either side.'],
  insufficient_funds: ['Insufficient funds', 'The available balance less the amount would fall below the minimum.'],
  limit_exceeded: ['The balance would exceed its limit', 'The balance with the amount would rise above the maximum.'],
}

const statuses: Partial<Record<RefusalCode, number>> = { not_found: 404, precondition_failed: 412 }

describe('Renderer 1', () => {
  for (const [name, fact, body] of golden) {
    it(`renders ${name}`, () => expect(renderTransfer(fact)).to.equal(body))

    it(`renders ${name} the same when it comes from the journal, its members in another order`, () => {
      expect(renderTransfer(JSON.parse(JSON.stringify(fact)) as TransferFact)).to.equal(body)
      expect(renderTransfer(turned(fact) as TransferFact)).to.equal(body)
    })

    it(`renders ${name} as the schema says`, () => {
      expect(transferAnswer.safeParse(JSON.parse(body)).error).to.equal(undefined)
    })
  }

  for (const [name, fact, body] of ends) {
    it(`renders ${name}, also as it comes from the journal`, () => {
      expect(renderSettlement(fact)).to.equal(body)
      expect(renderSettlement(turned(fact) as SettlementFact)).to.equal(body)
      expect(transferAnswer.safeParse(JSON.parse(body)).error).to.equal(undefined)
    })
  }

  it('renders by what a transfer was reversed', () => {
    const link = '"metadata":{},"reversed_by":"back-1","created_at"'
    expect(renderTransfer(aFact(), 'back-1')).to.equal(
      renderTransfer(aFact()).replace('"metadata":{},"created_at"', link),
    )
    expect(renderSettlement(anEnd(), 'back-1')).to.equal(
      renderSettlement(anEnd()).replace('"metadata":{},"created_at"', link),
    )
  })

  it('renders settings, also as they come from the journal', () => {
    const body =
      '{"id":"a","asset":"USD/2","balance":{"posted":"5","pending_in":"0","pending_out":"7","available":"-2","version":1},"min_balance":"-5","max_balance":null,"closed":true,"metadata":{"a":"2","b":"1"}}'
    expect(renderSettings(aSetting())).to.equal(body)
    expect(renderSettings(turned(aSetting()) as SettingsFact)).to.equal(body)
  })

  it('makes up nothing that a fact does not tell', () => {
    const { hold: _, ...refusedEnd } = anEnd({ state: 'refused' })
    expect(() => renderSettlement(refusedEnd)).to.throw('tr_42')
    expect(() => renderSettings(aSetting({ balances: [] }))).to.throw('settings of a')
  })

  it('loses no account and no metadata named as what objects have', () => {
    const postings = [{ from: '__proto__', to: 'constructor', amount: '1', asset: 'UNIT' }]
    const metadata = JSON.parse('{"toString":"t","__proto__":"p"}') as Record<string, string>
    const body = renderTransfer(
      aFact({ postings, balances: [balanceAfter('__proto__', '-1'), balanceAfter('constructor', '1')], metadata }),
    )
    expect(body).to.include(
      `"balances":{"__proto__":{"UNIT":${balanceOf('-1')}},"constructor":{"UNIT":${balanceOf('1')}}}`,
    )
    expect(body).to.include('"metadata":{"__proto__":"p","toString":"t"}')
  })

  it('puts the assets of an account together', () => {
    const body = renderTransfer(
      aFact({ balances: [balanceAfter('a', '1', 'X'), balanceAfter('b', '2', 'X'), balanceAfter('a', '3', 'Y')] }),
    )
    expect(body).to.include(`{"a":{"X":${balanceOf('1')},"Y":${balanceOf('3')}},"b":{"X":${balanceOf('2')}}}`)
  })

  it('tells each time as its own', () => {
    const told = [0, 1_700_000_000_123, 0].map((time) => JSON.parse(renderTransfer(aFact({ time }))).created_at)
    expect(told).to.deep.equal(['1970-01-01T00:00:00.000Z', '2023-11-14T22:13:20.123Z', '1970-01-01T00:00:00.000Z'])
  })

  for (const code of refusalCodes) {
    it(`renders the refusal ${code}`, () => {
      const [title, detail] = refusals[code]
      const rest = `"code":"${code}","retryable":false,"request_id":"req_1","errors":[]}`
      const body = `{"type":"urn:surety:problem:${code}","title":"${title}","status":${statuses[code] ?? 422},"detail":"${detail}",${rest}`
      expect(renderRefusal({ code, request_id: 'req_1' })).to.equal(body)
      expect(problemAnswer.safeParse(JSON.parse(body)).error).to.equal(undefined)
    })
  }

  it('says which account stood in the way', () => {
    expect(refusalProblem({ code: 'account_closed', account: 'user1' }).detail).to.match(/ \(account user1\)$/)
  })

  it('answers the origin with the balance of the sender', () => {
    expect(renderOrigin(aFact())).to.equal('-17')
    expect(renderOrigin(aFact({ balances: [balanceAfter('user2', '17'), balanceAfter('user1', '-17')] }))).to.equal(
      '-17',
    )
    expect(renderOrigin(aFact({ state: 'refused', refusal: { code: 'account_closed', request_id: '' } }))).to.equal(
      'error: account_closed',
    )
    expect(() => renderOrigin(aFact({ balances: [] }))).to.throw('tr_42')
  })
})

/** The same, every object's members in the opposite order. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, turned(inner)]),
  )
}
