// One server after another in the same process: it opens, serves and drains.

import { expect } from 'chai'
import sinon from 'sinon'
import type { Config } from '../../src/config.ts'
import { startServer } from '../../src/server.ts'
import { temporaryFolder } from '../end-to-end/process.ts'

const log = { info() {}, warn() {}, error() {}, fatal() {} } as never

function configIn(data: string): Config {
  const folders = { data, mirror: `${data}/mirror`, engine: 'file' } as const
  return { host: '127.0.0.1', port: 0, acceptClock: false, rebuildMirror: false, ...folders }
}

async function text(method: string, url: string): Promise<string> {
  return (await fetch(url, { method })).text()
}

describe('A server in this process', () => {
  let folder: ReturnType<typeof temporaryFolder>

  beforeEach(() => {
    folder = temporaryFolder()
  })

  afterEach(() => folder.remove())

  it('serves, drains, and serves again what it kept', async () => {
    const panic = sinon.fake()
    const first = await startServer(configIn(folder.path), { log, panic })
    expect(await text('POST', `${first.url}/api/transfer?from=a&to=b&amount=3`)).to.equal('-3')
    await first.drain()
    const second = await startServer(configIn(folder.path), { log, panic })
    expect(await text('GET', `${second.url}/api/balance?from=b`)).to.equal('3')
    await second.drain()
    sinon.assert.notCalled(panic)
  })
})
