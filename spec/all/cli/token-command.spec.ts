// surety token as a person or a script meets it: the token and nothing else on standard output, and never beside a server.

import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect } from 'chai'
import { runCommand } from '../../../src/cli/cli.ts'
import { takeSqliteLock } from '../../../src/journal/lock.ts'
import { SqliteOperations } from '../../../src/operations/sqlite-operations.ts'
import { hashOf } from '../../../src/tokens/secret.ts'

async function run(...flags: readonly string[]) {
  const said = { out: '', error: '' }
  const out = (text: string) => {
    said.out += text
  }
  const error = (text: string) => {
    said.error += text
  }
  const code = await runCommand(['token', ...flags], { out, error, isWatched: false, environment: {} })
  return { code, ...said }
}

describe('surety token', () => {
  let folder: string
  let data: string

  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'surety-token-'))
    data = path.join(folder, 'data')
  })
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }))

  it('makes tokens in a folder that need not be there, and tells each once', async () => {
    const first = await run('--data', data, '--principal', 'ops', '--scopes', 'admin, ledger:read', '--name', 'root')
    const second = await run('--data', data, '--principal', 'shop', '--scopes', 'ledger:write')
    for (const { code, out } of [first, second]) {
      expect(code).to.equal(0)
      expect(out).to.match(/^surety_[0-9a-f]{16}_[A-Za-z0-9_-]{43}\n$/)
    }
    expect(first.error).to.match(/^Token [0-9a-f]{16} of ops may admin, ledger:read\. It is not shown again\.\n$/)
    expect(first.error).to.not.include(first.out.slice(24).trim())
    const store = new SqliteOperations(path.join(data, 'operations.sqlite'))
    const kept = new Map((await store.tokens()).map((token) => [token.hash, token]))
    await store.close()
    expect(kept.get(hashOf(first.out.trim()))).to.include({ principal: 'ops', name: 'root' })
    expect(kept.get(hashOf(second.out.trim()))).to.deep.include({ scopes: ['ledger:write'] })
  })

  it('makes none while a server has the ledger open', async () => {
    fs.mkdirSync(data)
    const lock = takeSqliteLock(data)
    const { code, out } = await run('--data', data, '--principal', 'ops', '--scopes', 'admin')
    lock.release()
    expect([code, out, fs.existsSync(path.join(data, 'operations.sqlite'))]).to.deep.equal([2, '', false])
  })

  const wrong: readonly (readonly [readonly string[], RegExp])[] = [
    [[], /--principal/],
    [['--principal', 'a/b', '--scopes', 'admin'], /--principal/],
    [['--principal', 'ops'], /--scopes must be some of ledger:read,/],
    [['--principal', 'ops', '--scopes', 'admin,root'], /--scopes/],
    [['--principal', 'ops', '--scopes', 'admin', '--name', ''], /--name/],
    [['--principal', 'ops', '--scope', 'admin'], /--scope.*--help/],
  ]
  for (const [flags, message] of wrong) {
    it(`refuses ${JSON.stringify(flags)}, and makes nothing`, async () => {
      const { code, out, error } = await run('--data', data, ...flags)
      expect([code, out, fs.existsSync(data)]).to.deep.equal([2, '', false])
      expect(error).to.match(message)
    })
  }

  it('helps', async () => {
    const { code, out } = await run('--help')
    expect(code).to.equal(0)
    for (const flag of ['--data', '--principal', '--scopes', '--name']) expect(out).to.include(flag)
  })
})
