// surety verify as a person or a script meets it: flags, words, exit codes, and never beside a server.

import { execFile } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect } from 'chai'
import { runCommand } from '../../../src/cli/cli.ts'
import { segmentName } from '../../../src/journal/file/segment.ts'
import { takeSqliteLock } from '../../../src/journal/lock.ts'
import { type HonestLedger, makeLedger } from './setup/honest-ledger.ts'

async function run(words: readonly string[], environment: Record<string, string> = {}, isWatched = false) {
  const said = { out: '', error: '' }
  const out = (text: string) => {
    said.out += text
  }
  const error = (text: string) => {
    said.error += text
  }
  const code = await runCommand(words, { out, error, isWatched, environment })
  return { code, ...said }
}

describe('surety verify', () => {
  let honest: HonestLedger
  let ledger: HonestLedger

  before(async () => {
    honest = await makeLedger()
  })
  after(() => fs.rmSync(honest.folder, { recursive: true, force: true }))

  beforeEach(() => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'surety-verify-'))
    fs.cpSync(honest.folder, folder, { recursive: true })
    ledger = { ...honest, folder }
  })
  afterEach(() => fs.rmSync(ledger.folder, { recursive: true, force: true }))

  it('says that all is well, with 0', async () => {
    const { code, out, error } = await run(['verify', '--data', ledger.folder])
    expect([code, error]).to.deep.equal([0, ''])
    expect(out).to.match(new RegExp(`^ledger [0-9a-f]{32}: seq ${ledger.seq}, hash [0-9a-f]{64}\n`))
    expect(out)
      .to.include('in 2 copies')
      .and.to.match(/all is well\n$/)
  })

  it('finds the ledger by the environment, and takes no mirror where there is none', async () => {
    const { code, out } = await run(['verify', '--mirror', 'off'], { SURETY_DATA: ledger.folder })
    expect([code, out.includes('in 1 copy')]).to.deep.equal([0, true])
  })

  it('finds the mirror elsewhere', async () => {
    const elsewhere = path.join(ledger.folder, 'elsewhere')
    fs.renameSync(path.join(ledger.folder, 'mirror'), elsewhere)
    expect((await run(['verify', '--data', ledger.folder, '--mirror', elsewhere])).code).to.equal(0)
    expect((await run(['verify', '--data', ledger.folder])).code).to.equal(3)
  })

  it('says what it found and where, with 3', async () => {
    const file = path.join(ledger.folder, 'mirror', segmentName(0))
    const text = fs.readFileSync(file, 'utf8')
    const offset = text.indexOf('\n') + 1
    fs.writeFileSync(file, text.replace('"1000"', '"1001"'))
    const { code, out } = await run(['verify', '--data', ledger.folder])
    expect([code, out.split('\n').slice(-3)]).to.deep.equal([
      3,
      [
        `found: ${file}, byte ${offset}, seq 1: does not hold the record that the other copy holds here`,
        'DAMAGED: 1 finding',
        '',
      ],
    ])
    const { code: again, out: json } = await run(['verify', '--json', '--data', ledger.folder])
    const { ok, findings, findings_count: count } = JSON.parse(json)
    expect([again, ok, count]).to.deep.equal([3, false, 1])
    expect(findings[0]).to.include({ file, offset, seq: 1 })
  })

  it('tells in one line of JSON what it saw', async () => {
    const { code, out } = await run(['verify', '--json', '--data', ledger.folder])
    expect([code, out.indexOf('\n')]).to.deep.equal([0, out.length - 1])
    const { seq, archived, open_holds: holds } = JSON.parse(out)
    expect([seq, archived, holds]).to.deep.equal([ledger.seq, ledger.seq, 2])
    expect(JSON.parse(out)).to.include({ ok: true, findings_count: 0 })
  })

  it('shows how far it is where somebody watches, and wipes it out', async () => {
    const { code, error } = await run(['verify', '--data', ledger.folder], {}, true)
    expect([code, error.endsWith('\r\x1b[K')]).to.deep.equal([0, true])
  })

  it('does nothing while a server has the ledger open', async () => {
    for (const folder of ['journal', 'mirror', 'archive']) {
      const lock = takeSqliteLock(path.join(ledger.folder, folder))
      const { code, out, error } = await run(['verify', '--data', ledger.folder])
      lock.release()
      expect([code, out], folder).to.deep.equal([2, ''])
      expect(error).to.match(/another process/)
    }
    expect((await run(['verify', '--data', ledger.folder])).code).to.equal(0)
  })

  const misused = [
    [['verify', '--data', 'nowhere'], 'there is no ledger in nowhere'],
    [['verify', '--data', ''], '--data must name a folder'],
    [['verify', '--mirror', ''], '--mirror must name a folder'],
    [['verify', '--fast'], '--help lists the flags'],
    [['verify', 'data'], '--help lists the flags'],
    [['improve'], "there is no command 'improve'; known: token, verify"],
    [['toString'], "there is no command 'toString'"],
  ] as const
  for (const [words, message] of misused) {
    it(`refuses: surety ${words.join(' ')}`, async () => {
      const { code, out, error } = await run(words)
      expect([code, out]).to.deep.equal([2, ''])
      expect(error).to.include(message)
    })
  }

  it('helps', async () => {
    const { code, out } = await run(['verify', '--help'])
    expect([code, out.includes('--mirror DIR|off')]).to.deep.equal([0, true])
  })

  it('is what the launcher starts when it is named first', async () => {
    const launch = path.join(import.meta.dirname, '../../../src/launch.js')
    const words = [launch, 'verify', '--json', '--data', ledger.folder]
    const out = await new Promise<string>((done) => void execFile(process.execPath, words, (_, text) => done(text)))
    expect(JSON.parse(out)).to.include({ ok: true, seq: ledger.seq })
  })
})
