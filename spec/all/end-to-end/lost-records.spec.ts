// A journal that has lost what was acknowledged is refused by the real server, on the real disk.

import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'chai'
import { serversOfEachSpec, text } from '../../end-to-end/process.ts'

describe('A server on a journal that has lost records', () => {
  const { folder, start } = serversOfEachSpec()
  const copies = () => ['journal', 'mirror'].map((name) => join(folder(), name))

  async function transfersUntil(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const server = await start()
    for (let time = 0; time < 3; time++) await text('POST', `${server.url}/api/transfer?from=a&to=b&amount=1`)
    await server.stop(signal)
  }

  async function expectRefused(): Promise<void> {
    const outcome = await start().then(
      () => 'it started',
      (error: Error) => error.message,
    )
    expect(outcome).to.match(/the server ended with 3/)
  }

  it('refuses one with damage in both copies, and good records behind it', async () => {
    await transfersUntil('SIGKILL')
    for (const copy of copies()) await damage(copy, '"seq":[2,')
    await rm(join(folder(), 'archive'), { recursive: true }) // it knows better, too
    await expectRefused()
  })

  it('refuses an old one that was put back: the archive is ahead of it', async () => {
    await transfersUntil('SIGKILL')
    for (const copy of copies()) await cp(copy, `${copy}-old`, { recursive: true })
    await transfersUntil('SIGTERM')
    for (const copy of copies()) {
      await rm(copy, { recursive: true })
      await cp(`${copy}-old`, copy, { recursive: true })
    }
    await expectRefused()
  })
})

/** Turns one bit of the record that holds `words`. */
async function damage(copy: string, words: string): Promise<void> {
  for (const name of await readdir(copy)) {
    const bytes = await readFile(join(copy, name))
    const at = bytes.indexOf(words)
    if (at < 0) continue
    bytes[at + 60] = (bytes[at + 60] ?? 0) ^ 1
    return writeFile(join(copy, name), bytes)
  }
  throw new Error(`no file in ${copy} holds ${words}`)
}
