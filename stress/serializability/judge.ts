// Holds one answer after another, in the order of seqs, against a ledger that does the same commands one by one.

import type { Command } from '../commands/command.ts'
import { told as toldOf } from '../commands/simple-rules.ts'
import { corrected, differing, shown, sorted } from './comparing.ts'
import { type Call, described, isRead, type Part, type Read } from './history.ts'
import { contentOf, type Decision, isRefused, type Refused, type SerialLedger } from './ledger/serial-ledger.ts'
import type { Owner } from './ledger/serial-state.ts'
import { type LooseEnds, limitsOf, notesOf, touchedBy } from './loose-ends.ts'
import { type Deed, idOf, namesOf } from './places.ts'
import type { Kind, Violations } from './violations.ts'

export class Judge {
  readonly #ledger: SerialLedger
  readonly #loose: LooseEnds
  readonly #isLost: (name: string) => boolean
  readonly #violations: Violations

  /** `isLost`: whether a call with this name, `key …` or `id …`, never got an answer of its own. */
  constructor(ledger: SerialLedger, loose: LooseEnds, isLost: (name: string) => boolean, violations: Violations) {
    this.#ledger = ledger
    this.#loose = loose
    this.#isLost = isLost
    this.#violations = violations
  }

  /** A write at its own seq. */
  deed({ seq, call, command, parts, isFromReplay }: Deed): void {
    for (const name of namesTaken(call, command)) {
      this.#demand(this.#ledger.owner(name) === undefined, 'replay', call, () => `it was done, but ${name} was taken`)
    }
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
    const isWhole = call.asked === command
    const digest = isWhole ? call.told?.digest : undefined
    this.#take(call, command, { digest, part: told ?? { balances: {} } })
    if (isFromReplay) this.#demand(!this.#isFresh(call), 'replay', call, () => 'it tells of nothing before it')
  }

  /** An answer that took no seq: it saw everything up to its Ledger-Seq. */
  other(call: Call): void {
    const { asked, told } = call
    if (told === undefined) return
    if (isRead(asked)) this.#read(call, asked, told.parts[0] ?? { balances: {} })
    else if (asked.kind === 'batch' && asked.body.mode === 'independent') this.#wholeBatch(call, asked)
    else if (told.replayed) this.#replay(call, asked)
    else this.#notKept(call, asked)
  }

