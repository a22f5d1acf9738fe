// Every answer that leaves the node: what it tells is durable, happened once, and is what the tape says.

import type { Seq, TransactionsFound } from '../../../actors/state-storage/messages.ts'
import type {
  BatchAnswer,
  CallAnswer,
  ContractCalled,
  TransactionAnswer,
} from '../../../actors/virtual-machine/messages.ts'
import { type Command, fingerprint } from '../../commands/command.ts'
import { contentOf } from '../clients/requests.ts'
import type { Auditor } from './auditor.ts'
import { idIn } from './second-ledger.ts'
import { demand, type KeptFact, Wrong } from './tape.ts'

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
        for (const fact of answer.facts ?? []) this.#held(fact)
        return this.#processed(question, command, answer.batch, answer.replayed)
      case 'BatchRefused':
        return this.#processed(question, command, this.#auditor.byKey(command.key ?? ''), answer.replayed)
    }
  }

  #processed({ floor }: Question, command: Command, fact: KeptFact | undefined, replayed: boolean): void {
    if (fact === undefined) throw new Wrong(`${text(command)} was answered without a fact`)
    this.#held(fact)
    demand(isOf(fact, command), () => `${text(command)} was answered with ${text(fact)}`)
    if (replayed) return
    const name = `${fact.seq} ${fact.method}`
    demand(!this.#fresh.has(name), () => `told twice as new: ${text(fact)}`)
    demand(fact.seq > floor, () => `asked after seq ${floor} was told, but new: ${text(fact)}`)
    this.#fresh.add(name)
  }

  /** Refused, and nothing of it kept: the key or the id belongs to somebody else. */
  #refused(command: Command, code: string): void {
    const { byKey, byId } = this.#namesakes(command)
    const isRight =
      code === 'idempotency_key_reused'
        ? byKey?.request?.fingerprint !== undefined && byKey.request.fingerprint !== fingerprint(command)
        : code === 'id_exists_with_different_content' &&
          byId !== undefined &&
          byId.content !== contentOf(command as never)
    demand(isRight, () => `${text(command)} was refused with ${code} and not kept`)
  }

  #namesakes(command: Command) {
    const id = idIn(command)
    return {
      byKey: this.#auditor.byKey(command.key ?? ''),
      byId: id === undefined ? undefined : this.#auditor.byId(id),
    }
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

  /** It is on the tape, letter by letter. */
  #held(fact: KeptFact): void {
    const told = text(fact)
    const kept = this.#auditor.tape.facts(fact.seq).map(text)
    demand(kept.includes(told), () => `told ${told}, but on disk is ${kept.join(' ')}`)
  }
}

function isOf(fact: KeptFact, command: Command): boolean {
  if (fact.request?.key === command.key && fact.request?.fingerprint === fingerprint(command)) return true
  const id = idIn(command)
  return id !== undefined && 'content' in fact && fact.id === id && fact.content === contentOf(command as never)
}

function text(value: unknown): string {
  return JSON.stringify(value)
}
