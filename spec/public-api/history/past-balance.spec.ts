// GET /v1/accounts/{id}/balance with as_of or as_of_seq.

import { expect } from 'chai'
import { pastBalanceAnswer } from '../../../src/wire/account.ts'
import { aSmallLedger } from './small-ledger.ts'

const path = '/v1/accounts/a/balance'

describe('GET /v1/accounts/{id}/balance of the past', () => {
  const moments = [
    ['as_of_seq=0', '0'],
    ['as_of_seq=1', '-1'],
    ['as_of_seq=3', '-7'],
    ['as_of=2023-12-31T23:59:59Z', '0'],
    ['as_of=2024-01-01T00:00:00Z', '-1'],
    ['as_of=2024-01-01T00:00:01.5Z', '-3'],
    ['as_of=2024-01-01T02:00:01%2B02:00', '-3'],
    ['as_of=2099-01-01T00:00:00Z', '-7'],
    ['as_of_seq=3&asset=EUR/2', '0'],
  ] as const
  for (const [query, posted] of moments) {
    it(`is ${posted} with ${query}`, async () => {
      const { get, move } = await aSmallLedger()
      await move(1, 2, 4)
      const { status, seq, body } = await get(`${path}?${query}`)
      expect([status, seq]).to.deep.equal([200, '3'])
      expect(pastBalanceAnswer.parse(body)).to.deep.equal({ posted })
    })
  }

  it('waits for a seq that is yet to come', async () => {
    const { get, move, passDeadlines } = await aSmallLedger()
    const answer = get(`${path}?as_of_seq=1`)
    await move(1, 2)
    expect((await answer).body).to.deep.equal({ posted: '-1' })
    const never = get(`${path}?as_of_seq=9`)
    await new Promise(setImmediate)
    passDeadlines()
    expect((await never).status).to.equal(503)
  })

  const refused = [
    'as_of_seq=-1',
    'as_of_seq=',
    'as_of_seq=1.5',
    'as_of=yesterday',
    'as_of=2024-02-30T00:00:00Z',
    'as_of=2024-01-01T00:00:00Z&as_of_seq=1',
    'as_of_seq=1&limit=1',
    'as_of_seq=1&asset=usd',
  ]
  for (const query of refused) {
    it(`refuses ${query}`, async () => {
      expect((await (await aSmallLedger()).get(`${path}?${query}`)).status).to.equal(400)
    })
  }
})
