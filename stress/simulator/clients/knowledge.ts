// What the clients know together: what was sent, which transfers there are, which accounts to meet in.

import type { Command, TransferAsked } from '../../commands/command.ts'
import { drawCommand } from '../../commands/draw.ts'
import { type Random, wholeNumber } from '../../harness/random.ts'
import type { Answer, Question } from '../audit/answers.ts'
import type { Auditor } from '../audit/auditor.ts'
import { idIn } from '../audit/second-ledger.ts'
import type { Climate } from '../climate.ts'
import { swarm } from './swarm.ts'

const accounts = ['a', 'b', 'c', 'd', 'e', 'f']
const expiries = [1, 5, 30, 120]
/** Transfers that are remembered, to be posted, voided and reversed. */
const remembered = 24

export class Knowledge {
  readonly #auditor: Auditor
  readonly #climate: Pick<Climate, 'commands' | 'swarms'>
  readonly #sent: Command[] = []
  readonly #transfers: string[] = []
  #isOver = false

  constructor(auditor: Auditor, climate: Pick<Climate, 'commands' | 'swarms'>) {
    this.#auditor = auditor
    this.#climate = climate
  }

  get isOver(): boolean {
    return this.#isOver || this.#sent.length >= this.#climate.commands
  }

  get sent(): number {
    return this.#sent.length
  }

  end(): void {
    this.#isOver = true
  }

  draw(random: Random, isDryRun: boolean): Command {
    const known = {
      sent: this.#sent,
      transfers: this.#transfers,
      revisionOf: (account: string) => this.#auditor.ledger.revisionOf(account),
    }
    // More names the longer it goes on: some are met again at any time, most are new.
    const places = { accounts, prefix: '', names: 50 + 3 * this.#sent.length, keyed: true, expiries }
    const command =
      random() < this.#climate.swarms
        ? swarm(random, `swarm${this.#sent.length}`, accounts)
        : (this.#underNewKey(random) ?? atomic(drawCommand(random, known, places), this.#sent.length))
    return isDryRun ? command : this.#send(command)
  }

  /** Of what comes in large numbers most is simple, and meets in more accounts. `count`: transfers, in one command. */
  drawOfBulk(random: Random, count: number): Command {
    const key = `bulk${this.#sent.length}`
    if (random() < 0.1) return this.draw(random, false)
    if (count === 1) return this.#send({ kind: 'transfer', key, body: transferOfBulk(random, key, 0.5) })
    const items = Array.from({ length: count }, (_, item) => transferOfBulk(random, `${key}.${item}`, 0.08))
    return this.#send({ kind: 'batch', key, body: { mode: 'atomic', items } })
  }

  #send(command: Command): Command {
    this.#sent.push(command)
    this.#auditor.expect(command)
    return command
  }

  /** Somebody who has forgotten the key asks again for the same id. */
  #underNewKey(random: Random): Command | undefined {
    if (random() >= 0.03) return undefined
    const named = this.#sent.slice(-40).filter((command) => idIn(command) !== undefined)
    const earlier = named[Math.floor(random() * named.length)]
    return earlier && { ...earlier, key: `again${this.#sent.length}` }
  }

  somewhere(random: Random) {
    const account = accounts[Math.floor(random() * accounts.length)] ?? 'a'
    const asset = random() < 0.8 ? 'UNIT' : 'USD/2'
    return { account, asset, transfer: this.#transfers[Math.floor(random() * this.#transfers.length)] }
  }

  learn({ isDryRun }: Question, answer: Answer): void {
    if (isDryRun) return
    if (answer.type === 'TransactionProcessed') this.#learn(answer.fact)
    if (answer.type === 'BatchProcessed') for (const fact of answer.facts ?? []) this.#learn(fact)
  }

  #learn(fact: Extract<Answer, { type: 'TransactionProcessed' }>['fact']): void {
    if (fact.method !== 'Transfer' || fact.refusal !== undefined) return
    this.#transfers.push(fact.id)
    if (this.#transfers.length > remembered) this.#transfers.shift()
  }
}

/** `named`: how many have an id that the client has chosen. */
function transferOfBulk(random: Random, id: string, named: number): TransferAsked {
  const [from, to] = [placeOf(random), placeOf(random)]
  const posting = { from, to, amount: `${wholeNumber(random, 1, 50)}`, asset: 'UNIT' }
  return { ...(random() < named && { id }), postings: [posting] }
}

/** Small numbers are met most. */
function placeOf(random: Random): string {
  return `place${Math.floor(40 * random() * random())}`
}

/** Every command here is one message: independent batches are PublicApi's. And all have a key, settings too. */
function atomic(command: Command, number: number): Command {
  if (command.kind === 'settings') return command.key === undefined ? { ...command, key: `settings${number}` } : command
  return command.kind === 'batch' ? { ...command, body: { ...command.body, mode: 'atomic' } } : command
}
