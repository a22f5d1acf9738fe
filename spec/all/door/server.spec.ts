// The door of a whole server: what it takes to listen where others are, and where a token is written down.

import { once } from 'node:events'
import fs from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { expect } from 'chai'
import { BadConfiguration, type Config } from '../../../src/config.ts'
import { type Server, startServer } from '../../../src/server.ts'
import { rejection } from '../../archive/setup/rejection.ts'
import { temporaryFolder } from '../../end-to-end/process.ts'
import { certificate, key } from '../../public-api/door/localhost.ts'

describe('The door of a server', () => {
  let folder: ReturnType<typeof temporaryFolder>
  let server: Server | undefined
  let logged: string[]

  beforeEach(() => {
    folder = temporaryFolder()
    logged = []
  })

  afterEach(async () => {
    await stopped()
    folder.remove()
  })

  async function started(changes: Partial<Config> = {}): Promise<Server> {
    const say = (...words: unknown[]) => void logged.push(JSON.stringify(words))
    const log = { info: say, warn: say, error: say, fatal: say } as never
    const data = folder.path
    const base = { host: '127.0.0.1', port: 0, data, mirror: undefined, engine: 'file' } as const
    const config = { ...base, acceptClock: false, rebuildMirror: false, ...changes }
    server = await startServer(config, { log, panic: (error) => logged.push(`panic: ${error}`) })
    return server
  }

  async function stopped(): Promise<void> {
    await server?.drain()
    server = undefined
  }

  const asked = (path: string, method = 'GET', token = '', body?: object) => {
    const headers = { Authorization: `Bearer ${token}`, ...(body && { 'Content-Type': 'application/json' }) }
    return fetch(`${server?.url}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) })
  }

  it('opens to others only when they will be asked, and writes a token nowhere', async () => {
    expect(await rejection(started({ host: '0.0.0.0' }))).to.be.instanceOf(BadConfiguration)
    await started()
    const wish = { principal: 'ops', scopes: ['admin', 'ledger:read'] }
    const { token, id } = (await (await asked('/v1/tokens', 'POST', '', wish)).json()) as { token: string; id: string }
    await stopped()
    await started({ host: '0.0.0.0' })
    expect((await asked('/v1/accounts/a')).status).to.equal(401)
    expect((await asked('/v1/accounts/a', 'GET', token)).status).to.equal(200)
    expect((await asked(`/v1/tokens/${id}`, 'DELETE', token)).status).to.equal(204)
    expect((await asked('/v1/accounts/a', 'GET', token)).status).to.equal(401)
    await stopped()
    expect(await rejection(started({ host: '0.0.0.0' }))).to.be.instanceOf(BadConfiguration)
    const audit = logged.filter((line) => line.includes('an act of an admin'))
    expect(audit.map((line) => /"act":"(\w+)"/.exec(line)?.[1])).to.deep.equal(['postToken', 'deleteToken'])
    expect(logged.join()).to.not.include(token.slice(24)).and.not.include('panic')
    const files = fs.readdirSync(folder.path, { recursive: true, withFileTypes: true }).filter((file) => file.isFile())
    expect(files.map(({ name }) => name)).to.include('operations.sqlite')
    for (const { parentPath, name } of files)
      expect(fs.readFileSync(join(parentPath, name)).includes(token.slice(24)), name).to.equal(false)
  })

  it('takes certificate and key from files that go together, and says nothing of what is in others', async () => {
    const [cert, mine, other] = ['cert.pem', 'key.pem', 'other.pem'].map((name) => join(folder.path, name))
    fs.writeFileSync(cert ?? '', certificate)
    fs.writeFileSync(mine ?? '', key)
    fs.writeFileSync(other ?? '', 'a secret of somebody else')
    const files = (one = '', two = '') => ({ engine: 'memory', tls: { cert: one, key: two } }) as const
    for (const wrong of [files(cert, other), files(cert, 'nowhere.pem'), files(other, mine)]) {
      const error = (await rejection(started(wrong))) as Error
      expect(error).to.be.instanceOf(BadConfiguration)
      expect(error.message).to.not.include('somebody else')
    }
    expect((await started(files(cert, mine))).url).to.match(/^https:/)
  })

  it('ends in time though somebody began a connection and shook no hands', async () => {
    const [cert, mine] = ['cert.pem', 'key.pem'].map((name) => join(folder.path, name))
    fs.writeFileSync(cert ?? '', certificate)
    fs.writeFileSync(mine ?? '', key)
    const { url } = await started({ engine: 'memory', tls: { cert: cert ?? '', key: mine ?? '' } })
    const silent = connect(Number(new URL(url).port), '127.0.0.1').resume()
    await once(silent, 'connect')
    const closed = once(silent, 'close')
    await stopped() // the suite's own limit is what it is held against
    await closed
  })
})
