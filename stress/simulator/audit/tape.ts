// The records that are durable, in order, and what follows from them: the facts by seq, and the state as keys and values.

import type { JournalEntry } from '../../../actors/state-storage/journal.ts'
import type { Head, Seq } from '../../../actors/state-storage/messages.ts'
import { isUnchanged, type KeptFact, readLine } from './line.ts'

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

  /** Throws Wrong if it does not follow: no gap, no step back in time, the right link. `wanted`: as for `readLine`. */
  take(text: string, wanted?: JournalEntry): void {
    const line = readLine(text, this.#head?.hash ?? '', wanted)
    const [first, last] = line.seq
    const before = this.#head
    demand(before !== undefined && first === before.seq + 1, () => `seq ${first} follows ${before?.seq}`)
    demand(line.prev === before.hash, () => `the record of seq ${first} is not linked to the one before`)
    demand(line.time >= before.time, () => `time ${line.time} of seq ${first} is before ${before.time}`)
    for (const fact of line.transactions) this.#add(fact)
    demand(this.#facts.length === last, () => `the facts of seq ${first} to ${last} end at ${this.#facts.length}`)
    for (const [key, value] of line.writes) this.#write(key, value)
    this.lines.push(text)
    for (let seq = first; seq <= last; seq++) this.#lines.push(text)
    this.#head = { seq: last, hash: line.hash, time: line.time }
  }

  /** For the end: Throws Wrong if somebody has changed a fact that was durable. */
  checkUnchanged(): void {
    let seq = 0
    for (const line of this.lines) {
      const facts: KeptFact[] = []
      while (this.#lines[seq] === line) facts.push(...(this.#facts[seq++] ?? []))
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

  #write(key: string, value: string): void {
    if (value === 'null') this.values.delete(key)
    else this.values.set(key, value)
  }
}
