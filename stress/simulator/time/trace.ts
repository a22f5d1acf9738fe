// All that happened, as one hash: two runs with the same hash did the same things in the same order.

import { createHash } from 'node:crypto'

/** Characters that are hashed at once: a call of the hash costs as much as many of them. */
const portion = 65_536

export class Trace {
  readonly #hash = createHash('sha256')
  readonly #print: ((line: string) => void) | undefined
  #text = ''

  /** `print` is told each line, for a person who reads along. */
  constructor(print?: (line: string) => void) {
    this.#print = print
  }

  note(line: string): void {
    this.#print?.(line)
    this.#text += line
    this.#text += '\n'
    if (this.#text.length < portion) return
    this.#hash.update(this.#text)
    this.#text = ''
  }

  digest(): string {
    return this.#hash.copy().update(this.#text).digest('hex')
  }
}
