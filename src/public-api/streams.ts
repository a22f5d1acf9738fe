// The answers that stream: each is told when the server drains, so that it ends by itself and is not cut.

export class Streams {
  readonly #ends = new Set<() => void>()
  #ended = false

  /** `end` is called once when the server drains. Hands back how to be forgotten; undefined if it drains already. */
  add(end: () => void): (() => void) | undefined {
    if (this.#ended) return undefined
    this.#ends.add(end)
    return () => this.#ends.delete(end)
  }

  end(): void {
    this.#ended = true
    for (const end of this.#ends) end()
    this.#ends.clear()
  }
}
