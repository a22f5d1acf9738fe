// GET /v1/transfers.

import { expect } from 'chai'
import { transferAnswer } from '../../../src/wire/transfer.ts'
import { aSmallLedger } from './small-ledger.ts'

/** One of each kind, a second apart: seqs 1 to 11. */
async function filled() {
  const ledger = await aSmallLedger()
  const { post, setClock, app } = ledger
  const hold = { from: 'a', to: 'b', amount: 10, pending: true }
  const steps: (() => unknown)[] = [
    () => post('/v1/transfers', { from: 'a', to: 'b', amount: 1, id: 'posted', reference: 'r' }),
    () => post('/v1/transfers', { ...hold, id: 'open', metadata: { k: 'v' } }),
    () => post('/v1/transfers', { ...hold, id: 'taken', reference: 'r', metadata: { k: 'v', l: 'w' } }),
    () => post('/v1/transfers', { ...hold, id: 'dropped' }),
    () => post('/v1/transfers/taken/post', { amount: 4 }),
    () => post('/v1/transfers/dropped/void'),
    () => post('/v1/transfers/posted/reverse', { id: 'back' }),
    () =>
      post('/v1/transfers', {
        postings: [
          { from: 'b', to: 'c', amount: 1 },
          { from: 'b', to: 'a', amount: 2 },
        ],
        asset: 'EUR/2',
        id: 'two',
      }),
    () =>
      app.request('/v1/accounts/c', {
        method: 'PUT',
        body: '{"min_balance":"0"}',
        headers: { 'Content-Type': 'application/json' },
      }),
    () => post('/v1/transfers', { from: 'c', to: 'a', amount: 9, id: 'refused' }),
    () => post('/v1/transfers', { from: 'a', to: 'c', amount: 1, id: 'last' }),
  ]
  for (const [second, step] of steps.entries()) {
    setClock(second)
    await step()
  }
  return ledger
}

describe('GET /v1/transfers', () => {
  const all = ['last', 'refused', 'two', 'back', 'dropped', 'taken', 'open', 'posted']
  const lists: readonly (readonly [query: string, ids: readonly string[]])[] = [
    ['', all],
    ['?order=asc', all.toReversed()],
    ['?state=posted', ['last', 'two', 'back', 'taken', 'posted']],
    ['?state=pending', ['open']],
    ['?state=voided', ['dropped']],
    ['?state=expired', []],
    ['?state=refused', ['refused']],
    ['?reference=r', ['taken', 'posted']],
    ['?metadata.k=v', ['taken', 'open']],
    ['?metadata.k=v&metadata.l=w', ['taken']],
    ['?metadata.__proto__=v', []],
    ['?asset=EUR/2', ['two']],
    ['?since=2024-01-01T00:00:09Z', ['last', 'refused']],
    ['?until=2024-01-01T00:00:02Z', ['open', 'posted']],
    ['?since=2024-01-01T00:00:01Z&until=2024-01-01T00:00:03Z', ['taken', 'open']],
    ['?account=a', ['last', 'back', 'taken', 'posted']],
    ['?account=a&order=asc', ['posted', 'taken', 'back', 'last']],
    ['?account=a&state=posted', ['last', 'back', 'taken', 'posted']],
    ['?account=a&reference=r', ['taken', 'posted']],
    ['?account=a&metadata.l=w', ['taken']],
    ['?account=a&since=2024-01-01T00:00:04Z', ['last', 'back', 'taken']],
    ['?account=a&until=2024-01-01T00:00:04Z', ['posted']],
    ['?account=b&asset=EUR/2', ['two']],
    ['?account=c&asset=EUR/2', ['two']],
    ['?account=a&state=pending', ['open']],
    ['?account=c&state=pending', []],
    ['?account=c&state=refused', ['refused']],
    ['?account=nobody', []],
  ]
  for (const [query, ids] of lists) {
    it(`tells ${ids.join(', ') || 'none'} with '${query}'`, async () => {
      const { get } = await filled()
      const { status, seq, body } = await get(`/v1/transfers${query}`)
      expect([status, seq, body.next_cursor]).to.deep.equal([200, '11', null])
      expect(body.data.map(({ id }) => id)).to.deep.equal(ids)
      const told: unknown[] = []
      let cursor = ''
      while (true) {
        const page = await get(`/v1/transfers${query}${query === '' ? '?' : '&'}limit=1${cursor}`)
        told.push(...page.body.data.map(({ id }) => id))
        if (page.body.next_cursor === null) break
        cursor = `&cursor=${page.body.next_cursor}`
      }
      expect(told).to.deep.equal(ids)
    })
  }

  it('tells each transfer as it is now, just as GET /v1/transfers/{id} does', async () => {
    const { get } = await filled()
    for (const query of ['', '?account=a', '?state=posted']) {
      for (const transfer of (await get(`/v1/transfers${query}`)).body.data) {
        expect(transfer).to.deep.equal((await get(`/v1/transfers/${transfer.id}`)).body)
        expect(transferAnswer.safeParse(transfer).error).to.equal(undefined)
      }
    }
  })

  it('shows nothing of what comes while it is being answered', async () => {
    const { archive, get, post } = await filled()
    const read = archive.history.transfers.bind(archive.history)
    archive.history.transfers = async (through, query) => {
      await post('/v1/transfers/open/void')
      await post('/v1/transfers/last/reverse')
      return read(through, query)
    }
    const { seq, body } = await get('/v1/transfers')
    expect(seq).to.equal('11')
    expect(body.data.map(({ id }) => id)).to.deep.equal(all)
    expect(body.data.find(({ id }) => id === 'open')).to.include({ state: 'pending' })
    expect(body.data[0]).to.not.have.property('reversed_by')
    expect((await get('/v1/transfers/open')).body.state).to.equal('voided')
  })

  it('goes on from a cursor without gap or repeat while transfers are added', async () => {
    for (const [query, fresh] of [
      ['order=desc', 0],
      ['order=asc', 2],
      ['account=a&order=desc', 0],
      ['account=a&order=asc', 2],
    ] as const) {
      const { get, move } = await filled()
      const before = (await get(`/v1/transfers?${query}`)).body.data.map(({ id }) => id)
      const first = (await get(`/v1/transfers?${query}&limit=2`)).body
      await move(1, 1)
      const rest = (await get(`/v1/transfers?${query}&cursor=${first.next_cursor}`)).body
      const told = [...first.data, ...rest.data].map(({ id }) => id)
      expect(told.slice(0, before.length), query).to.deep.equal(before)
      expect(told.length).to.equal(before.length + fresh)
    }
  })

  const refused = [
    ['account=a%20b', 'invalid_id'],
    ['asset=usd', 'invalid_id'],
    ['state=done', 'malformed_request'],
    ['since=now', 'malformed_request'],
    ['until=2024-01-01', 'malformed_request'],
    ['limit=', 'malformed_request'],
    ['metadatak=v', 'unknown_field'],
    ['cursor=abc', 'malformed_request'],
    [`cursor=${Buffer.from('transfers/desc/3.65536').toString('base64url')}`, 'malformed_request'],
    [`account=a&cursor=${Buffer.from('transfers/desc/3.0').toString('base64url')}`, 'malformed_request'],
  ] as const
  for (const [query, code] of refused) {
    it(`refuses ${query} as ${code}`, async () => {
      const { status, body } = await (await aSmallLedger()).get(`/v1/transfers?${query}`)
      expect([status, body.code]).to.deep.equal([400, code])
    })
  }
})
