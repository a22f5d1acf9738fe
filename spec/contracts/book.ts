// A ledger without actors: it runs requests one after another through the rules and keeps what they leave.

import { available, decodeAccount } from '../../actors/contracts/account.ts'
import type { Fact } from '../../actors/contracts/facts.ts'
import { ledger } from '../../actors/contracts/ledger.ts'
import type { Refusal } from '../../actors/contracts/refusal.ts'
import type { Transaction } from '../../actors/state-storage/messages.ts'
import { namesOf } from '../../actors/virtual-machine/idempotency.ts'
import type { ProcessTransaction } from '../../actors/virtual-machine/messages.ts'
import { transferName } from '../../actors/virtual-machine/names.ts'
import { aTransfer, type TransferOptions } from '../setup/actors.ts'

/** One in which these have happened. */
export function bookWith(...transfers: TransferOptions[]): Book {
  const book = new Book()
  for (const transfer of transfers) {
    const { refusal } = book.decide(aTransfer(transfer))
    if (refusal !== undefined) throw new Error(`refused: ${refusal.code}`)
  }
  return book
}

export class Book {
  readonly values = new Map<string, string>()
  readonly facts = new Map<string, Transaction>()
  time = 1_000
  #seq = 0

  readonly known = {
    read: (key: string) => this.values.get(key),
    fact: (name: string) => this.facts.get(name),
  }

  /** The refusal's code, or the fact's state. */
  does(request: ProcessTransaction): string {
    const { fact, refusal } = this.decide(request)
    return refusal?.code ?? fact.state
  }

  decide(request: ProcessTransaction): { fact: Fact; refusal?: Refusal; writes: ReadonlyMap<string, string> } {
    const writes = new Map<string, string>()
    const { keys } = ledger.needs(request)
    const asked = new Set([...keys, ...ledger.moreKeys(request, this.known)])
    const state = {
      read: (key: string) => {
        if (!asked.has(key) && !writes.has(key)) throw new Error(`${key} was not asked for`)
        return writes.get(key) ?? this.values.get(key)
      },
      write: (key: string, value: string) => void writes.set(key, value),
      fact: this.known.fact,
    }
    const stamp = { seq: this.#seq + 1, time: this.time, ids: namesOf(request), offset: 0 }
    const decision = ledger.process(request, state, stamp)
    if (decision.refusal !== undefined) return { ...decision, writes }
    this.#seq += 1
    for (const [key, value] of writes) this.values.set(key, value)
    this.#remember(decision.fact)
    return { ...decision, writes }
  }

  /** `posted/pending in/pending out/available` in UNIT. */
  balance(id: string): string {
    const account = decodeAccount(this.values.get(`account/UNIT/${id}`))
    return [account.posted, account.pendingIn, account.pendingOut, available(account)].join('/')
  }

  #remember(fact: Fact): void {
    for (const name of fact.ids ?? []) this.facts.set(name, fact)
    // What the VirtualMachine learns of a server-made id by its seq.
    if (fact.method === 'Transfer') this.facts.set(transferName(fact.id), fact)
  }
}
