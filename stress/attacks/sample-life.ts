// The life of a small ledger: seeded commands of every kind to a real node, and all that it told.

import { createHash } from 'node:crypto'
import type { Account } from '../../actors/contracts/account.ts'
import type { Fact } from '../../actors/contracts/facts.ts'
import type { TransactionAnswer } from '../../actors/virtual-machine/messages.ts'
import { type Random, wholeNumber } from '../harness/random.ts'
import type { SampleNode } from './sample-node.ts'

const users = 8
const asset = 'UNIT'

/** Commands in one batch, at most. */
const mostAtOnce = 6

/** What the ledger acknowledged. */
export class SampleLife {
  readonly #random: Random
  /** As text, because an object could be changed. */
  readonly facts: { readonly seq: number; readonly text: string }[] = []
  readonly seqByName = new Map<string, number>()
  readonly #holds: string[] = []
  #made = 0

  constructor(random: Random) {
    this.#random = random
  }

  readonly asset = asset
  readonly accounts: readonly string[] = Array.from({ length: users }, (_, index) => `users:${index}`)

  /** Sends some commands at once and waits for all answers; `answered` is told the seq of each when it comes. */
  async live(node: SampleNode, answered: (seq: number) => void = () => {}): Promise<void> {
    const commands = Array.from({ length: wholeNumber(this.#random, 1, mostAtOnce) }, () => this.#draw())
    await Promise.all(
      commands.map(async (command) => {
        const answer = await node.ask<TransactionAnswer>({ type: 'ProcessTransaction', requestId: 'r', ...command })
        if (answer.type !== 'TransactionProcessed') throw new Error(`the sample was answered ${JSON.stringify(answer)}`)
        this.#remember(answer.fact)
        answered(answer.fact.seq)
      }),
    )
  }

  /** Whole accounts, to be asked for once the life is over. */
  async balances(node: SampleNode): Promise<ReadonlyMap<string, Account>> {
    const states = new Map<string, Account>()
    for (const account of this.accounts) states.set(account, await node.account(account, asset))
    return states
  }

  #draw(): object {
    const hold = this.#random() < 0.2 ? this.#holds.shift() : undefined
    if (hold !== undefined) {
      const method = this.#random() < 0.5 ? 'Post' : 'Void'
      return { method, command: { transfer: hold }, request: this.#key() }
    }
    // No such hold: a refusal, which is kept because it has a key.
    if (this.#random() < 0.05) return { method: 'Void', command: { transfer: 'nowhere' }, request: this.#key() }
    return this.#transfer()
  }

  #transfer(): object {
    const user = () => this.accounts[wholeNumber(this.#random, 0, users - 1)] ?? ''
    const posting = () => ({ from: user(), to: user(), amount: BigInt(wholeNumber(this.#random, 1, 999)), asset })
    const postings = Array.from({ length: this.#random() < 0.2 ? 3 : 1 }, posting)
    const pending = this.#random() < 0.2
    const id = `sample:${++this.#made}`
    const [withId, withKey] = [pending || this.#random() < 0.6, this.#random() < 0.5]
    const named = withId ? { id, content: digest(id) } : {}
    const command = { ...named, postings, reference: id, ...(pending && { pending: {} }) }
    return { method: 'Transfer', command, ...(withKey && { request: this.#key() }) }
  }

  #key() {
    const key = `key ${++this.#made}`
    return { principal: 'local', key, fingerprint: digest(key) }
  }

  #remember(fact: Fact): void {
    this.facts.push({ seq: fact.seq, text: JSON.stringify(fact) })
    for (const name of fact.ids ?? []) this.seqByName.set(name, fact.seq)
    if (fact.state === 'pending') this.#holds.push(fact.id)
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
