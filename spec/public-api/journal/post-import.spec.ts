// A journal comes in as lines: what breaks off, stands still or is of another form is told, and handed to nobody as whole.

import { expect } from 'chai'
import type { Problem } from '../../../src/public-api/answer/problem.ts'
import type { ImportedHead, JournalDoor } from '../../../src/public-api/journal/journal-door.ts'
import { apiOver, head } from '../doubles.ts'

const ndjson = { 'Content-Type': 'application/x-ndjson' }

/** Takes all lines, then answers. */
function aDoor(answer: ImportedHead | Problem = { seq: 3, hash: 'cd' }) {
  const lines: string[] = []
  const asked: boolean[] = []
  const state = { isWhole: false }
  const journal: JournalDoor = {
    async *lines() {},
    async take(all, dryRun) {
      asked.push(dryRun)
      for await (const line of all) lines.push(line.toString())
      state.isWhole = true
      return answer
    },
  }
  return { journal, lines, asked, state }
}

function post(body: string | ReadableStream<Uint8Array>, headers: Record<string, string> = ndjson): RequestInit {
  return { method: 'POST', headers, body, duplex: 'half' } as RequestInit
}

/** A body that has begun, and goes on as the spec says. */
function aBody() {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined
  const body = new ReadableStream<Uint8Array>({
    start(made) {
      controller = made
      made.enqueue(Buffer.from('{"v":1}\n{"v"'))
    },
  })
  return { body, fail: () => controller?.error(new Error('gone')) }
}

describe('POST /v1/import', () => {
  it('hands the lines over and tells the head', async () => {
    const { journal, lines, asked } = aDoor()
    const response = await apiOver({}, { journal }).app.request('/v1/import', post('{"v":1}\n\n{"v":2}'))
    expect(response.status).to.equal(200)
    expect(await response.text()).to.equal('{"seq":"3","hash":"cd"}')
    expect(lines).to.deep.equal(['{"v":1}', '{"v":2}'])
    expect(asked).to.deep.equal([false])
  })

  it('tells of a dry run that nothing was kept', async () => {
    const { journal, asked } = aDoor()
    const response = await apiOver({}, { journal }).app.request('/v1/import?dry_run=true', post('{"v":1}\n'))
    expect(await response.text()).to.equal('{"seq":"3","hash":"cd","committed":false}')
    expect(asked).to.deep.equal([true])
  })

  //  path                        headers                                  status
  const rows = [
    ['/v1/import', { 'Content-Type': 'application/json' }, 415],
    ['/v1/import', { ...ndjson, 'Idempotency-Key': 'k' }, 400],
    ['/v1/import?dry_run=1', ndjson, 400],
    ['/v1/import?force=true', ndjson, 400],
  ] as const
  for (const [path, headers, status] of rows) {
    it(`refuses ${path} with ${JSON.stringify(headers)} as ${status}`, async () => {
      const { journal, asked } = aDoor()
      expect((await apiOver({}, { journal }).app.request(path, post('{}', headers))).status).to.equal(status)
      expect(asked).to.deep.equal([])
    })
  }

  it('tells why the journal was not taken', async () => {
    const { journal } = aDoor({ code: 'invalid_json', detail: 'Line 2: no.' })
    const response = await apiOver({}, { journal }).app.request('/v1/import', post('{}'))
    expect(response.status).to.equal(400)
    expect(await response.json()).to.include({ code: 'invalid_json', detail: 'Line 2: no.' })
  })

  it('takes a body that breaks off for no whole one', async () => {
    const { journal, state, lines } = aDoor()
    const { body, fail } = aBody()
    const answer = apiOver({}, { journal }).app.request('/v1/import', post(body))
    await turn()
    fail()
    expect(await (await answer).json()).to.include({ status: 400, detail: 'The body broke off. Nothing was imported.' })
    expect({ lines, isWhole: state.isWhole }).to.deep.equal({ lines: ['{"v":1}'], isWhole: false })
  })

  it('takes a body that stands still for no whole one', async () => {
    const { journal, state } = aDoor()
    const { app, schedule } = apiOver({}, { journal })
    const answer = app.request('/v1/import', post(aBody().body))
    await turn()
    for (let sweep = 0; sweep < 12; sweep++) schedule.lastCall.args[0]()
    expect(schedule.lastCall.args[1]).to.equal(3_000)
    expect(await (await answer).json()).to.include({ status: 408, code: 'request_timeout' })
    expect(state.isWhole).to.equal(false)
  })

  it('ends when the server drains, and takes none after it', async () => {
    const { journal, state } = aDoor()
    const api = apiOver({}, { journal })
    const answer = api.app.request('/v1/import', post(aBody().body))
    await turn()
    api.endStreams()
    expect((await answer).status).to.equal(503)
    expect((await api.app.request('/v1/import', post('{}'))).status).to.equal(503)
    expect(state.isWhole).to.equal(false)
  })

  it('is not ready where nobody takes it, and says what the ledger holds', async () => {
    const response = await apiOver({}).app.request('/v1/import', post('{}'))
    expect(response.status).to.equal(503)
    expect(response.headers.get('Ledger-Seq')).to.equal(String(head.seq))
  })
})

/** Lets what is under way come as far as it can. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
}
