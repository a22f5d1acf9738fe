// A client that follows the events.

/** Reads a stream, text by text. */
export class Following {
  readonly response: Response
  readonly #reader: ReadableStreamDefaultReader<Uint8Array> | undefined
  text = ''

  constructor(response: Response) {
    this.response = response
    this.#reader = response.body?.getReader()
  }

  /** False when the stream has ended. */
  async read(): Promise<boolean> {
    const { value, done } = (await this.#reader?.read()) ?? { done: true }
    this.text += value === undefined ? '' : Buffer.from(value).toString()
    return !done
  }

  async seqs(count: number): Promise<number[]> {
    while (this.#ids().length < count && (await this.read())) {
      // it reads on
    }
    return this.#ids()
  }

  leave(): Promise<void> | undefined {
    return this.#reader?.cancel()
  }

  #ids(): number[] {
    return [...this.text.matchAll(/^id: (\d+)\ndata: {"seq":"\1".*}\n\n/gm)].map(([, id]) => Number(id))
  }
}

export function numbers(low: number, high: number): number[] {
  return Array.from({ length: high - low + 1 }, (_, index) => low + index)
}
