// GET /v1/events as a stream: goes on, resumes, shows signs of life, is bounded, and ends.

import { expect } from 'chai'
import sinon from 'sinon'
import { beatPause, mostSubscribers } from '../../../src/public-api/events/subscribers.ts'
import { createPublicApi } from '../../../src/public-api/public-api.ts'
import { aNode } from '../../node/nodes.ts'
import { documents, json } from '../doubles.ts'
import { Following, numbers } from './following.ts'

const accept = { Accept: 'text/event-stream' }

async function aLedger() {
  const { node, archive } = aNode()
  await node.start()
  const schedule = sinon.fake((_callback: () => void, _milliseconds: number) => {})
  const api = createPublicApi({
    ledger: node,
    history: archive.history,
    log: { error: () => {} },
    randomBytes: (size) => new Uint8Array(size),
    schedule,
    documents,
  })
  return {
    ...api,
    beats: () => schedule.getCalls().filter(({ args: [, pause] }) => pause === beatPause),
    async move(times: number) {
      for (let n = 0; n < times; n++) await api.app.request('/v1/transfers', json('{"from":"a","to":"b","amount":1}'))
    },
    async follow(query = '', headers: Record<string, string> = {}) {
      return new Following(await api.app.request(`/v1/events${query}`, { headers: { ...accept, ...headers } }))
    },
  }
}

describe('The stream of events', () => {
  it('begins at once, before anything happens', async () => {
    const { follow } = await aLedger()
    const client = await follow()
    await client.read()
    expect([client.response.status, client.text]).to.deep.equal([200, 'retry: 1000\n\n'])
    const headers = ['Content-Type', 'Ledger-Seq', 'Cache-Control'].map((name) => client.response.headers.get(name))
    expect(headers).to.deep.equal(['text/event-stream', '0', 'no-store'])
  })

  it('tells what happened and what happens, once, in order, in the very words of the page', async () => {
    const { app, follow, move } = await aLedger()
    await move(3)
    const client = await follow()
    expect(await client.seqs(3)).to.deep.equal([1, 2, 3])
    const more = client.seqs(5)
    await move(2)
    expect(await more).to.deep.equal([1, 2, 3, 4, 5])
    const page = await (await app.request('/v1/events')).text()
    const bodies = [...client.text.matchAll(/^data: (.*)$/gm)].map(([, body]) => body)
    expect(page).to.equal(`{"data":[${bodies.join(',')}],"next_cursor":null}`)
  })

  const starts = [
    ['?after=2', {}, [3, 4]],
    ['', { 'Last-Event-ID': '3' }, [4]],
    ['?after=1', { 'Last-Event-ID': '3' }, [4]],
    ['?after=3', { 'Last-Event-ID': '1' }, [2, 3, 4]],
    ['?after=1', { 'Last-Event-ID': '' }, [2, 3, 4]],
    ['?after=0', { 'Ledger-Min-Seq': '4' }, [1, 2, 3, 4]],
  ] as const
  for (const [query, headers, seqs] of starts) {
    it(`goes on where ${query} and ${JSON.stringify(headers)} say`, async () => {
      const { follow, move } = await aLedger()
      await move(4)
      const client = await follow(query, headers)
      expect(await client.seqs(seqs.length)).to.deep.equal(seqs)
    })
  }

  it('waits for a seq that is yet to come', async () => {
    const { follow, move } = await aLedger()
    const client = await follow('?after=2')
    const told = client.seqs(1)
    await move(3)
    expect(await told).to.deep.equal([3])
  })

  it('shows a sign of life each 15 s, with one timer for all, and none when nobody is left', async () => {
    const { follow, beats } = await aLedger()
    const clients = [await follow(), await follow()]
    for (const client of clients) await client.read()
    expect(beats()).to.have.length(1)
    const reads = clients.map((client) => client.read())
    beats()[0]?.args[0]()
    await Promise.all(reads)
    for (const client of clients) expect(client.text).to.equal('retry: 1000\n\n:\n\n')
    expect(beats()).to.have.length(2)
    for (const client of clients) await client.leave()
    beats()[1]?.args[0]()
    expect(beats()).to.have.length(2)
    await follow()
    expect(beats()).to.have.length(3)
  })

  it('shows one sign of life to who has not read for long', async () => {
    const { follow, beats, move } = await aLedger()
    const client = await follow()
    await client.read()
    for (let beat = 0; beat < 10; beat++) beats()[beat]?.args[0]()
    await move(1)
    await client.seqs(1)
    expect(client.text.match(/^:$/gm)).to.have.length(1)
  })

  it('ends when the server drains, also while it waits, and none begins any more', async () => {
    const { follow, endStreams } = await aLedger()
    const client = await follow()
    await client.read()
    const ended = client.read()
    endStreams()
    expect(await ended).to.equal(false)
    expect((await follow()).response.status).to.equal(503)
  })

  it('is followed by so many at once, and again when one has left', async () => {
    const { follow, app } = await aLedger()
    const clients = await Promise.all(numbers(1, mostSubscribers).map(() => follow()))
    expect(clients.every(({ response }) => response.status === 200)).to.equal(true)
    const refused = await app.request('/v1/events', { headers: accept })
    expect([refused.status, ((await refused.json()) as { code: string }).code]).to.deep.equal([503, 'overloaded'])
    expect(refused.headers.get('Retry-After')).to.equal('1')
    await clients[7]?.leave()
    expect((await follow()).response.status).to.equal(200)
    expect((await follow()).response.status).to.equal(503)
  })

  it('has no body for HEAD, which would never be read and never end', async () => {
    const { app, follow } = await aLedger()
    const heads = numbers(0, mostSubscribers).map(() => app.request('/v1/events', { method: 'HEAD', headers: accept }))
    for (const response of await Promise.all(heads)) expect([response.status, response.body]).to.deep.equal([200, null])
    expect((await follow()).response.status).to.equal(200)
  })

  for (const [query, headers, code] of [
    ['?limit=5', {}, 'unknown_field'],
    ['?after=x', {}, 'malformed_request'],
    ['', { 'Last-Event-ID': 'x' }, 'malformed_request'],
    ['', { 'Ledger-Min-Seq': 'x' }, 'malformed_request'],
  ] as const) {
    it(`refuses ${query} ${JSON.stringify(headers)}`, async () => {
      const { app } = await aLedger()
      const response = await app.request(`/v1/events${query}`, { headers: { ...accept, ...headers } })
      expect([response.status, ((await response.json()) as { code: string }).code]).to.deep.equal([400, code])
    })
  }
})
