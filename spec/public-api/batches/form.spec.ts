// POST /v1/batches: what is refused at the door, and how the client wants to be told.

import { expect } from 'chai'
import { batchAnswer } from '../../../src/wire/batch.ts'
import { problemAnswer } from '../../../src/wire/problem.ts'
import { apiOver, json } from '../doubles.ts'
import { accepting, batch, decidingEach, item, keyed } from './batch-doubles.ts'

describe('POST /v1/batches', () => {
  describe('refuses the form of', () => {
    const good = item(0)
    //  what                        body                                              pointer             code
    const rows = [
      ['no object', '[]', '', 'invalid_json'],
      ['no JSON', '{', undefined, 'invalid_json'],
      ['no mode', { items: [good] }, '/mode', 'missing_field'],
      ['an unknown mode', { mode: 'maybe', items: [good] }, '/mode', 'invalid_json'],
      ['no items', { mode: 'atomic' }, '/items', 'missing_field'],
      ['items that are no list', { mode: 'atomic', items: {} }, '/items', 'invalid_json'],
      ['an empty list', { mode: 'atomic', items: [] }, '/items', 'invalid_json'],
      ['8,193 items', { mode: 'independent', items: Array(8_193).fill(good) }, '/items', 'invalid_json'],
      ['an unknown member', { mode: 'atomic', items: [good], id: 'x' }, '/id', 'unknown_field'],
      ['an item that is null', { mode: 'atomic', items: [good, null] }, '/items/1', 'invalid_json'],
      ['an item without from', { mode: 'atomic', items: [{ to: 'b', amount: 1 }] }, '/items/0/from', 'missing_field'],
      ['an amount of 0', { mode: 'atomic', items: [good, item(-1)] }, '/items/1/amount', 'invalid_amount'],
      [
        'an amount written as 1.0',
        '{"mode":"atomic","items":[{"from":"a","to":"b","amount":1.0}]}',
        '/items/0/amount',
        'invalid_amount',
      ],
      ['a server-made id', { mode: 'atomic', items: [item(0, { id: 'tr_1' })] }, '/items/0/id', 'invalid_id'],
      [
        'an amount within postings',
        { mode: 'atomic', items: [{ postings: [good, item(-1)] }] },
        '/items/0/postings/1/amount',
        'invalid_amount',
      ],
    ] as const
    for (const [what, body, pointer, code] of rows) {
      it(`${what}: ${code} at ${pointer}`, async () => {
        const { app, sent } = apiOver({ batch: accepting, process: decidingEach() })
        const text = typeof body === 'string' ? body : JSON.stringify(body)
        const response = await app.request('/v1/batches', json(text))
        expect(response.status).to.equal(400)
        const problem = problemAnswer.parse(await response.json())
        expect(problem.code).to.equal(code)
        expect(problem.errors[0]?.pointer).to.equal(pointer)
        expect(sent).to.deep.equal([])
      })
    }

    it('too many postings together: 413', async () => {
      const { app, sent } = apiOver({ batch: accepting })
      const items = Array(329).fill({ postings: Array(100).fill(item(0)) })
      const response = await app.request('/v1/batches', batch('atomic', items))
      expect([response.status, sent.length]).to.deep.equal([413, 0])
      expect(problemAnswer.parse(await response.json()).code).to.equal('payload_too_large')
    })

    it('a body over 16 MiB: 413', async () => {
      const { app } = apiOver({ batch: accepting })
      const headers = { 'Content-Length': String(16 * 1_024 * 1_024 + 1) }
      expect((await app.request('/v1/batches', batch('atomic', [item(0)], headers))).status).to.equal(413)
    })

    it('what one record of the journal does not hold: 413', async () => {
      const { app, sent } = apiOver({ batch: accepting })
      const name = 'x'.repeat(128)
      const postings = Array(100).fill({ from: name, to: name, amount: '1' })
      const items = Array(120).fill({ postings, pending: true })
      const response = await app.request('/v1/batches', batch('atomic', items))
      expect([response.status, sent.length]).to.deep.equal([413, 0])
    })

    it('another media type: 415', async () => {
      const { app } = apiOver({ batch: accepting })
      const response = await app.request('/v1/batches', { method: 'POST', body: '{}' })
      expect(response.status).to.equal(415)
    })

    for (const query of ['dry_run=false', 'dry_run=1', 'dry_run=true&dry_run=false', 'dryrun=true']) {
      it(`the query ${query}: 400`, async () => {
        const { app, sent } = apiOver({ batch: accepting })
        const response = await app.request(`/v1/batches?${query}`, batch('atomic', [item(0)]))
        expect([response.status, sent.length]).to.deep.equal([400, 0])
      })
    }
  })

  it('takes 8,192 items', async () => {
    const { app, sent } = apiOver({ batch: accepting })
    const response = await app.request('/v1/batches', batch('atomic', Array(8_192).fill(item(0))))
    expect(response.status).to.equal(201)
    expect(sent).to.have.length(1)
    expect(batchAnswer.parse(await response.json()).data).to.have.length(8_192)
  })

  it('asks nobody while the ledger drains', async () => {
    for (const mode of ['atomic', 'independent']) {
      const { app, sent } = apiOver({ status: 'draining', batch: accepting, process: decidingEach() })
      const response = await app.request('/v1/batches', batch(mode, [item(0)], keyed))
      expect([response.status, sent.length]).to.deep.equal([503, 0])
    }
  })

  //  what the client prefers, whether that is minimal
  const preferences = [
    ['return=minimal', true],
    ['respond-async, return="minimal"; x=1', true],
    ['Return = Minimal', true],
    ['return=representation', false],
    ['return=minimalistic', false],
    ['xreturn=minimal', false],
  ] as const
  for (const [prefer, minimal] of preferences) {
    it(`tells results ${minimal ? 'without' : 'with'} their bodies if the client prefers ${prefer}`, async () => {
      const { app } = apiOver({ process: decidingEach({ 1: 'insufficient_funds' }) })
      const items = [item(0), item(1)]
      const response = await app.request('/v1/batches', batch('independent', items, { Prefer: prefer }))
      expect(response.headers.get('Preference-Applied')).to.equal(minimal ? 'return=minimal' : null)
      const { data } = batchAnswer.parse(await response.json())
      if (minimal) expect(data[0]).to.deep.equal({ status: 201, id: 'tr_42', seq: '42' })
      else expect(data[0]).to.have.property('transfer')
      expect(data[1]).to.have.property('problem')
    })
  }
})
