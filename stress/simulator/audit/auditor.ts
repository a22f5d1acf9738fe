// Goes through the tape fact by fact, and holds each against what the second ledger says must have come of it.

import type { Seq } from '../../../actors/state-storage/messages.ts'
import type { BatchFact } from '../../../actors/virtual-machine/messages.ts'
import type { Command, TransferAsked } from '../../commands/command.ts'
import type { Of } from '../../commands/simple-rules.ts'
import { contentOf, fingerprintOf } from '../clients/requests.ts'
import { compareFact, type Told } from './compare.ts'
import type { KeptFact } from './line.ts'
import { idIn, SecondLedger } from './second-ledger.ts'
import { demand, Tape, Wrong } from './tape.ts'

type Item = Exclude<KeptFact, BatchFact>
interface Named {
  readonly content: string
  readonly fact: Item
}

export class Auditor {
  readonly tape = new Tape()
  readonly ledger = new SecondLedger()
  #audited: Seq = 0
  /** What clients have asked for under a key, by key and fingerprint. */
  readonly #asked = new Map<string, Command>()
  readonly #keys = new Map<string, KeptFact>()
  readonly #ids = new Map<string, Named>()

  get audited(): Seq {
    return this.#audited
  }

  /** A client is about to ask for this, maybe not for the first time. */
  expect(command: Command): void {
    this.#asked.set(nameOf(command.key, fingerprintOf(command)), command)
  }

  /** The fact that has used a key up. */
  byKey(key: string): KeptFact | undefined {
    return this.#keys.get(key)
  }

  /** Throws Wrong at the first fact that should not be as it is. */
  auditThrough(seq: Seq): void {
    demand(seq <= this.tape.seq, () => `seq ${seq} was told, but only ${this.tape.seq} is durable`)
    while (this.#audited < seq) {
      this.#audited += 1
      const [fact, ...items] = this.tape.facts(this.#audited)
      if (fact === undefined) throw new Wrong(`there is no fact of seq ${this.#audited}`)
      if (fact.method === 'Batch') this.#batch(fact, items as Item[])
      else this.#single(fact, items.length)
    }
  }

  #single(fact: Item, others: number): void {
    demand(others === 0, () => `seq ${fact.seq} holds several facts and no batch`)
    if (fact.method === 'Expire') return this.#expiry(fact)
    const command = this.#take(fact)
    const id = idIn(command)
    const known = id === undefined ? undefined : this.#ids.get(id)
    demand(known === undefined, () => `seq ${fact.seq}: the id ${id} was taken already: ${text(fact)}`)
    compareFact(fact, this.#decide(command, fact), this.ledger)
    if (id !== undefined) this.#ids.set(id, { content: contentOf(command as Of<'transfer'>), fact })
  }

  #expiry(fact: Item): void {
    const told = this.ledger.expire('id' in fact ? fact.id : '', fact.time)
    if (told === undefined) throw new Wrong(`seq ${fact.seq} expires what is not due, or not yet: ${text(fact)}`)
    compareFact(fact, told, this.ledger)
  }

