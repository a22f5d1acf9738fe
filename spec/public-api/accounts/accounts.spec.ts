// GET /v1/accounts, GET /v1/balances:sum, and Ledger-Min-Seq on reads of what is now.

import { expect } from 'chai'
import { accountAnswer, assetSum } from '../../../src/wire/account.ts'
import { json } from '../doubles.ts'
import { aSmallLedger } from '../history/small-ledger.ts'

/** Five accounts, one of them in two assets, one with a hold, two with metadata. */
async function filled() {
  const ledger = await aSmallLedger()
  const { app, post } = ledger
  const set = (id: string, body: object) =>
    app.request(`/v1/accounts/${id}`, { ...json(JSON.stringify(body)), method: 'PUT' })
  await post('/v1/transfers', { from: 'bank', to: 'users:1', amount: '10' })
  await post('/v1/transfers', { from: 'bank', to: 'users:2', amount: '20' })
  await post('/v1/transfers', { from: 'bank', to: 'users:2', amount: '7', asset: 'USD/2' })
  await post('/v1/transfers', { from: 'users:1', to: 'shop', amount: '4', pending: true })
  await set('users:1', { min_balance: '0', metadata: { tier: 'gold', since: '2024' } })
  await set('users:9', { closed: true, metadata: { tier: 'gold' } })
  return ledger
}

const all = ['bank UNIT', 'bank USD/2', 'shop UNIT', 'users:1 UNIT', 'users:2 UNIT', 'users:2 USD/2', 'users:9 UNIT']

describe('GET /v1/accounts', () => {
  const lists = [
    ['', all],
    ['order=desc', all.toReversed()],
    ['prefix=users:', all.slice(3)],
    ['prefix=users:2&asset=USD/2', ['users:2 USD/2']],
    ['asset=USD/2', ['bank USD/2', 'users:2 USD/2']],
    ['metadata.tier=gold', ['users:1 UNIT', 'users:9 UNIT']],
    ['metadata.tier=gold&metadata.since=2024', ['users:1 UNIT']],
    ['metadata.tier=gold&prefix=users:9', ['users:9 UNIT']],
    ['metadata.tier=silver', []],
    ['prefix=nobody', []],
  ] as const
  for (const [query, items] of lists) {
    it(`lists ${items.length} with '${query}', page by page, too`, async () => {
      const { get } = await filled()
      const names = (data: readonly Readonly<Record<string, unknown>>[]) =>
        data.map(({ id, asset }) => `${id} ${asset}`)
      const { status, seq, body } = await get(`/v1/accounts?${query}`)
      expect([status, seq, body.next_cursor]).to.deep.equal([200, '6', null])
      expect(names(body.data)).to.deep.equal(items)
      const told: string[] = []
      let cursor = ''
      while (true) {
        const page = await get(`/v1/accounts?${query}&limit=1${cursor}`)
        told.push(...names(page.body.data))
        if (page.body.next_cursor === null) break
        cursor = `&cursor=${page.body.next_cursor}`
      }
      expect(told).to.deep.equal(items)
    })
  }

  it('tells each account as GET /v1/accounts/{id} does', async () => {
    const { get } = await filled()
    for (const item of (await get('/v1/accounts')).body.data) {
      expect(item).to.deep.equal((await get(`/v1/accounts/${item.id}?asset=${item.asset}`)).body)
      expect(accountAnswer.safeParse(item).error).to.equal(undefined)
    }
  })

  it('goes on from a cursor while accounts are added', async () => {
    const { get, post } = await filled()
    const first = (await get('/v1/accounts?limit=3')).body
    await post('/v1/transfers', { from: 'aaa', to: 'users:11', amount: '1' })
    const rest = (await get(`/v1/accounts?cursor=${first.next_cursor}`)).body.data
    expect(rest.map(({ id }) => id)).to.deep.equal(['users:1', 'users:11', 'users:2', 'users:2', 'users:9'])
  })

  const cursorOf = (text: string) => `cursor=${Buffer.from(text).toString('base64url')}`
  const refused = [
    ['prefix=a%20b', 'invalid_id'],
    ['asset=usd', 'invalid_id'],
    ['limit=0', 'malformed_request'],
    ['order=up', 'malformed_request'],
    ['cursor=abc', 'malformed_request'],
    [cursorOf('accounts/desc/a/UNIT'), 'malformed_request'],
    [cursorOf('accounts/asc/a b/UNIT'), 'malformed_request'],
    [cursorOf('accounts/asc/a/unit'), 'malformed_request'],
    [`prefix=b&${cursorOf('accounts/asc/a/UNIT')}`, 'malformed_request'],
    ['account=a', 'unknown_field'],
  ] as const
  for (const [query, code] of refused) {
    it(`refuses ${query} as ${code}`, async () => {
      const { status, body } = await (await aSmallLedger()).get(`/v1/accounts?${query}`)
      expect([status, body.code]).to.deep.equal([400, code])
    })
  }

  it('says how far the lists are when they do not get there in time, or were found damaged', async () => {
    const { archive, get, passDeadlines } = await filled()
    const never = get('/v1/accounts', { 'Ledger-Min-Seq': '9' })
    await new Promise(setImmediate)
    passDeadlines()
    const { status, body } = await never
    expect([status, body.code]).to.deep.equal([503, 'not_ready'])
    expect(body.detail).to.match(/up to seq 6 of 9/)
    archive.accounts.sum = async () => ({ seq: 0, sums: [] })
    expect((await get('/v1/balances:sum')).status).to.equal(503)
  })
})

