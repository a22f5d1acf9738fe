// A random ledger moves from one data folder to another over HTTP, and nobody can tell the difference; then it goes on.

import { expect } from 'chai'
import sinon from 'sinon'
import { runCommand } from '../../../src/cli/cli.ts'
import { type Server, startServer } from '../../../src/server.ts'
import { temporaryFolder } from '../../end-to-end/process.ts'
import { randomFrom, seedOfRun } from '../../setup/random.ts'

const log = { info() {}, warn() {}, error() {}, fatal() {} } as never

function serverIn(data: string, mirror: string | undefined, panic: sinon.SinonSpy): Promise<Server> {
  const config = { host: '127.0.0.1', port: 0, acceptClock: false, rebuildMirror: false, engine: 'file' } as const
  return startServer({ ...config, data, mirror }, { log, panic })
}

type Asked = (server: Server) => Promise<{ status: number; text: string; replayed: boolean }>

function asking(path: string, body?: object, key?: string): Asked {
  const headers = { 'Content-Type': 'application/json', ...(key !== undefined && { 'Idempotency-Key': key }) }
  const init = body === undefined ? {} : { method: 'POST', headers, body: JSON.stringify(body) }
  return async ({ url }) => {
    const response = await fetch(url + path, init)
    return {
      status: response.status,
      text: await response.text(),
      replayed: response.headers.has('Idempotent-Replayed'),
    }
  }
}

/** Requests that may be asked again, each with its key. */
function requests(random: () => number, count: number): Asked[] {
  const account = () => `account:${Math.floor(random() * 6)}`
  const held: number[] = []
  return Array.from({ length: count }, (_, index) => {
    const key = `key-${index}`
    const chance = random()
    const [from, to, amount] = [account(), account(), 1 + Math.floor(random() * 90)]
    if (chance < 0.2) {
      held.push(index)
      return asking('/v1/transfers', { id: `hold-${index}`, from, to, amount, pending: true }, key)
    }
    if (chance < 0.4 && held.length > 0) {
      const id = `hold-${held.splice(Math.floor(random() * held.length), 1)[0]}`
      return asking(`/v1/transfers/${id}/${chance < 0.3 ? 'post' : 'void'}`, {}, key)
    }
    if (chance < 0.5) return asking(`/v1/transfers/t-${Math.floor(random() * index)}/reverse`, {}, key)
    const posting = { from, to, amount, asset: chance < 0.6 ? 'USD/2' : 'UNIT' }
    if (chance < 0.7) return asking('/v1/batches', { mode: 'atomic', items: [posting, { ...posting, amount: 1 }] }, key)
    return asking('/v1/transfers', { id: `t-${index}`, ...posting }, key)
  })
}

async function checkedWhole(data: string, mirror: string): Promise<void> {
  let said = ''
  const tell = (text: string) => {
    said += text
  }
  const code = await runCommand(['verify', '--data', data, '--mirror', mirror], {
    out: tell,
    error: tell,
    isWatched: false,
    environment: {},
  })
  expect(code, said).to.equal(0)
}

describe('A ledger that moves', () => {
  let folder: ReturnType<typeof temporaryFolder>
  beforeEach(() => {
    folder = temporaryFolder()
  })
  afterEach(() => folder.remove())

  for (const mirror of ['mirror', undefined]) {
    it(`is the same ${mirror === undefined ? 'without' : 'with'} a mirror, and goes on`, async () => {
      const panic = sinon.fake()
      const [oldData, newData] = [`${folder.path}/old`, `${folder.path}/new`]
      const newMirror = mirror === undefined ? undefined : `${folder.path}/${mirror}`
      const from = await serverIn(oldData, undefined, panic)
      const to = await serverIn(newData, newMirror, panic)
      const asked = requests(randomFrom(seedOfRun()), 120)
      const first: string[] = []
      for (const ask of asked) first.push((await ask(from)).text)
      const { text: body } = await asking('/v1/journal')(from)
      const imported = await fetch(`${to.url}/v1/import`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/x-ndjson' },
        body,
      })
      expect(await imported.text()).to.equal((await asking('/v1/journal/head')(from)).text)
      const paths = [
        '/v1/journal',
        '/v1/transfers?limit=1000',
        ...[0, 1, 2].map((id) => `/v1/accounts/account:${id}/entries?limit=1000`),
      ]
      for (const path of paths) expect((await asking(path)(to)).text, path).to.equal((await asking(path)(from)).text)
      for (const [index, ask] of asked.entries()) {
        const { text, replayed, status } = await ask(to)
        expect({ text, replayed: replayed || status === 404 }).to.deep.equal({ text: first[index], replayed: true })
      }
      for (let index = 0; index < 20; index++) {
        const later = asking('/v1/transfers', { id: `later-${index}`, from: 'a', to: 'b', amount: 1 })
        expect((await later(to)).status).to.equal(201)
      }
      await Promise.all([from.drain(), to.drain()])
      await checkedWhole(newData, newMirror ?? 'off')
      const again = await serverIn(newData, newMirror, panic)
      expect((await asking('/v1/transfers/later-19')(again)).status).to.equal(200)
      await again.drain()
      sinon.assert.notCalled(panic)
    })
  }
})