  /** The command that a fact has come of. A key is used up by one fact only: that is exactly once. */
  #take(fact: KeptFact): Command {
    const { key, fingerprint: asked } = fact.request ?? {}
    const command = this.#asked.get(nameOf(key, asked ?? ''))
    if (key === undefined || command === undefined)
      throw new Wrong(`nobody has asked for seq ${fact.seq}: ${text(fact)}`)
    const earlier = this.#keys.get(key)
    demand(earlier === undefined, () => `the key ${key} happened twice: ${text(earlier)} and ${text(fact)}`)
    this.#keys.set(key, fact)
    return command
  }

  #decide(command: Command, fact: Item): Told {
    const id = idIn(command) ?? `tr_${fact.seq}`
    switch (command.kind) {
      case 'transfer':
        return this.ledger.transfer(command.body, id, fact)
      case 'reverse':
        return this.ledger.reverse(command.transfer, id)
      case 'post':
      case 'void':
        return this.ledger.settle(command, fact.time)
      case 'settings':
        return this.ledger.settings(command)
      case 'batch':
        throw new Wrong(`a batch left no fact of its own at seq ${fact.seq}`)
    }
  }

  /** All items or none: what the second ledger has done by the first refusal is taken back. */
  #batch(fact: BatchFact, facts: Item[]): void {
    const command = this.#take(fact)
    if (command.kind !== 'batch') return this.#repeat(fact, command, facts.length)
    const taken: string[] = []
    this.ledger.begin()
    const refusal = this.#items(command.body.items, fact, [...facts], taken)
    this.ledger.end(refusal === undefined)
    if (refusal !== undefined) for (const id of taken) this.#ids.delete(id)
    demand(refusal === undefined || facts.length === 0, () => `a refused batch has left facts: ${text(fact)}`)
    checkOutcome(fact, refusal)
  }

  /** A new key of a known id: as a batch of this one item, that tells again what was decided, or refuses. */
  #repeat(fact: BatchFact, command: Exclude<Command, { kind: 'batch' }>, others: number): void {
    const id = idIn(command)
    const known = id === undefined ? undefined : this.#ids.get(id)
    if (known === undefined) throw new Wrong(`seq ${fact.seq} is a batch, but nobody has asked for one: ${text(fact)}`)
    demand(others === 0, () => `seq ${fact.seq} only repeats, but holds other facts`)
    const isSame = known.content === contentOf(command as Of<'transfer'>)
    checkOutcome(fact, isSame ? undefined : { code: 'id_exists_with_different_content' })
    if (isSame) checkEarlier(fact, [[0, known.fact]])
  }

  #items(items: readonly TransferAsked[], batch: BatchFact, facts: Item[], taken: string[]) {
    const { seq, refusal } = batch
    const earlier: (readonly [number, Item])[] = []
    for (const [item, body] of items.entries()) {
      const known = body.id === undefined ? undefined : this.#ids.get(body.id)
      const content = body.id === undefined ? '' : contentOf({ kind: 'transfer', body })
      if (known !== undefined && known.content !== content) return { code: 'id_exists_with_different_content', item }
      if (known?.fact.refusal !== undefined) return { code: known.fact.refusal.code, item }
      if (known !== undefined) {
        earlier.push([item, known.fact])
        continue
      }
      const told = this.ledger.transfer(body, body.id ?? `tr_${seq}.${item}`, batch)
      if ('code' in told) return { code: told.code, item }
      const fact = refusal === undefined ? facts.shift() : undefined
      if (fact !== undefined) compareFact(fact, told, this.ledger)
      else demand(refusal !== undefined, () => `item ${item} of the batch of seq ${seq} has left no fact`)
      if (body.id === undefined) continue
      // A batch that was refused has left no facts, but its items still know each other until it was.
      this.#ids.set(body.id, { content, fact: fact ?? ({} as Item) })
      taken.push(body.id)
    }
    demand(facts.length === 0, () => `the batch of seq ${seq} has left facts that nobody asked for`)
    if (refusal === undefined) checkEarlier(batch, earlier)
    return undefined
  }
}

/** It is refused as it should be, and then tells nothing else; or it is not. */
function checkOutcome(fact: BatchFact, expected: { readonly code: string; readonly item?: number } | undefined): void {
  const { refusal, state, earlier, balances, postings } = fact
  const isRight =
    refusal?.code === expected?.code &&
    refusal?.item === expected?.item &&
    state === (expected === undefined ? 'posted' : 'refused') &&
    typeof refusal?.request_id === (expected === undefined ? 'undefined' : 'string') &&
    (expected === undefined || earlier.length === 0) &&
    balances.length === 0 &&
    postings.length === 0
  demand(isRight, () => `${text(fact)}: expected ${text(expected)}`)
}

/** It tells again, letter by letter, what was decided before. */
function checkEarlier(fact: BatchFact, expected: readonly (readonly [number, Item])[]): void {
  demand(text(fact.earlier) === text(expected), () => `${text(fact)} should repeat ${text(expected)}`)
}

function nameOf(key: string | undefined, asked: string): string {
  return `${key}\n${asked}`
}

function text(value: unknown): string {
  return JSON.stringify(value)
}
