// GET /v1/events, page by page: one event a seq, told as it was then, the same for ever.

import { expect } from 'chai'
import { eventAnswer, eventTypes } from '../../../src/wire/events/event.ts'
import { json } from '../doubles.ts'
import { aSmallLedger } from '../history/small-ledger.ts'

const path = '/v1/events'

type Ledger = Awaited<ReturnType<typeof aSmallLedger>>

/** One of everything that can happen; the types of each seq's transactions. */
async function everything({ app, post, setClock }: Ledger) {
  const keyed = (url: string, body: object, key: string) =>
    app.request(url, json(JSON.stringify(body), { 'Idempotency-Key': key }))
  const hold = (id: string, more: object = {}) => post('/v1/transfers', { ...move, id, pending: true, ...more })
  await post('/v1/transfers', { ...move, id: 'first', metadata: { b: '2', a: '\n"1"' } })
  await hold('posted')
  await post('/v1/transfers/posted/post', { amount: 3 })
  await hold('voided')
  await post('/v1/transfers/voided/void')
  await hold('expired', { expires_in: 1 })
  setClock(5)
  await app.request('/v1/accounts/c', { ...json('{"max_balance":"0","metadata":{"k":"v"}}'), method: 'PUT' })
  await post('/v1/transfers', { from: 'a', to: 'c', amount: 1, id: 'refused' })
  await post('/v1/transfers/first/reverse')
  await keyed('/v1/transfers/posted/post', {}, 'k1')
  await keyed('/v1/batches', { mode: 'atomic', items: [move, { ...move, pending: true }] }, 'k2')
  await keyed('/v1/batches', { mode: 'atomic', items: [move, { ...move, to: 'c' }] }, 'k3')
  await post('/v1/batches', { mode: 'atomic', items: [move, { from: 'a', to: 'a', amount: 1 }] })
  await app.request('/v1/accounts/c', {
    ...json('{"closed":true}', { 'Idempotency-Key': 'k4', 'If-Match': '"9"' }),
    method: 'PUT',
  })
  await keyed('/v1/transfers', { ...move, id: 'posted' }, 'k5')
  await keyed('/v1/transfers', { ...move, pending: true, id: 'again' }, 'k6')
  await keyed('/v1/transfers', { ...move, pending: true, id: 'again' }, 'k7')
}

const move = { from: 'a', to: 'b', amount: 7 }

const happened = [
  ['transfer.posted'],
  ['transfer.pending'],
  ['transfer.posted'],
  ['transfer.pending'],
  ['transfer.voided'],
  ['transfer.pending'],
  ['transfer.expired'],
  ['account.updated'],
  ['transfer.refused'],
  ['transfer.posted'],
  ['request.refused'],
  ['batch.posted', 'transfer.posted', 'transfer.pending'],
  ['batch.refused'],
  ['transfer.posted', 'transfer.posted'],
  ['request.refused'],
  ['request.refused'],
  ['transfer.pending'],
  ['batch.posted'],
]

