// The pieces of long answers are made few at a time: hundreds who ask for all of the past must not hold up who asks for a balance.

/** One that waits for the disk, and one that is at work. */
const mostAtOnce = 2

export class Turns {
  readonly #waiting: (() => void)[] = []
  #free = mostAtOnce

  /** What `work` makes, when it is its turn. Bounded by the connections: each asks for one piece at a time. */
  async run<Made>(work: () => Promise<Made>): Promise<Made> {
    if (this.#free > 0) this.#free--
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
    try {
      return await work()
    } finally {
      setImmediate(() => this.#next()) // who came in meanwhile is served between two pieces
    }
  }

  #next(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#free++
    else next()
  }
}
