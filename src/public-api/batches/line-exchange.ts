// Lines in, results out, in order, with no more of both in memory than a window holds.

import { type Line, LineSplitter } from '../request/ndjson.ts'

/** Lines under way: enough for the ledger to make full batches of, while the lines behind them are parsed. */
const mostLines = 2_048
/** Bytes of the lines under way: what bounds the memory when lines are long, for their results are long, too. */
const mostBytes = 4 * 1_024 * 1_024
/** The results that are ready go out together, in pieces of about so many characters. */
const pieceLength = 65_536

interface Slot {
  result: string | undefined
  readonly bytes: number
}

// Invariants:
// 1. A line is taken only when there is room, and room is made only when the client's side takes results: a client
//    who does not read stops the reading of the request.
// 2. Results leave in the order of their lines.
// 3. After `stop` no line is taken, and the results end after those of the lines that were.
export class LineExchange {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array> | undefined
  readonly #splitter: LineSplitter
  readonly #resultOf: (line: Line) => string | Promise<string>
  readonly #slots: Slot[] = []
  #bytes = 0
  #stopped = false
  /** No more lines will be taken. */
  #ended = false
  #failure: unknown
  #madeRoom: () => void = nobody
  #madeProgress: () => void = nobody

  constructor(
    lines: ReadableStream<Uint8Array> | null,
    longestLine: number,
    resultOf: (line: Line) => string | Promise<string>,
  ) {
    this.#reader = lines?.getReader()
    this.#splitter = new LineSplitter(longestLine)
    this.#resultOf = resultOf
  }

  /** Called once. `over` is called when the results have ended or nobody wants them any more. */
  results(over: () => void): ReadableStream<Uint8Array> {
    this.#takeAll().catch((error: unknown) => this.#fail(error))
    return new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          const piece = await this.#nextPiece()
          if (piece !== undefined) return controller.enqueue(piece)
          over()
          if (this.#failure === undefined) controller.close()
          else controller.error(this.#failure)
        },
        cancel: () => {
          over()
          this.stop()
        },
      },
      { highWaterMark: 0 }, // nothing is made before it is wanted
    )
  }

  /** Takes no more lines. */
  stop(): void {
    this.#stopped = true
    this.#madeRoom()
    this.#reader?.cancel().catch(nobody)
  }

  async #takeAll(): Promise<void> {
    for (let chunk = await this.#nextChunk(); chunk !== undefined; chunk = await this.#nextChunk()) {
      for (const line of this.#splitter.lines(chunk)) {
        if (this.#isFull()) await this.#room()
        if (this.#stopped) break
        this.#take(line)
      }
    }
    const last = this.#stopped ? undefined : this.#splitter.last()
    if (last !== undefined && this.#isFull()) await this.#room()
    if (last !== undefined && !this.#stopped) this.#take(last)
    this.#ended = true
    this.#madeProgress()
  }

  async #nextChunk(): Promise<Uint8Array | undefined> {
    if (this.#stopped) return undefined
    try {
      return (await this.#reader?.read())?.value
    } catch {
      this.#stopped = true // the request broke off: what came of its last line may be the beginning of another one
      return undefined
    }
  }

  #take(line: Line): void {
    const slot: Slot = { result: undefined, bytes: line.length }
    this.#slots.push(slot)
    this.#bytes += slot.bytes
    const settle = (result: string) => {
      slot.result = result
      if (this.#slots[0] === slot) this.#madeProgress()
    }
    const result = this.#resultOf(line)
    if (typeof result === 'string') settle(result)
    else result.then(settle).catch((error: unknown) => this.#fail(error))
  }

  #isFull(): boolean {
    return this.#slots.length >= mostLines || this.#bytes >= mostBytes
  }

  async #room(): Promise<void> {
    while (this.#isFull() && !this.#stopped) {
      await new Promise<void>((resolve) => {
        this.#madeRoom = resolve
      })
    }
  }

  /** Undefined when there is none to come. */
  async #nextPiece(): Promise<Uint8Array | undefined> {
    while (this.#slots[0]?.result === undefined) {
      if (this.#failure !== undefined || (this.#ended && this.#slots.length === 0)) return undefined
      await new Promise<void>((resolve) => {
        this.#madeProgress = resolve
      })
      // The answers of one batch of the ledger come one by one within a turn of the event loop: they go out together.
      await new Promise(setImmediate)
    }
    return this.#piece()
  }

  #piece(): Uint8Array {
    let text = ''
    let count = 0
    for (const { result, bytes } of this.#slots) {
      if (result === undefined || text.length >= pieceLength) break
      text += `${result}\n`
      count += 1
      this.#bytes -= bytes
    }
    this.#slots.splice(0, count)
    this.#madeRoom()
    return Buffer.from(text)
  }

  #fail(error: unknown): void {
    this.#failure = error
    this.stop()
    this.#madeProgress()
  }
}

function nobody(): void {}
