// What a check has found: each told with the place where it stands, the first thousand kept, all counted.

import type { Seq } from '../../../actors/state-storage/messages.ts'

export interface Place {
  readonly file?: string
  /** In bytes from the begin of the file. */
  readonly offset?: number
  readonly seq?: Seq
}

export interface Finding extends Place {
  readonly message: string
}

/** More would only repeat that the ledger is damaged. */
export const mostFindings = 1_000

export class Findings {
  readonly kept: Finding[] = []
  /** What an operator should know, and no damage. */
  readonly notices: string[] = []
  #count = 0

  /** All of them, kept or not. */
  get count(): number {
    return this.#count
  }

  add(place: Place, message: string): void {
    this.#count++
    if (this.kept.length < mostFindings) this.kept.push({ ...place, message })
  }
}
