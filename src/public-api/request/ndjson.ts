// Cuts a stream of bytes into lines, holding no more of it than one line may have.

const lineFeed = 0x0a
const carriageReturn = 0x0d
const space = 0x20
const tab = 0x09

/** Stands for a line that was too long to be held. */
export const tooLong = 'too long'
export type Line = Buffer | typeof tooLong

// Cut on bytes, not on text: no byte of a longer UTF-8 sequence is a line feed, and a chunk may end within one.
export class LineSplitter {
  readonly #limit: number
  /** What came of a line whose end has not come. Copied: many small pieces would hold the chunks that they came in. */
  #held = Buffer.alloc(0)
  /** How much that is; of a line that is too long only this is kept. */
  #length = 0

  /** A line may have `limit` bytes, without its end. */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** The lines that end in this chunk; blank ones are none. Made one by one: 64 KiB may hold 32,000 of them. */
  *lines(chunk: Uint8Array): Generator<Line, void, undefined> {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    let start = 0
    for (let end = bytes.indexOf(lineFeed); end !== -1; end = bytes.indexOf(lineFeed, start)) {
      const line = this.#whole(bytes.subarray(start, end))
      start = end + 1
      if (line !== undefined) yield line
    }
    this.#hold(bytes.subarray(start))
  }

  /** The last line, if no line feed came after it. Only of a stream that came to its end: the piece of a line is none. */
  last(): Line | undefined {
    return this.#whole(Buffer.alloc(0))
  }

  #whole(end: Buffer): Line | undefined {
    const line = this.#length === 0 ? end : this.#joined(end)
    if (line === tooLong) return tooLong
    const text = line.at(-1) === carriageReturn ? line.subarray(0, -1) : line
    if (text.length > this.#limit) return tooLong
    return isBlank(text) ? undefined : text
  }

  #joined(end: Buffer): Line {
    this.#hold(end)
    const line = this.#isTooLong() ? tooLong : this.#held.subarray(0, this.#length)
    this.#held = Buffer.alloc(0)
    this.#length = 0
    return line
  }

  #hold(piece: Buffer): void {
    const start = this.#length
    this.#length += piece.length
    if (this.#isTooLong()) this.#held = Buffer.alloc(0)
    else if (piece.length > 0) this.#copy(piece, start)
  }

  #copy(piece: Buffer, start: number): void {
    if (this.#length > this.#held.length) {
      const larger = Buffer.alloc(Math.max(this.#length, 2 * this.#held.length))
      this.#held.copy(larger, 0, 0, start)
      this.#held = larger
    }
    piece.copy(this.#held, start)
  }

  /** With its carriage return a line may have one byte more. */
  #isTooLong(): boolean {
    return this.#length > this.#limit + 1
  }
}

function isBlank(line: Buffer): boolean {
  for (const byte of line) if (byte !== space && byte !== tab && byte !== carriageReturn) return false
  return true
}