  #read(call: Call, asked: Read, part: Part): void {
    const position = call.told?.ledgerSeq ?? 0
    if (asked.kind === 'look-up') return this.#lookUp(call, asked.transfer, part)
    const name = asked.kind === 'balance' ? asked.name : `${asked.account} ${asked.asset}`
    this.#compareAll([this.#ledger.partOf(name)], [part], call, position)
  }

  #lookUp(call: Call, id: string, { code, state }: Part): void {
    if (this.#isUnsure(id) || this.#loose.isLoose(`transfer ${id}`, call.told?.ledgerSeq ?? 0)) return
    const expected = this.#ledger.transfer(id)?.state
    const actual = state ?? (code === 'not_found' ? undefined : code)
    this.#demand(actual === expected, 'state', call, () => `the transfer was ${expected ?? 'not there'} by then`)
  }

  #replay(call: Call, asked: Command): void {
    const owner = this.#ownerOf(asked)
    const digest = call.told?.digest
    if (owner === undefined) {
      const isTrace = namesOf(asked).some(this.#isLost) && (call.told?.status ?? 0) >= 400
      this.#demand(isTrace, 'replay', call, () => 'it is marked as a replay, but nothing had happened under its name')
      if (isTrace) this.#take(call, asked, { digest, part: call.told?.parts[0] ?? { balances: {} } })
      return
    }
    const isSame = owner.content === contentOf(asked)
    this.#demand(
      isSame,
      'replay',
      call,
      () => 'its name was taken by another request, and it got the answer to that one',
    )
    if (isSame) this.#compareBytes(owner, call)
  }

  /** A refusal that keeps nothing; or a batch in which every item had happened before. */
  #notKept(call: Call, asked: Command): void {
    const told = call.told?.parts[0]
    const owner = this.#ownerOf(asked)
    if (
      told?.code === 'idempotency_key_reused' ||
      (told?.code === 'id_exists_with_different_content' && asked.kind !== 'batch')
    ) {
      const isOther = owner !== undefined ? owner.content !== contentOf(asked) : namesOf(asked).some(this.#isLost)
      return this.#demand(isOther, 'decision', call, () => 'no other request had taken its name by then')
    }
    this.#demand(owner === undefined, 'replay', call, () => 'its name was taken, and it was decided once more')
    const wasLoose = this.#isLoose(asked, call.told?.ledgerSeq ?? 0)
    const decision = this.#ledger.perform(asked, [])
    this.#ledger.takeBack()
    const item = told?.item === undefined ? {} : { item: told.item }
    this.#agree(decision, told?.code === undefined ? undefined : { code: told.code, ...item }, call, wasLoose)
  }

  #wholeBatch(call: Call, asked: Command): void {
    const owner = asked.key === undefined ? undefined : this.#ledger.owner(`key ${asked.key}`)
    if (owner !== undefined) this.#compareBytes(owner, call)
    else if (asked.key !== undefined) {
      this.#ledger.own(`key ${asked.key}`, {
        content: contentOf(asked),
        digest: call.told?.digest,
        part: { balances: {} },
      })
    }
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
        if (isRight) continue
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

  #compareBytes(owner: Owner, call: Call): void {
    const { told } = call
    owner.digest ??= told?.digest
    this.#demand(owner.digest === told?.digest, 'replay', call, () => 'these are not the bytes of the first answer')
  }

  #ownerOf(asked: Command): Owner | undefined {
    const byKey = asked.key === undefined ? undefined : this.#ledger.owner(`key ${asked.key}`)
    const id = idOf(asked)
    return byKey ?? (id === undefined ? undefined : this.#ledger.owner(`id ${id}`))
  }

  #take(call: Call, command: Command, { digest, part }: Omit<Owner, 'content'>): void {
    const { asked } = call
    if (isRead(asked)) return
    const owner = { content: contentOf(command), digest, part }
    if (asked === command && asked.key !== undefined) this.#ledger.own(`key ${asked.key}`, owner)
    const id = idOf(command)
    if (id === undefined) return
    this.#ledger.own(`id ${id}`, owner)
    if (part.code !== undefined) this.#ledger.keepRefused(id)
  }

  #isFresh(call: Call): boolean {
    return call.told?.replayed === false
  }

  #isLoose(command: Command, position: number): boolean {
    const namesOf = (transfer: string) => this.#ledger.namesOf(transfer)
    const touched = touchedBy(command, namesOf)
    if (idsIn(command).some((id) => this.#isUnsure(id))) return true
    return [...touched, ...touched.map(limitsOf)].some((what) => this.#loose.isLoose(what, position))
  }

  /** A lost request may have taken it, and been refused: then no answer tells when. */
  #isUnsure(id: string): boolean {
    return this.#ledger.owner(`id ${id}`) === undefined && this.#isLost(`id ${id}`)
  }

  #demand(holds: boolean, kind: Kind, call: Call, message: () => string): void {
    this.#violations.demand(holds, kind, () => `${described(call)}: ${message()}`)
  }
}

/** Of an independent batch the key is used for nothing else: it is compared when the whole answer is. */
function namesTaken({ asked }: Call, command: Command): readonly string[] {
  return asked === command ? namesOf(command) : namesOf(command).filter((name) => name.startsWith('id '))
}

/** The ids that its decision looks for. */
function idsIn(command: Command): readonly string[] {
  if (command.kind === 'batch') return command.body.items.flatMap(({ id }) => id ?? [])
  return 'transfer' in command ? [command.transfer] : []
}
