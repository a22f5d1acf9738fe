// What one subscriber was told, and whether that is everything, once, in order, in the right words.

import type { Findings } from '../checks/findings.ts'
import type { Received } from './event-parser.ts'

/** An answer to one transfer: its bytes must stand in the event of its seq. */
export interface Answered {
  readonly seq: number
  readonly text: string
}

export class EventBook {
  readonly #name: string
  readonly #findings: Findings
  readonly #bodies: string[] = []

  constructor(name: string, findings: Findings) {
    this.#name = name
    this.#findings = findings
  }

  /** The seq of the last event; 0 before the first. */
  get last(): number {
    return this.#bodies.length
  }

  take({ id, data }: Received): void {
    const due = this.last + 1
    this.#findings.demand(id === `${due}`, () => `${this.#name} was told event ${id} where ${due} was due`)
    this.#bodies.push(data)
  }

  /** `pages` are the bodies that GET /v1/events tells, in order; more may have come since. */
  compare(pages: readonly string[], answers: readonly Answered[]): void {
    const told = this.#bodies
    this.#findings.demand(told.length >= pages.length, () => {
      return `${this.#name} was told ${told.length} events of ${pages.length}`
    })
    for (const [index, body] of pages.entries()) {
      this.#findings.demand(told[index] === body, () => {
        return `${this.#name} was told of seq ${index + 1}: ${told[index]}, and the page tells: ${body}`
      })
    }
    for (const { seq, text } of answers) {
      this.#findings.demand(told[seq - 1]?.includes(text) === true, () => {
        return `${this.#name} was told of seq ${seq}: ${told[seq - 1]}, and its answer was: ${text}`
      })
    }
  }
}
