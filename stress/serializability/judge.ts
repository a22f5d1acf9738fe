// Holds one answer after another, in the order of seqs, against a ledger that does the same commands one by one.

import type { Command } from '../commands/command.ts'
import { told as toldOf } from '../commands/simple-rules.ts'
import { Claims } from './claims/claims.ts'
import { isIdOfOther, isNotKept } from './claims/names.ts'
import { corrected, differing, shown, sorted } from './comparing.ts'
import { type Call, described, isRead, type Part, type Read, type Told } from './history.ts'
import { type Decision, isRefused, type Refused, type SerialLedger } from './ledger/serial-ledger.ts'
import { type LooseEnds, limitsOf, lookedAtBy, notesOf } from './loose-ends.ts'
import type { Deed } from './places.ts'
import type { Kind, Violations } from './violations.ts'

export class Judge {
  readonly #ledger: SerialLedger
  readonly #loose: LooseEnds
  readonly #claims: Claims
  readonly #violations: Violations

  /** `isLost`: whether a call with this name, `key …` or `id …`, never got an answer that tells when it took it. */
  constructor(ledger: SerialLedger, loose: LooseEnds, isLost: (name: string) => boolean, violations: Violations) {
    this.#ledger = ledger
    this.#loose = loose
    this.#claims = new Claims(ledger, isLost, violations)
    this.#violations = violations
  }

  /** A write at its own seq. */
  deed({ seq, call, command, parts, source }: Deed): void {
    if (source === 'repeat' || (call.asked === command && isIdOfOther({ parts }))) {
      return this.#claims.repeat(call, command)
    }
    this.#claims.begin(call, command)
    const told = parts[0]
    const refusal =
      told?.code === undefined ? undefined : { code: told.code, ...(told.item !== undefined && { item: told.item }) }
    const wasLoose = this.#isLoose(command, seq)
    const ids = parts.map(({ id }) => id)
    const isBelieved = wasLoose && refusal === undefined
    const decision = this.#ledger.perform(command, ids, isBelieved)
    this.#agree(decision, refusal, call, wasLoose)
    const due = isRefused(decision) ? [] : decision.parts
    if (refusal === undefined) this.#compareAll(due, parts, call, seq, isBelieved)
    this.#claims.take(call, command, told)
  }

  /** An answer that took no seq: it saw everything up to its Ledger-Seq. */
  other(call: Call): void {
    const { asked, told } = call
    if (told === undefined) return
    if (isRead(asked)) this.#read(call, asked, told.parts[0] ?? { balances: {} })
    else if (asked.kind === 'batch' && asked.body.mode === 'independent') this.#wholeBatch(call, asked, told)
    else if (told.replayed) this.#claims.replay(call, asked)
    else this.#notKept(call, asked, told)
  }

