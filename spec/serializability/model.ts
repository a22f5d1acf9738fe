// A ledger that is right, as seen from outside: the second ledger decides, and seqs, answers and times are put around it.

import type { BalanceTold, Command, Outcome } from '../../stress/commands/command.ts'
import { SimpleLedger } from '../../stress/commands/simple-ledger.ts'
import { type Asked, type Call, isRead, type Part, type Read, type Told } from '../../stress/serializability/history.ts'

const nothing = { posted: '0', pending_in: '0', pending_out: '0', version: 0 }
const unlimited = { min_balance: null, max_balance: null, closed: false }
const statuses: Readonly<Record<string, number>> = { not_found: 404, precondition_failed: 412 }

export interface Times {
  readonly invoked: number
  readonly completed: number
  readonly connection?: number
}

type Settings = Extract<Outcome, { settings: unknown }>

export class Model {
  readonly ledger = new SimpleLedger()
  readonly calls: Call[] = []
  readonly #seqs = new Map<Outcome, number>()
  readonly #limits = new Map<string, Settings['settings']>()
  readonly #metadata = new Map<string, Settings['metadata']>()
  readonly #keys = new Set<string>()
  seq = 0

  /** Does it now, and records the call. `isLost`: it happened, but its answer never came. */
  ask(asked: Asked, { invoked, completed, connection = 0 }: Times, isLost = false): Told {
    const told = isRead(asked) ? this.#read(asked) : this.#write(asked)
    const end = isLost ? Number.POSITIVE_INFINITY : completed
    this.calls.push({ connection, invoked, completed: end, asked, told: isLost ? undefined : told })
    return told
  }

  /** Was sent, and never happened. */
  lose(asked: Command, { invoked, connection = 0 }: Times): void {
    this.calls.push({ connection, invoked, completed: Number.POSITIVE_INFINITY, asked, told: undefined })
  }

  balance(name: string): BalanceTold {
    return this.ledger.balances().get(name) ?? nothing
  }

  #read(read: Read): Told {
    const common = { status: 200, ledgerSeq: this.seq, replayed: false, digest: '' }
    if (read.kind === 'balance') return { ...common, parts: [{ balances: { [read.name]: this.balance(read.name) } }] }
    if (read.kind === 'account') return { ...common, parts: [this.#account(read.account, read.asset)] }
    const state = this.ledger.stateOf(read.transfer)
    if (state !== undefined) return { ...common, parts: [{ state, id: read.transfer, balances: {} }] }
    return { ...common, status: 404, parts: [{ code: 'not_found', balances: {} }] }
  }

  #account(account: string, asset: string): Part {
    const name = `${account} ${asset}`
    return {
      balances: { [name]: this.balance(name) },
      settings: this.#limits.get(name) ?? unlimited,
      metadata: this.#metadata.get(account) ?? {},
      revision: this.ledger.revisionOf(account),
    }
  }

  #write(command: Command): Told {
    const { outcome, replayed } = this.ledger.decide(command)
    const isKeyNew = command.key !== undefined && !this.#keys.has(command.key)
    if (command.key !== undefined) this.#keys.add(command.key)
    if (isKeyNew && this.#isOld(command, outcome, replayed)) this.seq++
    else if (!replayed && (isKeyNew || command.key === undefined)) this.#number(command, outcome)
    if ('settings' in outcome && command.kind === 'settings') {
      this.#limits.set(`${command.account} ${command.body.asset}`, outcome.settings)
      this.#metadata.set(command.account, outcome.metadata)
    }
    const parts = this.#parts(command, outcome)
    const status = 'code' in outcome ? (statuses[outcome.code] ?? 422) : 200
    return { status, ledgerSeq: this.seq, replayed, digest: JSON.stringify(parts), parts }
  }

  /** A new key of an id that is known takes a seq, and nothing else happens. */
  #isOld(command: Command, outcome: Outcome, replayed: boolean): boolean {
    const isOther = 'code' in outcome && outcome.code === 'id_exists_with_different_content'
    return command.kind !== 'batch' && (replayed || isOther)
  }

  /** Every item of an independent batch with a key takes a seq; an atomic one takes one. */
  #number(command: Command, outcome: Outcome): void {
    if ('items' in outcome && command.kind === 'batch' && command.body.mode === 'independent') {
      for (const item of outcome.items) this.#count(item)
      return
    }
    if ('code' in outcome) {
      const isNamed = command.key !== undefined || ('id' in command.body && command.kind !== 'settings')
      const isNotKept = outcome.code === 'id_exists_with_different_content' && command.key === undefined
      if (isNamed && !isNotKept) this.seq++
      return
    }
    this.#count(outcome)
    if ('items' in outcome) {
      for (const [item, one] of outcome.items.entries()) this.#nameItem(one, item)
    }
  }

  #count(outcome: Outcome): void {
    this.#seqs.set(outcome, ++this.seq)
    if ('state' in outcome) outcome.id ??= `tr_${this.seq}`
  }

  #nameItem(outcome: Outcome, item: number): void {
    if (this.#seqs.has(outcome) || !('state' in outcome)) return
    this.#seqs.set(outcome, this.seq)
    outcome.id ??= `tr_${this.seq}.${item}`
  }

  #parts(command: Command, outcome: Outcome): readonly Part[] {
    if ('items' in outcome) return outcome.items.flatMap((item) => this.#parts(command, item))
    if ('code' in outcome) return [{ ...outcome, balances: {} }]
    const seq = this.#seqs.get(outcome) ?? 0
    if ('settings' in outcome && command.kind === 'settings') {
      return [{ ...this.#account(command.account, command.body.asset), seq }]
    }
    if (!('state' in outcome)) return []
    const { id, state, balances } = outcome
    return [{ seq, state, balances, ...(id !== undefined && { id }) }]
  }
}
