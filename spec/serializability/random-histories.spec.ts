// Histories that are right never contradict themselves, whatever meets in them, whoever is slow and whose answer is lost.

import { expect } from 'chai'
import type { Command } from '../../stress/commands/command.ts'
import { drawCommand } from '../../stress/commands/draw.ts'
import { Checker, violationsIn } from '../../stress/serializability/checker.ts'
import type { Asked, Call } from '../../stress/serializability/history.ts'
import { withoutItemIds } from '../../stress/serializability/run/draw-asked.ts'
import { randomFrom, seedOfRun } from '../setup/random.ts'
import { Model } from './model.ts'

const accounts = ['a', 'b', 'c', 'd', 'e']

/** Each call takes effect at a moment of its own; it began some moments before and was answered some moments later. */
function history(random: () => number, length: number): readonly Call[] {
  const model = new Model()
  const sent: Command[] = []
  const places = { accounts, prefix: '', names: 30, keyed: random() < 0.5, expiries: [] }
  const again: Command[] = []
  for (let moment = 1; model.calls.length < length; moment++) {
    const times = { invoked: moment - random() * 20, completed: moment + random() * 20, connection: moment }
    const known = {
      sent,
      transfers: model.ledger.transferIds(),
      revisionOf: (account: string) => model.ledger.revisionOf(account),
    }
    const retried = random() < 0.3 ? again.shift() : undefined
    if (retried !== undefined) {
      model.ask(retried, times)
      continue
    }
    const asked = random() < 0.4 ? aRead(random, known.transfers) : withoutItemIds(drawCommand(random, known, places))
    const isWrite = asked.kind !== 'balance' && asked.kind !== 'account' && asked.kind !== 'look-up'
    if (isWrite) sent.push(asked)
    // What has a key is asked again, as by every client that wants to know; settings have none.
    const isLost = isWrite && (asked.key !== undefined || asked.kind === 'settings') && random() < 0.1
    if (isLost && asked.kind !== 'settings') again.push(asked)
    if (isLost && random() < 0.5) model.lose(asked, times)
    else model.ask(asked, times, isLost)
  }
  for (const retried of again) model.ask(retried, { invoked: 1e6, completed: 2e6 })
  return model.calls
}

function aRead(random: () => number, transfers: readonly string[]): Asked {
  const pick = (items: readonly string[]) => items[Math.floor(random() * items.length)]
  const [account = '', asset = '', transfer] = [pick(accounts), pick(['UNIT', 'USD/2']), pick(transfers)]
  if (random() < 0.2 && transfer !== undefined) return { kind: 'look-up', transfer }
  return random() < 0.3 ? { kind: 'account', account, asset } : { kind: 'balance', name: `${account} ${asset}` }
}

describe('The checker of strict serializability', () => {
  for (let index = 0; index < 10; index++) {
    it(`finds nothing in history ${index} that is right`, () => {
      const seed = seedOfRun() + index
      const calls = history(randomFrom(seed), 120)
      expect(violationsIn(calls), `seed ${seed}`).to.deep.equal([])
      expect(calls.some(({ told }) => told === undefined)).to.equal(calls.some(({ completed }) => completed > 1e9))
    })
  }

  it(`finds nothing in pieces of a history between which nothing was in flight`, () => {
    const model = new Model()
    const random = randomFrom(seedOfRun())
    const checker = new Checker()
    for (let moment = 1; moment <= 200; moment++) {
      const [from = '', to = ''] = [accounts[Math.floor(random() * 5)], accounts[Math.floor(random() * 5)]]
      const postings = [{ from, to, amount: '5', asset: 'UNIT' }]
      model.ask({ kind: 'transfer', body: { postings } }, { invoked: moment, completed: moment + 0.5 })
      if (moment % 40 === 0) expect(checker.check(model.calls.splice(0))).to.deep.equal([])
    }
    expect(checker.head).to.equal(200)
  })

  it('believes of the accounts of a lost write what it is told first, in a later piece, too', () => {
    const model = new Model()
    const checker = new Checker()
    const postings = [{ from: 'a', to: 'b', amount: '5', asset: 'UNIT' }]
    const read = { kind: 'balance', name: 'b UNIT' } as const
    model.ask({ kind: 'transfer', body: { postings } }, { invoked: 1, completed: 2 }, true)
    model.ask({ kind: 'balance', name: 'a UNIT' }, { invoked: 3, completed: 4 })
    expect(checker.check(model.calls.splice(0))).to.deep.equal([])
    model.ask(read, { invoked: 5, completed: 6 })
    expect(checker.check(model.calls.splice(0))).to.deep.equal([])
    model.ask(read, { invoked: 7, completed: 8 })
    const [call] = model.calls.splice(0)
    const part = { balances: { [read.name]: { posted: '6' } } }
    const wrong = { status: 200, ledgerSeq: 1, replayed: false, digest: '', parts: [part] }
    const told = call === undefined ? [] : checker.check([{ ...call, told: wrong }])
    expect(told).to.have.length(1)
  })
})