describe('GET /v1/balances:sum', () => {
  const row = (asset: string, accounts: number, posted: string, pending_in: string, pending_out: string) => {
    return { asset, accounts, posted, pending_in, pending_out, available: `${BigInt(posted) - BigInt(pending_out)}` }
  }
  const sums = [
    ['', [row('UNIT', 5, '0', '4', '4'), row('USD/2', 2, '0', '0', '0')]],
    ['?prefix=users:', [row('UNIT', 3, '30', '0', '4'), row('USD/2', 1, '7', '0', '0')]],
    ['?prefix=users:&asset=USD/2', [row('USD/2', 1, '7', '0', '0')]],
    ['?prefix=nobody', []],
  ] as const
  for (const [query, data] of sums) {
    it(`tells ${data.length} sums with '${query}'`, async () => {
      const { status, seq, body } = await (await filled()).get(`/v1/balances:sum${query}`)
      expect([status, seq]).to.deep.equal([200, '6'])
      expect(body).to.deep.equal({ data })
      for (const sum of body.data) expect(assetSum.safeParse(sum).error).to.equal(undefined)
    })
  }

  it('refuses what it does not know', async () => {
    const { get } = await aSmallLedger()
    for (const query of ['metadata.k=v', 'limit=1', 'prefix=%2F']) {
      expect((await get(`/v1/balances:sum?${query}`)).status, query).to.equal(400)
    }
  })
})

describe('Ledger-Min-Seq on reads of what is now', () => {
  for (const path of ['/v1/accounts/a', '/v1/accounts/a/balance', '/v1/transfers/tr_2', '/v1/journal/head']) {
    it(`is waited for by ${path}`, async () => {
      const { get, move, passDeadlines } = await aSmallLedger()
      await move(1)
      const answer = get(path, { 'Ledger-Min-Seq': '2' })
      await new Promise(setImmediate)
      await move(2)
      const { status, seq } = await answer
      expect([status, seq]).to.deep.equal([200, '2'])
      expect((await get(path, { 'Ledger-Min-Seq': '1' })).status).to.equal(200)
      expect((await get(path, { 'Ledger-Min-Seq': 'x' })).status).to.equal(400)
      const never = get(path, { 'Ledger-Min-Seq': '3' })
      await new Promise(setImmediate)
      passDeadlines()
      const late = await never
      expect([late.status, late.body.code]).to.deep.equal([503, 'not_ready'])
    })
  }
})