  #read(call: Call, asked: Read, part: Part): void {
    const position = call.told?.ledgerSeq ?? 0
    if (asked.kind === 'look-up') return this.#lookUp(call, asked.transfer, part)
    const name = asked.kind === 'balance' ? asked.name : `${asked.account} ${asked.asset}`
    this.#compareAll([this.#ledger.partOf(name)], [part], call, position)
  }

  #lookUp(call: Call, id: string, { code, state }: Part): void {
    if (this.#claims.isUnsure(id) || this.#loose.isLoose(`transfer ${id}`, call.told?.ledgerSeq ?? 0)) return
    const expected = this.#ledger.transfer(id)?.state
    const actual = state ?? (code === 'not_found' ? undefined : code)
    this.#demand(actual === expected, 'state', call, () => `the transfer was ${expected ?? 'not there'} by then`)
  }

  /** A refusal that keeps nothing; or a batch in which every item had happened before. */
  #notKept(call: Call, asked: Command, told: Told): void {
    if (isNotKept(asked, told)) return this.#claims.refusedForOther(call, asked)
    this.#claims.decidedAnew(call, asked)
    const wasLoose = this.#isLoose(asked, told.ledgerSeq)
    const decision = this.#ledger.perform(asked, [])
    this.#ledger.takeBack()
    const { code, item } = told.parts[0] ?? {}
    const refusal = code === undefined ? undefined : { code, ...(item !== undefined && { item }) }
    this.#agree(decision, refusal, call, wasLoose)
  }

  #wholeBatch(call: Call, asked: Command, told: Told): void {
    if (isNotKept(asked, told)) this.#claims.refusedForOther(call, asked)
    else this.#claims.wholeBatch(call, asked)
  }

  #agree(decision: Decision, told: Refused | undefined, call: Call, wasLoose: boolean): void {
    if (wasLoose) {
      if (told !== undefined) this.#ledger.takeBack()
      return
    }
    const due = isRefused(decision) ? decision : undefined
    if (due === undefined && told !== undefined) this.#ledger.takeBack()
    this.#demand(due?.code === told?.code && due?.item === told?.item, 'decision', call, () => {
      const at = due?.item === undefined ? '' : ` for item ${due.item}`
      return due === undefined ? 'nothing stood against it by then' : `it was to be refused as ${due.code}${at}`
    })
  }

  /** What is told wrong is believed from there on: one fault is told once. */
  #compareAll(
    expected: readonly Part[],
    told: readonly Part[],
    call: Call,
    position: number,
    isBelieved = false,
  ): void {
    for (const [index, part] of told.entries()) {
      const due = expected[index]
      for (const [name, balance] of Object.entries(part.balances)) {
        const right = due?.balances[name] ?? toldOf(this.#ledger.account(name))
        const isRight = differing(right, balance).length === 0
        const wasLoose = isBelieved || this.#loose.isLoose(name, position)
        this.#loose.believe(name, position)
        if (isRight || (wasLoose && isToldAgain(part, told, index))) continue
        this.#ledger.setAccount(name, corrected(this.#ledger.account(name), balance, part))
        this.#demand(wasLoose, 'balance', call, () => `of ${name} it told ${shown(balance)}, not ${shown(right)}`)
      }
      this.#compareSettings(due, part, call, position)
      const isState = [due?.state, part.state].includes(undefined) || due?.state === part.state
      this.#demand(isState, 'state', call, () => `it told ${part.state}, not ${due?.state}`)
    }
  }

  #compareSettings(due: Part | undefined, part: Part, call: Call, position: number): void {
    if (part.settings === undefined || due?.settings === undefined) return
    const [name = ''] = Object.keys(part.balances)
    this.#compareOne(due.settings, part.settings, limitsOf(name), call, position)
    const [right, told] = [due, part].map(({ metadata, revision }) => ({ metadata: sorted(metadata), revision }))
    this.#compareOne(right, told, notesOf(name), call, position)
    this.#ledger.setAccount(name, corrected(this.#ledger.account(name), {}, part))
    const { metadata = {}, revision = 0 } = part
    this.#ledger.setNotes(name.slice(0, name.indexOf(' ')), { metadata, revision })
  }

  #compareOne(due: unknown, told: unknown, what: string, call: Call, position: number): void {
    const [right, actual] = [JSON.stringify(due), JSON.stringify(told)]
    const isLoose = this.#loose.isLoose(what, position)
    this.#loose.believe(what, position)
    this.#demand(isLoose || right === actual, 'state', call, () => `${what} were told as ${actual}, not ${right}`)
  }

  #isLoose(command: Command, position: number): boolean {
    const namesOf = (transfer: string) => this.#ledger.namesOf(transfer)
    const lookedAt = lookedAtBy(command, namesOf)
    if (idsIn(command).some((id) => this.#claims.isUnsure(id))) return true
    return [...lookedAt, ...lookedAt.map(limitsOf)].some((what) => this.#loose.isLoose(what, position))
  }

  #demand(holds: boolean, kind: Kind, call: Call, message: () => string): void {
    this.#violations.demand(holds, kind, () => `${described(call)}: ${message()}`)
  }
}

/** The ids that its decision looks for. */
function idsIn(command: Command): readonly string[] {
  if (command.kind === 'batch') return command.body.items.flatMap(({ id }) => id ?? [])
  return 'transfer' in command ? [command.transfer] : []
}

/** An id that comes twice in a batch is answered as it was the first time: that is no news of what came between. */
function isToldAgain({ id }: Part, told: readonly Part[], index: number): boolean {
  return id !== undefined && told.findIndex((part) => part.id === id) < index
}
