// The examples of the documents, run: the curl lines of the README, and the script that checks a journal.

import { execFile } from 'node:child_process'
import { globSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { launcher, startServer } from '../../../stress/harness/server-process.ts'

const root = join(import.meta.dirname, '../../..')
const run = promisify(execFile)

interface Example {
  readonly command: string
  readonly answer: string
}

/** Each `sh` block that calls curl, with the block that comes next. */
async function curlExamples(): Promise<Example[]> {
  const text = await readFile(join(root, 'README.md'), 'utf8')
  const blocks = [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, kind, body = '']) => ({
    kind,
    body: body.trim(),
  }))
  return blocks.flatMap(({ kind, body }, index) =>
    kind === 'sh' && body.startsWith('curl') ? [{ command: body, answer: blocks[index + 1]?.body ?? '' }] : [],
  )
}

/** `…` stands for anything. */
function matching(answer: string): RegExp {
  return new RegExp(`^${answer.split('…').map(escaped).join('.+')}$`)
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}

/** What the script says of a journal, and whether it is content. */
async function verify(script: string, folder: string, ...receipt: string[]): Promise<{ good: boolean; said: string }> {
  return run('python3', [script, folder, ...receipt]).then(
    ({ stdout }) => ({ good: true, said: stdout }),
    ({ stderr }) => ({ good: false, said: stderr }),
  )
}

describe('The examples in the documents', () => {
  let folder: string
  let head: { seq: string; hash: string }
  let receipt: { seq: string; hash: string }
  let script: string
  const answers: string[] = []
  const plain: string[] = []

  before(async () => {
    folder = await mkdtemp(join(os.tmpdir(), 'surety-examples-'))
    const server = startServer(launcher, ['--port', '0', '--data', folder])
    const url = await server.ready
    for (const { command } of await curlExamples()) {
      const { stdout } = await run('sh', [
        '-c',
        command.replace('curl ', 'curl -sS ').replace('http://127.0.0.1:8080', url),
      ])
      answers.push(stdout)
    }
    for (const [method, path] of [
      ['POST', '/api/transfer?from=user3&to=user4&amount=17'],
      ['GET', '/api/balance?from=user4'],
    ] as const) {
      plain.push(await (await fetch(url + path, { method })).text())
    }
    receipt = (await (await fetch(`${url}/v1/journal/head`)).json()) as typeof head
    const move = { from: 'a', to: 'b', amount: 5 }
    for (const [path, body] of [
      ['/v1/transfers', { ...move, id: 'held', pending: true }],
      ['/v1/transfers/held/post', { amount: 3 }],
      ['/v1/transfers', { ...move, id: 'open', pending: true }],
      ['/v1/transfers/held/reverse', {}],
      ['/v1/batches', { mode: 'atomic', items: [move, move, { ...move, id: 'held' }] }],
      ['/v1/batches', { mode: 'atomic', items: [move, { ...move, asset: 'USD/2' }] }],
    ] as const) {
      const headers = { 'content-type': 'application/json', 'idempotency-key': path + JSON.stringify(body).length }
      await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) })
    }
    head = (await (await fetch(`${url}/v1/journal/head`)).json()) as typeof head
    await server.stop()
    const text = await readFile(join(root, 'docs/reference/journal-format.md'), 'utf8')
    script = join(folder, 'verify.py')
    await writeFile(script, /^```python\n([\s\S]*?)^```$/m.exec(text)?.[1] ?? '')
  })

  after(() => rm(folder, { recursive: true, force: true }))

  it("answer what the README says, to curl's words", async () => {
    const examples = await curlExamples()
    expect(examples).to.have.length(3)
    for (const [index, { command, answer }] of examples.entries()) {
      expect(answers[index], command).to.match(matching(answer))
    }
    expect(plain).to.deep.equal(['-17', '17'])
  })

  it('check a journal in less than 60 lines', async () => {
    const text = await readFile(script, 'utf8')
    expect(text.trim().split('\n').length).to.be.within(10, 59)
    const expected = { good: true, said: `good: seq ${head.seq}, hash ${head.hash}\n` }
    expect(await verify(script, join(folder, 'journal'))).to.deep.equal(expected)
    expect(await verify(script, join(folder, 'mirror'))).to.deep.equal(expected)
  })

  it('say whether what a receipt tells is still there', async () => {
    const good = `good: seq ${head.seq}, hash ${head.hash}\n`
    const journal = join(folder, 'journal')
    expect(await verify(script, journal, receipt.seq, receipt.hash)).to.deep.equal({ good: true, said: good })
    const { good: isThere, said } = await verify(script, journal, `${Number(head.seq) + 1}`, head.hash)
    expect([isThere, said.includes('an older state of it')]).to.deep.equal([false, true])
  })

  it('find every byte that was changed', async () => {
    const [path = ''] = globSync(join(folder, 'mirror', '*.jsonl'))
    const good = await readFile(path)
    const end = good.lastIndexOf('\n')
    for (const place of [2, 40, good.indexOf('posted') + 12, good.indexOf('"amount":"17"') + 10, end - 5]) {
      const damaged = Buffer.from(good)
      damaged[place] = (damaged[place] ?? 0) ^ 1
      await writeFile(path, damaged)
      expect(await verify(script, join(folder, 'mirror')), `byte ${place}`).to.include({ good: false })
    }
    await writeFile(path, good)
  })

  it('find a record that is missing in the middle', async () => {
    const [path = ''] = globSync(join(folder, 'mirror', '*.jsonl'))
    const good = await readFile(path)
    const lines = good.toString().split('\n')
    await writeFile(path, lines.toSpliced(2, 1).join('\n'))
    const { good: content, said } = await verify(script, join(folder, 'mirror'))
    expect(content).to.equal(false)
    expect(said).to.contain('does not follow seq 1')
    await writeFile(path, good)
  })
})
