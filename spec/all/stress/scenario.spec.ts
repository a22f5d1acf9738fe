// The stress scenario passes an honest server and fails every liar.

import { expect } from 'chai'
import { Findings } from '../../../stress/checks/findings.ts'
import { Progress } from '../../../stress/harness/progress.ts'
import { playScenario } from '../../../stress/scenario/scenario.ts'
import { FakeServer, type Lies } from '../../stress/fake-server.ts'

const options = { count: 120, users: 4, seed: 42, zipf: 0, reads: 0.3, refused: 0.05, concurrency: 10, alone: true }

async function findingsOn(lies: Lies, changes: Partial<typeof options> = {}): Promise<readonly string[]> {
  const server = new FakeServer(lies)
  const findings = new Findings()
  const silent = new Progress('', 0, { write: () => true })
  try {
    await playScenario(await server.start(), { ...options, ...changes }, findings, silent)
    return findings.told()
  } finally {
    await server.stop()
  }
}

describe('the stress scenario', () => {
  it('finds nothing wrong with an honest server', async () => {
    expect(await findingsOn({})).to.deep.equal([])
  })

  it('finds nothing wrong when it is not told that it is alone', async () => {
    expect(await findingsOn({}, { alone: false })).to.deep.equal([])
  })

  const liars: readonly (readonly [string, Lies, RegExp])[] = [
    ['loses a transfer', { loses: 40 }, /the book says/],
    ['makes a transfer twice', { doubles: 40 }, /the book says/],
    ['tells a wrong balance', { misreports: 40 }, /told 0 \(version 0\)/],
    ['makes money', { mints: 70 }, /all balances together are 1, they were 0/],
    ['answers a transfer that it made with 503', { fails: 40 }, /but nobody was told so/],
    ['reads what was before', { staleReads: true }, /which it never held then/],
    ['ignores the origin', { ignoresOrigin: true }, /journal's head went from 0[\s\S]*have no seq in the ledger/],
    ['tells another balance at /api/balance', { contradictsItself: true }, /user1 holds 0, but 1 at .api.balance/],
    ['leaves out a seq', { skipsSeqAt: 40 }, /belong to no answered transfer/],
  ]
  for (const [name, lies, words] of liars) {
    it(`finds out a server that ${name}`, async () => {
      expect((await findingsOn(lies)).join('\n')).to.match(words)
    })
  }
})
