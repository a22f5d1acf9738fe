// What the clients know together: what was sent, which transfers there are, which accounts to meet in.

import type { Command } from '../../commands/command.ts'
import { drawCommand } from '../../commands/draw.ts'
import type { Random } from '../../harness/random.ts'
import type { Answer, Question } from '../audit/answers.ts'
import type { Auditor } from '../audit/auditor.ts'

const accounts = ['a', 'b', 'c', 'd', 'e', 'f']
const expiries = [1, 5, 30, 120]
/** Transfers that are remembered, to be posted, voided and reversed. */
const remembered = 24

export class Knowledge {
  readonly #auditor: Auditor
  readonly #commands: number
  readonly #sent: Command[] = []
  readonly #transfers: string[] = []
  readonly #multiple = new Set<string>()
  #isOver = false

  /** `commands`: after so many nobody draws one any more. */
  constructor(auditor: Auditor, commands: number) {
    this.#auditor = auditor
    this.#commands = commands
  }

  get isOver(): boolean {
    return this.#isOver || this.#sent.length >= this.#commands
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
      isMultiple: (id: string) => this.#multiple.has(id),
      revisionOf: (account: string) => this.#auditor.ledger.revisionOf(account),
    }
    // More names the longer it goes on: some are met again at any time, most are new.
    const places = { accounts, prefix: '', names: 50 + 3 * this.#sent.length, keyed: true, expiries }
    const command = atomic(drawCommand(random, known, places), this.#sent.length)
    if (isDryRun) return command
    this.#sent.push(command)
    this.#auditor.expect(command)
    return command
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
    if (fact.postings.length > 1) this.#multiple.add(fact.id)
  }
}

/** Every command here is one message: independent batches are PublicApi's. And all have a key, settings too. */
function atomic(command: Command, number: number): Command {
  if (command.kind === 'settings') return command.key === undefined ? { ...command, key: `settings${number}` } : command
  return command.kind === 'batch' ? { ...command, body: { ...command.body, mode: 'atomic' } } : command
}
