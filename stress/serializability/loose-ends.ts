// Which accounts a write of unknown fate may have changed, and from where on: they are believed once, and compared again from there.

import type { Command } from '../commands/command.ts'
import { guardedNames, namesIn } from '../commands/simple-rules.ts'
import { firstAbove } from './gaps.ts'
import type { Lost } from './places.ts'

export class LooseEnds {
  readonly #gaps: readonly number[]
  /** The lowest seq above which a lost write may have changed something. */
  readonly #lowest = new Map<string, number>()
  readonly #believedAt = new Map<string, number>()

  readonly #carried: ReadonlySet<string>

  /** `carried` is what was loose when the piece before this one ended. `gaps` rise. `postingsOf` knows the names of a transfer's accounts; undefined if there is no such transfer. */
  constructor(
    carried: readonly string[],
    gaps: readonly number[],
    lost: readonly Lost[],
    namesOf: (transfer: string) => readonly string[],
  ) {
    this.#carried = new Set(carried)
    this.#gaps = gaps
    for (const { lower, command } of lost) {
      for (const name of touchedBy(command, namesOf)) {
        this.#lowest.set(name, Math.min(lower, this.#lowest.get(name) ?? lower))
      }
    }
  }

  isLoose(what: string, position: number): boolean {
    const made = what.startsWith('transfer tr_') ? /^transfer tr_([0-9]+)/.exec(what)?.[1] : undefined
    if (made !== undefined && this.#isGap(Number(made))) return true
    if (this.#carried.has(what) && !this.#believedAt.has(what)) return true
    const lowest = this.#lowest.get(what)
    if (lowest === undefined) return false
    const gap = this.#gaps[firstAbove(this.#gaps, position) - 1] ?? 0
    return gap > Math.max(lowest, this.#believedAt.get(what) ?? 0)
  }

  /** What nobody was told of until `position`, the end of the piece. */
  stillLoose(position: number): readonly string[] {
    const made = this.#lowest.size === 0 ? [] : this.#gaps.map((seq) => `transfer tr_${seq}`)
    const known = [...this.#carried, ...this.#lowest.keys()]
    return [...made, ...known.filter((what) => this.isLoose(what, position))]
  }

  #isGap(seq: number): boolean {
    return this.#gaps[firstAbove(this.#gaps, seq) - 1] === seq
  }

  /** What an answer told of it at `position` is taken as it is. */
  believe(what: string, position: number): void {
    if (this.#lowest.has(what) || this.#carried.has(what)) this.#believedAt.set(what, position)
  }
}

/** What a balance does not tell is believed apart: the limits of an account in an asset, and its metadata. */
export const limitsOf = (name: string): string => `limits ${name}`
export const notesOf = (name: string): string => `notes ${name.slice(0, name.indexOf(' '))}`

/** What it may have changed. */
export function touchedBy(command: Command, namesOf: (transfer: string) => readonly string[]): readonly string[] {
  if (command.kind === 'transfer') {
    const { id, postings } = command.body
    return [...namesIn(postings), ...(id === undefined ? [] : [`transfer ${id}`])]
  }
  if (command.kind === 'batch') return namesIn(command.body.items.flatMap(({ postings }) => postings))
  if (command.kind === 'settings') {
    const name = `${command.account} ${command.body.asset}`
    return [name, limitsOf(name), notesOf(name)]
  }
  return [...namesOf(command.transfer), `transfer ${command.transfer}`]
}

/** What its decision looked at: a guard may name what no posting does. */
export function lookedAtBy(command: Command, namesOf: (transfer: string) => readonly string[]): readonly string[] {
  const asked = command.kind === 'transfer' ? [command.body] : command.kind === 'batch' ? command.body.items : []
  return [...touchedBy(command, namesOf), ...asked.flatMap(guardedNames)]
}
