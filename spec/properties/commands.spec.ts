// Random commands to a whole node and to a second, much simpler ledger: every answer is the same.

import { expect } from 'chai'
import fc from 'fast-check'
import type { Command } from '../../stress/commands/command.ts'
import { drawCommand } from '../../stress/commands/draw.ts'
import { learn } from '../../stress/commands/group.ts'
import { SimpleLedger } from '../../stress/commands/simple-ledger.ts'
import { randomFrom, seedOfRun } from '../setup/random.ts'
import { openNode } from './node-conversation.ts'

const accounts = ['a', 'b', 'c', 'd']
const places = { accounts, prefix: '', names: 8, keyed: false, expiries: [1, 2, 5] }
const runs = 40

async function play(seeds: readonly number[]): Promise<void> {
  const node = await openNode()
  const ledger = new SimpleLedger()
  const sent: Command[] = []
  let now = 1_000
  for (const drawn of seeds) {
    const random = randomFrom(drawn)
    if (random() < 0.3) now += Math.floor(random() * 2_500)
    node.passTo(now)
    ledger.passTo(now)
    const transfers = ledger.transferIds()
    const revisionOf = (account: string) => ledger.revisionOf(account)
    const command = drawCommand(random, { sent, transfers, revisionOf }, places)
    const expected = ledger.decide(command)
    const actual = await node.answerTo(command)
    learn(expected.outcome, actual.outcome)
    const [told, wanted] = [JSON.stringify(actual), JSON.stringify(expected)]
    expect(actual, `command ${sent.length}: ${JSON.stringify(command)}\n told ${told}\n not ${wanted}\n`).to.deep.equal(
      expected,
    )
    sent.push(command)
  }
  await compareBalances(ledger, node)
}

async function compareBalances(ledger: SimpleLedger, node: Awaited<ReturnType<typeof openNode>>): Promise<void> {
  const held = ledger.held()
  for (const asset of ['UNIT', 'USD/2']) {
    const sums = { posted: 0n, in: 0n, out: 0n }
    for (const account of accounts) {
      const actual = await node.balanceOf(account, asset)
      const nothing = { posted: '0', pending_in: '0', pending_out: '0', version: 0 }
      expect(actual, `${account} ${asset}`).to.deep.equal(ledger.balances().get(`${account} ${asset}`) ?? nothing)
      sums.posted += BigInt(actual.posted)
      sums.in += BigInt(actual.pending_in)
      sums.out += BigInt(actual.pending_out)
    }
    const open = held[asset] ?? 0n
    expect(sums, asset).to.deep.equal({ posted: 0n, in: open, out: open })
  }
}

describe('Random commands', () => {
  it(`are decided as a second, simpler ledger decides them`, async () => {
    const commands = fc.array(fc.integer({ min: 0 }), { minLength: 1, maxLength: 120, size: 'max' })
    await fc.assert(fc.asyncProperty(commands, play), { seed: seedOfRun(), numRuns: runs })
  })
})
