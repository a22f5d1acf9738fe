// Which accounts a write of unknown fate may have changed, and from where on: they are believed once, and compared again from there.

import type { Command } from '../commands/command.ts'
import { namesIn } from '../commands/simple-rules.ts'
import { firstAbove } from './gaps.ts'
import type { Lost } from './places.ts'

export class LooseEnds {
  readonly #gaps: readonly number[]
  /** The lowest seq above which a lost write may have changed a name. */
  readonly #lowest = new Map<string, number>()
  readonly #believedAt = new Map<string, number>()

  /** `gaps` rise. `postingsOf` knows the names of a transfer's accounts; undefined if there is no such transfer. */
  constructor(gaps: readonly number[], lost: readonly Lost[], namesOf: (transfer: string) => readonly string[]) {
    this.#gaps = gaps
    for (const { lower, command } of lost) {
      for (const name of touchedBy(command, namesOf)) {
        this.#lowest.set(name, Math.min(lower, this.#lowest.get(name) ?? lower))
      }
    }
  }

  isLoose(name: string, position: number): boolean {
    const lowest = this.#lowest.get(name)
    if (lowest === undefined) return false
    const gap = this.#gaps[firstAbove(this.#gaps, position) - 1] ?? 0
    return gap > Math.max(lowest, this.#believedAt.get(name) ?? 0)
  }

  /** What an answer told of it at `position` is taken as it is. */
  believe(name: string, position: number): void {
    this.#believedAt.set(name, position)
  }
}

export function touchedBy(command: Command, namesOf: (transfer: string) => readonly string[]): readonly string[] {
  if (command.kind === 'transfer') return namesIn(command.body.postings)
  if (command.kind === 'batch') return namesIn(command.body.items.flatMap(({ postings }) => postings))
  if (command.kind === 'settings') return [`${command.account} ${command.body.asset}`]
  return [...namesOf(command.transfer), `transfer ${command.transfer}`]
}