describe('GET /v1/events', () => {
  it('tells everything that happened, one event a seq, the oldest first', async () => {
    const ledger = await aSmallLedger()
    await everything(ledger)
    const { status, seq, body } = await ledger.get(path)
    expect([status, seq, body.next_cursor]).to.deep.equal([200, '18', null])
    const events = body.data.map((event) => eventAnswer.parse(event))
    expect(events.map(({ seq }) => Number(seq))).to.deep.equal(happened.map((_, index) => index + 1))
    const told = events.map(({ transactions }) => transactions.map(({ type }) => type))
    expect(told).to.deep.equal(happened)
    expect(new Set(told.flat())).to.deep.equal(new Set(eventTypes))
  })

  it('tells each transaction as its own answer told it', async () => {
    const ledger = await aSmallLedger()
    await everything(ledger)
    const { body } = await ledger.get(path)
    const first = (seq: number) => (body.data[seq - 1]?.transactions as readonly object[] | undefined)?.[0]
    expect(body.data[0]?.created_at).to.equal('2024-01-01T00:00:00.000Z')
    expect(first(1)).to.have.nested.property('transfer.metadata').that.deep.equals({ a: '\n"1"', b: '2' })
    expect(first(1)).to.have.nested.property('transfer.balances.a.UNIT.posted', '-7')
    expect(first(3)).to.deep.include({ type: 'transfer.posted' })
    expect(first(3)).to.deep.nested.include({
      'transfer.id': 'posted',
      'transfer.seq': '2',
      'transfer.posted_amount': '3',
      'transfer.updated_seq': '3',
    })
    expect(first(8)).to.deep.nested.include({ 'account.id': 'c', 'account.max_balance': '0' })
    expect(first(9)).to.deep.nested.include({ 'transfer.id': 'refused', 'transfer.code': 'limit_exceeded' })
    expect(first(10)).to.have.nested.property('transfer.reverses', 'first')
    expect(first(11)).to.deep.equal({ type: 'request.refused', request: 'post', id: 'posted', code: 'already_posted' })
    expect(first(12)).to.deep.equal({ type: 'batch.posted' })
    expect(first(13)).to.deep.equal({ type: 'batch.refused', code: 'limit_exceeded', item: 1 })
    const code = 'precondition_failed'
    expect(first(15)).to.deep.equal({ type: 'request.refused', request: 'set_account', id: 'c', code })
    expect(first(16)).to.deep.equal({ type: 'request.refused', code: 'id_exists_with_different_content' })
  })

  it('tells the same bytes after a reversal, and after the end of a hold', async () => {
    const { app, post } = await aSmallLedger()
    await post('/v1/transfers', { ...move, id: 'first' })
    await post('/v1/transfers', { ...move, id: 'held', pending: true })
    const read = async () => (await app.request(`${path}?limit=2`)).text()
    const before = await read()
    await post('/v1/transfers/first/reverse')
    await post('/v1/transfers/held/void')
    const after = await read()
    expect(after.slice(0, after.indexOf(',"next_cursor"'))).to.equal(before.slice(0, before.indexOf(',"next_cursor"')))
  })

  for (const order of ['asc', 'desc'] as const) {
    it(`goes on from page to page, ${order}, and new events change no page`, async () => {
      const { get, move: moves } = await aSmallLedger()
      await moves(...Array.from({ length: 10 }, () => 1))
      const seqs: number[] = []
      let cursor = ''
      do {
        const { body } = await get(`${path}?after=2&limit=3&order=${order}${cursor && `&cursor=${cursor}`}`)
        seqs.push(...body.data.map(({ seq }) => Number(seq)))
        cursor = body.next_cursor ?? ''
        if (order === 'desc') await moves(1)
      } while (cursor !== '')
      const expected = [3, 4, 5, 6, 7, 8, 9, 10]
      expect(seqs).to.deep.equal(order === 'asc' ? expected : expected.toReversed())
    })
  }

  it('has no cursor after its last event, even when the page is full', async () => {
    const { get, move: moves } = await aSmallLedger()
    await moves(1, 1)
    expect((await get(`${path}?limit=2`)).body.next_cursor).to.equal(null)
    expect((await get(`${path}?limit=2&order=desc`)).body.next_cursor).to.equal(null)
  })

  for (const after of ['2', '3', '9007199254740991']) {
    it(`is empty after ${after} while the head is 2`, async () => {
      const { get, move: moves } = await aSmallLedger()
      await moves(1, 1)
      const { seq, body } = await get(`${path}?after=${after}`)
      expect([seq, body]).to.deep.equal(['2', { data: [], next_cursor: null }])
    })
  }

  it('is empty where nothing happened', async () => {
    const { get } = await aSmallLedger()
    expect((await get(path)).body).to.deep.equal({ data: [], next_cursor: null })
  })

  it('waits for Ledger-Min-Seq, and gives up', async () => {
    const { get, move: moves, passDeadlines } = await aSmallLedger()
    const waiting = get(path, { 'Ledger-Min-Seq': '2' })
    await moves(1, 1)
    const { seq, body } = await waiting
    expect([seq, body.data.length]).to.deep.equal(['2', 2])
    const inVain = get(path, { 'Ledger-Min-Seq': '3' })
    await new Promise(setImmediate)
    passDeadlines()
    expect((await inVain).status).to.equal(503)
  })

  const refused = [
    ['?after=-1', 'malformed_request'],
    ['?after=1.0', 'malformed_request'],
    ['?limit=0', 'malformed_request'],
    ['?order=up', 'malformed_request'],
    ['?cursor=x', 'malformed_request'],
    [`?cursor=${Buffer.from('entries/asc/1').toString('base64url')}`, 'malformed_request'],
    [`?order=desc&cursor=${Buffer.from('events/asc/1').toString('base64url')}`, 'malformed_request'],
    ['?since=1', 'unknown_field'],
  ] as const
  for (const [query, code] of refused) {
    it(`refuses ${query}`, async () => {
      const { get } = await aSmallLedger()
      const { status, body } = await get(`${path}${query}`)
      expect([status, body.code]).to.deep.equal([400, code])
    })
  }
})
