// After random commands the lists and sums of accounts say what the ledger says of each account, whatever became of their file.

import fs from 'node:fs'
import path from 'node:path'
import { expect } from 'chai'
import type { CallAnswer, ContractCalled } from '../../../actors/virtual-machine/messages.ts'
import type { ListedAccount } from '../../../src/archive/accounts/account-lists.ts'
import { inThread } from '../../../stress/attacks/in-thread.ts'
import { drawCommand } from '../../../stress/commands/draw.ts'
import { SimpleLedger } from '../../../stress/commands/simple-ledger.ts'
import { built, everything } from '../../archive/accounts-contract.ts'
import { removeTemporaryFolders, temporaryFolder } from '../../archive/setup/folders.ts'
import type { SampleLedger } from '../../archive/setup/sample-ledger.ts'
import { ask } from '../../node/nodes.ts'
import { openNode } from '../../properties/node-conversation.ts'
import { aBalanceQuery } from '../../setup/actors.ts'
import { randomFrom, seedOfRun } from '../../setup/random.ts'

const accounts = ['a', 'b', 'b:c', 'd']
const places = { accounts, prefix: '', names: 8, keyed: false, expiries: [1, 2, 5] }

/** What is asked between commands, so that the lists are stopped at any place of the ledger. */
async function play(drawn: number, spoil: (file: string) => void): Promise<void> {
  const folder = temporaryFolder()
  const archive = inThread(folder)
  const { node, answerTo, passTo } = await openNode({ archive })
  const told = { head: () => ({ head: { seq: node.head().seq } }) as SampleLedger }
  const ledger = new SimpleLedger()
  const random = randomFrom(drawn)
  let now = 1_000
  for (let turn = 0; turn < 120; turn++) {
    if (random() < 0.3) now += Math.floor(random() * 2_500)
    passTo(now)
    ledger.passTo(now)
    const revisionOf = (account: string) => ledger.revisionOf(account)
    const known = { sent: [], transfers: ledger.transferIds(), revisionOf }
    const command = drawCommand(random, known, places)
    ledger.decide(command)
    await answerTo(command)
    if (random() < 0.1) await built(archive, told.head())
  }
  await built(archive, told.head())
  const wanted = await fromLedger(node)
  expect(await fromLists(archive)).to.deep.equal(wanted)
  await archive.close()
  spoil(path.join(folder, 'accounts.sqlite'))
  await archive.open()
  await built(archive, told.head())
  expect(await fromLists(archive)).to.deep.equal(wanted)
  await archive.close()
}

type OpenNode = Awaited<ReturnType<typeof openNode>>['node']

async function fromLedger(node: OpenNode) {
  const items: ListedAccount[] = []
  for (const account of accounts) {
    for (const asset of ['UNIT', 'USD/2']) {
      const { replyTo: _, ...query } = aBalanceQuery(account, undefined, asset)
      const answer = await ask<CallAnswer>((replyTo) => node.virtualMachine.send({ ...query, replyTo }))
      const { state, notes } = (answer as ContractCalled).balance
      if (state.version > 0) items.push({ account, asset, state: { ...state, last: null, count: 0 }, notes })
    }
  }
  return { items, sums: ['', 'b'].map((prefix) => sumsOf(items.filter(({ account }) => account.startsWith(prefix)))) }
}

function sumsOf(items: readonly ListedAccount[]) {
  const assets = [...new Set(items.map(({ asset }) => asset))].sort()
  return assets.map((asset) => {
    const states = items.filter((item) => item.asset === asset).map(({ state }) => state)
    const sum = (member: 'posted' | 'pendingIn' | 'pendingOut') => states.reduce((all, one) => all + one[member], 0n)
    return {
      asset,
      accounts: states.length,
      posted: sum('posted'),
      pendingIn: sum('pendingIn'),
      pendingOut: sum('pendingOut'),
    }
  })
}

async function fromLists({ accounts: lists }: ReturnType<typeof inThread>) {
  const { items } = (await lists.list(everything)) ?? {}
  const sums = await Promise.all(['', 'b'].map(async (prefix) => (await lists.sum({ prefix }))?.sums))
  return { items, sums }
}

describe('The account lists', () => {
  afterEach(removeTemporaryFolders)

  const fates = [
    ['is left as it is', () => {}],
    ['is removed', (file: string) => fs.rmSync(file)],
    ['is cut in half', (file: string) => fs.truncateSync(file, Math.floor(fs.statSync(file).size / 2))],
  ] as const
  for (const [what, spoil] of fates) {
    it(`say what the ledger says, before and after their file ${what}`, async () => {
      for (let run = 0; run < 6; run++) await play(seedOfRun() * 1_000 + run, spoil)
    })
  }
})
