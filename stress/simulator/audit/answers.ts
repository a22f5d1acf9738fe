// Every answer that leaves the node: what it tells is durable, happened once, and is what the tape says.

import type { Seq, TransactionsFound } from '../../../actors/state-storage/messages.ts'
import type {
  BatchAnswer,
  CallAnswer,
  ContractCalled,
  TransactionAnswer,
} from '../../../actors/virtual-machine/messages.ts'
import type { Command } from '../../commands/command.ts'
import { fingerprintOf } from '../clients/requests.ts'
import type { Auditor } from './auditor.ts'
import type { KeptFact } from './line.ts'
import { isSame } from './same.ts'
import { demand, Wrong } from './tape.ts'

export type Answer = TransactionAnswer | BatchAnswer | CallAnswer | TransactionsFound

/** What a client has asked. */
export interface Question {
  readonly command: Command | undefined
  readonly isDryRun: boolean
  /** The highest seq that anybody had been told when it was asked for the first time. */
  readonly floor: Seq
}

export class Answers {
  readonly #auditor: Auditor
  /** Facts that an answer has told as new. */
  readonly #fresh = new Set<string>()
  #highest: Seq = 0

  constructor(auditor: Auditor) {
    this.#auditor = auditor
  }

  /** The highest seq that was told. */
  get highest(): Seq {
    return this.#highest
  }

  /** Called when the node sends it, before the network. Throws Wrong. */
  check(question: Question, answer: Answer): void {
    if (answer.type === 'RequestRejected') return
    if (answer.type === 'TransactionsFound') return this.#found(answer)
    this.#auditor.auditThrough(answer.seq)
    demand(answer.seq >= question.floor, () => `seq ${answer.seq} was told after ${question.floor}`)
    this.#highest = Math.max(this.#highest, answer.seq)
    if (answer.type === 'ContractCalled') return this.#balance(answer)
    const { command } = question
    if (command === undefined) throw new Wrong(`a read was answered with ${text(answer)}`)
    if (question.isDryRun) return
    switch (answer.type) {
      case 'TransactionRefused':
        return this.#refused(command, answer.refusal.code)
      case 'TransactionProcessed':
        return this.#processed(question, command, answer.fact, answer.replayed)
      case 'BatchProcessed':
        for (const [place, fact] of (answer.facts ?? []).entries()) this.#held(fact, place + 1)
        return this.#processed(question, command, answer.batch, answer.replayed)
      case 'BatchRefused':
        return this.#processed(question, command, this.#auditor.byKey(command.key ?? ''), answer.replayed)
    }
  }

  #processed({ floor }: Question, command: Command, fact: KeptFact | undefined, replayed: boolean): void {
    if (fact === undefined) throw new Wrong(`${text(command)} was answered without a fact`)
    // What the auditor knows by a key is on the tape, letter by letter; so this is, too.
    const kept = this.#auditor.byKey(command.key ?? '')
    const isOwn = kept?.request?.fingerprint === fingerprintOf(command) && isSame(toldBy(kept, command), fact)
    demand(isOwn, () => `${text(command)} was answered with ${text(fact)}, but kept as ${text(kept)}`)
    // What repeats something says so, the first time, too.
    demand(replayed || kept?.seq === fact.seq, () => `told as new, but it happened before: ${text(fact)}`)
    if (replayed) return
    const name = `${fact.seq} ${fact.method}`
    demand(!this.#fresh.has(name), () => `told twice as new: ${text(fact)}`)
    demand(fact.seq > floor, () => `asked after seq ${floor} was told, but new: ${text(fact)}`)
    this.#fresh.add(name)
  }

  /** Refused, and nothing of it kept: the key is used up. Whatever else is refused is kept, for here all have a key. */
  #refused(command: Command, code: string): void {
    const kept = this.#auditor.byKey(command.key ?? '')?.request
    const isRight =
      code === 'idempotency_key_reused' && kept !== undefined && kept.fingerprint !== fingerprintOf(command)
    demand(isRight, () => `${text(command)} was refused with ${code} and not kept`)
  }

  #balance({ balance: { account, asset, state }, seq }: ContractCalled): void {
    demand(this.#auditor.audited === seq, () => `a read of seq ${seq} was answered after ${this.#auditor.audited}`)
    const name = `${account} ${asset}`
    const { posted, in: held, out, version } = this.#auditor.ledger.account(name)
    const isRight =
      state.posted === posted && state.pendingIn === held && state.pendingOut === out && state.version === version
    demand(
      isRight,
      () => `${name} was told as ${state.posted} ${state.pendingIn} ${state.pendingOut} ${state.version},
      expected ${posted} ${held} ${out} ${version}`,
    )
  }

  #found({ bySeq, byId, head }: TransactionsFound): void {
    demand(head.seq <= this.#auditor.tape.seq, () => `seq ${head.seq} was told, but is not durable`)
    for (const facts of bySeq.values()) for (const fact of facts) this.#held(fact as KeptFact)
    for (const fact of byId.values()) this.#held(fact as KeptFact)
  }

  /** It is on the tape, letter by letter: most likely at that place among the facts of its seq. */
  #held(fact: KeptFact, place = 0): void {
    const kept = this.#auditor.tape.facts(fact.seq)
    const isFact = (other: KeptFact | undefined) =>
      other !== undefined && idOf(other) === idOf(fact) && isSame(other, fact)
    const isKept = isFact(kept[place]) || kept.some(isFact)
    demand(isKept, () => `told ${text(fact)}, but on disk is ${kept.map(text).join(' ')}`)
  }
}

/** What the asker is told of the fact that its key stands for: a single request never sees the batch around it. */
function toldBy(kept: KeptFact, { kind }: Command): KeptFact {
  const repeated = kind !== 'batch' && kept.method === 'Batch' ? kept.earlier[0]?.[1] : undefined
  return repeated ?? kept
}

/** The facts of a large batch are told apart at a glance. */
function idOf(fact: KeptFact): string | undefined {
  return 'id' in fact ? fact.id : undefined
}

function text(value: unknown): string {
  return JSON.stringify(value)
}
