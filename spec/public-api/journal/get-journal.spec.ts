// The journal goes out line for line; an export that is not whole never ends as if it were.

import { expect } from 'chai'
import sinon from 'sinon'
import type { JournalDoor } from '../../../src/public-api/journal/journal-door.ts'
import { apiOver, head } from '../doubles.ts'

const take = async () => head

function aDoor(lines: readonly string[], failure?: Error) {
  const closed = sinon.fake()
  const asked = sinon.fake((_after: number, _through: number) => {})
  async function* all(after: number, through: number) {
    asked(after, through)
    try {
      for (const line of lines) yield Buffer.from(line)
      if (failure !== undefined) throw failure
    } finally {
      closed()
    }
  }
  const journal: JournalDoor = { lines: all, take }
  return { journal, asked, closed }
}

async function outcome(response: Response): Promise<string> {
  return response.text().catch((error: Error) => `broken: ${error.message}`)
}

describe('GET /v1/journal', () => {
  it('tells every line with its end, and the hash of the last one', async () => {
    const { journal, asked, closed } = aDoor(['{"v":1}', '{"v":1,"ü":2}'])
    const response = await apiOver({}, { journal }).app.request('/v1/journal')
    expect(await response.text()).to.equal('{"v":1}\n{"v":1,"ü":2}\n')
    expect(response.headers.get('Content-Type')).to.equal('application/x-ndjson')
    expect(response.headers.get('Ledger-Seq')).to.equal('41')
    expect(response.headers.get('Journal-Hash')).to.equal(head.hash)
    sinon.assert.calledOnceWithExactly(asked, -1, 41)
    sinon.assert.calledOnce(closed)
  })

  //  query               status  after
  const rows = [
    ['', 200, -1],
    ['?after=0', 200, 0],
    ['?after=17', 200, 17],
    ['?after=99', 200, 99],
    ['?after=', 400, undefined],
    ['?after=-1', 400, undefined],
    ['?after=1e3', 400, undefined],
    ['?before=1', 400, undefined],
  ] as const
  for (const [query, status, after] of rows) {
    it(`answers ${query || 'no query'} with ${status}`, async () => {
      const { journal, asked } = aDoor([])
      const response = await apiOver({}, { journal }).app.request(`/v1/journal${query}`)
      await response.text()
      expect(response.status).to.equal(status)
      if (after === undefined) sinon.assert.notCalled(asked)
      else sinon.assert.calledOnceWithExactly(asked, after, 41)
    })
  }

  it('breaks where a line is damaged', async () => {
    const { journal } = aDoor(['{"v":1}'], new Error('damaged in every copy'))
    const response = await apiOver({}, { journal }).app.request('/v1/journal')
    expect(await outcome(response)).to.equal('broken: damaged in every copy')
  })

  it('breaks, and does not end, when the server drains', async () => {
    const { journal, closed } = aDoor(['{"v":1}', `"${'x'.repeat(70_000)}"`, '{"v":2}'])
    const api = apiOver({}, { journal })
    const response = await api.app.request('/v1/journal')
    const reader = response.body?.getReader()
    await reader?.read()
    api.endStreams()
    expect(await reader?.read().catch((error: Error) => error.message)).to.equal('the server drains')
    sinon.assert.calledOnce(closed)
    expect((await api.app.request('/v1/journal')).status).to.equal(503)
  })

  it('lets go of the journal when the client goes away', async () => {
    const { journal, closed } = aDoor([`"${'x'.repeat(70_000)}"`, '{"v":2}'])
    const response = await apiOver({}, { journal }).app.request('/v1/journal')
    const reader = response.body?.getReader()
    await reader?.read()
    await reader?.cancel()
    sinon.assert.calledOnce(closed)
  })

  it('reads nothing that is not wanted, nor for HEAD', async () => {
    const { journal, asked } = aDoor(['{"v":1}'])
    const { app } = apiOver({}, { journal })
    await app.request('/v1/journal')
    const response = await app.request('/v1/journal', { method: 'HEAD' })
    expect(response.headers.get('Journal-Hash')).to.equal(head.hash)
    sinon.assert.notCalled(asked)
  })

  it('is not ready where the ledger is not open, or nobody hands the journal out', async () => {
    const { journal } = aDoor([])
    expect((await apiOver({ status: 'recovering' }, { journal }).app.request('/v1/journal')).status).to.equal(503)
    expect((await apiOver({}).app.request('/v1/journal')).status).to.equal(503)
  })
})
