// The records that are durable, in order, and what follows from them: the facts by seq, and the state as keys and values.

import type { Head, Seq } from '../../../actors/state-storage/messages.ts'
import { isUnchanged, type KeptFact, type Line } from './line.ts'

/** What the simulator has found wrong: the end of its world. */
export class Wrong extends Error {
  override readonly name = 'Wrong'
}

export function demand(holds: boolean, message: () => string): asserts holds {
  if (!holds) throw new Wrong(message())
}

export class Tape {
  readonly lines: string[] = []
  /** The line that holds seq n at index n − 1. */
  readonly #lines: string[] = []
  /** Key to value, as JSON text. */
  readonly values = new Map<string, string>()
  /** Those of seq n at index n − 1. */
  readonly #facts: KeptFact[][] = []
  /** Those of each line. */
  readonly #factsOf: (readonly KeptFact[])[] = []
  #transfers = 0
  #head: Head | undefined
  #genesis: Head | undefined

  get genesis(): Head | undefined {
    return this.#genesis
  }

  get head(): Head | undefined {
    return this.#head
  }

  get seq(): Seq {
    return this.#head?.seq ?? 0
  }

  /** How many transfers have happened, holds among them: none that was refused, and nothing that was done with one later. */
  get transfers(): number {
    return this.#transfers
  }

  facts(seq: Seq): readonly KeptFact[] {
    return this.#facts[seq - 1] ?? []
  }

  lineOf(seq: Seq): string | undefined {
    return this.#lines[seq - 1]
  }

  /** For the archive, which would take the same line apart again: undefined if `line` is another one. */
  factsIn(seq: Seq, line: string): readonly KeptFact[] | undefined {
    return line === this.lineOf(seq) ? this.facts(seq) : undefined
  }

  /** Binds it to the ledger that was made. */
  begin(genesis: Head): void {
    this.#head = genesis
    this.#genesis = genesis
  }

  /** Throws Wrong if it does not follow: no gap, no step back in time, the right link. */
  take(text: string): void {
    const line: Line = JSON.parse(text)
    const [first, last] = line.seq
    const before = this.#head
    demand(before !== undefined && first === before.seq + 1, () => `seq ${first} follows ${before?.seq}`)
    demand(line.prev === before.hash, () => `the record of seq ${first} is not linked to the one before`)
    demand(line.time >= before.time, () => `time ${line.time} of seq ${first} is before ${before.time}`)
    for (const fact of line.transactions) this.#add(fact)
    demand(this.#facts.length === last, () => `the facts of seq ${first} to ${last} end at ${this.#facts.length}`)
    for (const [key, value] of line.writes) this.#write(key, value)
    this.lines.push(text)
    this.#factsOf.push(line.transactions)
    for (let seq = first; seq <= last; seq++) this.#lines.push(text)
    this.#head = { seq: last, hash: line.hash, time: line.time }
  }

  /** For the end. Looks at every so many lines from the one with that index on. Throws Wrong if a durable fact was changed. */
  checkUnchanged(from: number, every: number): void {
    for (let index = from; index < this.lines.length; index += every) {
      const line = this.lines[index] ?? ''
      const facts = this.#factsOf[index] ?? []
      demand(isUnchanged(line, facts), () => `after it was durable ${line} was changed to ${JSON.stringify(facts)}`)
    }
  }

  #add(fact: KeptFact): void {
    const { seq, method, refusal } = fact
    if (method === 'Transfer' && refusal === undefined) this.#transfers += 1
    const next = this.#facts.length + 1
    demand(seq === next || seq === next - 1, () => `a fact of seq ${seq} stands where ${next} comes`)
    if (seq === next) this.#facts.push([fact])
    else this.#facts[seq - 1]?.push(fact)
  }

  #write(key: string, value: unknown): void {
    if (value === null) this.values.delete(key)
    else this.values.set(key, JSON.stringify(value))
  }
}
