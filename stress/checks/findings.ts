// What was found wrong: the first of it in words, all of it counted.

const toldAtMost = 20

export class Findings {
  readonly #told: string[] = []
  #count = 0

  /** Records `message` unless `holds`. */
  demand(holds: boolean, message: () => string): void {
    if (!holds) this.add(message())
  }

  add(message: string): void {
    this.#count++
    if (this.#told.length < toldAtMost) this.#told.push(message)
  }

  get count(): number {
    return this.#count
  }

  /** One sentence each; the last one says how many more there are. */
  told(): readonly string[] {
    const untold = this.#count - this.#told.length
    return untold === 0 ? [...this.#told] : [...this.#told, `… and ${untold} more`]
  }
}
