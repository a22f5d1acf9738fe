// GET /v1/accounts/{id}/entries.

import { expect } from 'chai'
import sinon from 'sinon'
import { statementLine } from '../../../src/wire/account.ts'
import { apiOver, holding, until } from '../doubles.ts'
import { aSmallLedger } from './small-ledger.ts'

const path = '/v1/accounts/a/entries'

const fails = () => Promise.reject(new Error('this was not to be read'))
const unread = { statement: fails, postedAsOf: fails, transfersOf: fails, transfers: fails, seqs: fails }

describe('GET /v1/accounts/{id}/entries', () => {
  it('tells what moved, the newest first, with the running balance', async () => {
    const { get, post, move } = await aSmallLedger()
    await move(5)
    await post('/v1/transfers', { from: 'c', to: 'a', amount: 7, id: 'mine' })
    const { status, seq, body } = await get(path)
    expect([status, seq]).to.deep.equal([200, '2'])
    expect(body).to.deep.equal({
      data: [
        {
          seq: '2',
          posting: 0,
          transfer: 'mine',
          time: '2024-01-01T00:00:01.000Z',
          amount: '7',
          posted: '2',
          counterparty: 'c',
        },
        {
          seq: '1',
          posting: 0,
          transfer: 'tr_1',
          time: '2024-01-01T00:00:00.000Z',
          amount: '-5',
          posted: '-5',
          counterparty: 'b',
        },
      ],
      next_cursor: null,
    })
    for (const line of body.data) expect(statementLine.safeParse(line).error).to.equal(undefined)
  })

  it('keeps the statements of two assets apart, and tells nothing of what moved nothing', async () => {
    const { get, post } = await aSmallLedger()
    await post('/v1/transfers', { from: 'a', to: 'b', amount: 5, asset: 'EUR/2' })
    await post('/v1/transfers', { from: 'a', to: 'b', amount: 5, pending: true })
    await post('/v1/transfers', { from: 'a', to: 'a', amount: 5 })
    expect((await get(path)).body.data).to.deep.equal([])
    expect((await get(`${path}?asset=EUR/2`)).body.data.length).to.equal(1)
    await post('/v1/transfers/tr_2/post', { amount: 3 })
    expect((await get(path)).body.data).to.deep.include.members([
      {
        seq: '4',
        posting: 0,
        transfer: 'tr_2',
        time: '2024-01-01T00:00:00.000Z',
        amount: '-3',
        posted: '-3',
        counterparty: 'b',
      },
    ])
  })

  for (const [order, expected] of [
    ['desc', ['7', '6', '5', '4', '3', '2', '1']],
    ['asc', ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12', '13']],
  ] as const) {
    it(`goes on from a cursor without gap or repeat while entries are added, ${order}`, async () => {
      const { get, move } = await aSmallLedger()
      await move(1, 1, 1, 1, 1, 1, 1)
      const seqs: unknown[] = []
      let cursor: string | null = ''
      while (cursor !== null) {
        const { body } = await get(`${path}?limit=3&order=${order}${cursor === '' ? '' : `&cursor=${cursor}`}`)
        seqs.push(...body.data.map(({ seq }) => seq))
        cursor = body.next_cursor
        if (seqs.length <= 6) await move(1, 1, 1)
      }
      expect(seqs).to.deep.equal(expected)
    })
  }

  it('waits for Ledger-Min-Seq', async () => {
    const { get, move } = await aSmallLedger()
    let told: unknown
    void get(path, { 'Ledger-Min-Seq': '2' }).then((answer) => {
      told = answer.body.data.length
    })
    await move(1)
    expect(told).to.equal(undefined)
    await move(1)
    await until(() => told !== undefined)
    expect(told).to.equal(2)
  })

  it('gives up waiting, and then keeps nobody in mind', async () => {
    const { get, passDeadlines } = await aSmallLedger()
    const answer = get(path, { 'Ledger-Min-Seq': '2' })
    await new Promise(setImmediate)
    passDeadlines()
    const { status, body } = await answer
    expect([status, body.code]).to.deep.equal([503, 'not_ready'])
  })

  it('shows nothing before the archive holds all that the ledger knows of the account', async () => {
    const state = { last: [42, 0], count: 1 } as const
    const history = {
      ...unread,
      committed: () => 41,
      onceCommitted: sinon.fake((_seq: number, _told: () => void) => () => {}),
    }
    const { app, schedule } = apiOver({ call: holding(state) }, { history })
    const answer = app.request(path)
    await until(() => history.onceCommitted.called)
    sinon.assert.calledOnceWithExactly(history.onceCommitted, 42, sinon.match.func)
    for (let sweep = 0; sweep < schedule.callCount; sweep++) schedule.getCall(sweep).args[0]()
    expect((await answer).status).to.equal(503)
  })

  it('is 503 where no history is kept', async () => {
    expect((await apiOver({ call: holding() }).app.request(path)).status).to.equal(503)
  })

  const refused = [
    ['limit=0', 'malformed_request'],
    ['limit=1001', 'malformed_request'],
    ['limit=1e2', 'malformed_request'],
    ['order=newest', 'malformed_request'],
    ['cursor=', 'malformed_request'],
    ['cursor=!', 'malformed_request'],
    [`cursor=${Buffer.from('entries/asc/3').toString('base64url')}`, 'malformed_request'],
    [`cursor=${Buffer.from('transfers/desc/3').toString('base64url')}`, 'malformed_request'],
    [`cursor=${Buffer.from('entries/desc/0').toString('base64url')}`, 'malformed_request'],
    [`cursor=${Buffer.from('entries/desc/9999999999999999').toString('base64url')}`, 'malformed_request'],
    ['asset=usd', 'invalid_id'],
    ['as_of_seq=1', 'unknown_field'],
  ] as const
  for (const [query, code] of refused) {
    it(`refuses ${query} as ${code}`, async () => {
      const { status, body } = await (await aSmallLedger()).get(`${path}?${query}`)
      expect([status, body.code]).to.deep.equal([400, code])
    })
  }

  it('refuses a Ledger-Min-Seq that is no seq', async () => {
    for (const text of ['x', '-1', '01', '1.5', '9999999999999999']) {
      const { status } = await (await aSmallLedger()).get(path, { 'Ledger-Min-Seq': text })
      expect(status, text).to.equal(400)
    }
  })
})
