// A ledger moves from one server to another: it goes out as lines, comes in as lines, and goes on.

import { expect } from 'chai'
import sinon from 'sinon'
import { type Server, startServer } from '../../src/server.ts'

const log = { info() {}, warn() {}, error() {}, fatal() {} } as never
const ndjson = { 'Content-Type': 'application/x-ndjson' }

function inMemory(panic: sinon.SinonSpy): Promise<Server> {
  const where = { data: '', mirror: undefined, engine: 'memory' } as const
  return startServer({ host: '127.0.0.1', port: 0, acceptClock: false, rebuildMirror: false, ...where }, { log, panic })
}

async function asked(server: Server, path: string, init?: RequestInit) {
  const response = await fetch(`${server.url}${path}`, init)
  return { status: response.status, headers: response.headers, text: await response.text() }
}

function transfer(key: string): RequestInit {
  const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': key }
  return { method: 'POST', headers, body: JSON.stringify({ from: 'a', to: 'b', amount: key.length }) }
}

describe('Export and import over HTTP', () => {
  it('move a whole ledger in memory, with its replays and its history', async () => {
    const panic = sinon.fake()
    const [from, to] = await Promise.all([inMemory(panic), inMemory(panic)])
    try {
      for (const key of ['x', 'yy', 'zzz']) await asked(from, '/v1/transfers', transfer(key))
      const { text: body, headers } = await asked(from, '/v1/journal')
      const lines = body.trimEnd().split('\n')
      expect(lines).to.have.length.greaterThan(1)
      expect(headers.get('Journal-Hash')).to.equal(JSON.parse(lines.at(-1) ?? '').hash)
      expect((await asked(from, '/v1/journal?after=2')).text).to.equal(`${lines.at(-1)}\n`)
      const half = await asked(to, '/v1/import', { method: 'POST', headers: ndjson, body: body.slice(0, -9) })
      expect(half.status, half.text).to.equal(400)
      const imported = await asked(to, '/v1/import', { method: 'POST', headers: ndjson, body })
      expect(imported.text).to.equal((await asked(from, '/v1/journal/head')).text)
      for (const path of [
        '/v1/journal',
        '/v1/journal/head',
        '/v1/accounts/b',
        '/v1/accounts/b/entries',
        '/v1/transfers',
      ]) {
        expect((await asked(to, path)).text, path).to.equal((await asked(from, path)).text)
      }
      const again = await asked(to, '/v1/transfers', transfer('yy'))
      expect(again.headers.get('Idempotent-Replayed')).to.equal('true')
      expect((await asked(to, '/v1/transfers', transfer('further'))).headers.get('Ledger-Seq')).to.equal('4')
      const second = await asked(to, '/v1/import', { method: 'POST', headers: ndjson, body })
      expect(second.status).to.equal(412)
    } finally {
      await Promise.all([from.drain(), to.drain()])
    }
    sinon.assert.notCalled(panic)
  })
})
