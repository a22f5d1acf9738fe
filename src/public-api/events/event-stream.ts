// One subscriber's stream: every event after a seq, in order, once, for as long as the client reads.

import type { Seq } from '../../../actors/state-storage/messages.ts'
import type { History } from '../../archive/history/history.ts'
import type { Subscribers } from './subscribers.ts'

/** Told first: it flushes the headers, and says after how many milliseconds to come back when the connection breaks. */
const opening = 'retry: 1000\n\n'
const heartbeat = ':\n\n'

// Invariants:
// 1. A piece is read only when the client's side wants one: who does not read holds one piece, whatever happens.
// 2. `after` moves only with a piece, to the last event in it: nothing is skipped, nothing told twice.
export class EventStream {
  readonly #history: History
  readonly #subscribers: Subscribers
  #after: Seq
  #due: string | undefined = opening
  #ended = false
  #isGone = false
  #wake: () => void = nobody

  constructor(history: History, subscribers: Subscribers, after: Seq) {
    this.#history = history
    this.#subscribers = subscribers
    this.#after = after
  }

  /** Called once. `over` is called when it has ended, has failed, or nobody wants it any more. */
  events(over: () => void): ReadableStream<Uint8Array> {
    return new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          const piece = await this.#next().catch((error: unknown) => {
            over()
            throw error
          })
          if (this.#isGone) return
          if (piece !== undefined) return controller.enqueue(piece)
          over()
          controller.close()
        },
        cancel: () => {
          over()
          this.#isGone = true
          this.end()
        },
      },
      { highWaterMark: 0 }, // nothing is read before it is wanted
    )
  }

  /** Ends after what is under way. */
  end(): void {
    this.#ended = true
    this.#wake()
  }

  /** Says that the server is still there; once, however often it is called before the client reads. */
  beat(): void {
    this.#due ??= heartbeat
    this.#wake()
  }

  /** Undefined when there is none to come. */
  async #next(): Promise<Uint8Array | undefined> {
    while (!this.#ended) {
      if (this.#due !== undefined) return this.#takeDue(this.#due)
      if (this.#history.committed() > this.#after) return this.#piece()
      await this.#news()
    }
    return undefined
  }

  #takeDue(text: string): Uint8Array {
    this.#due = undefined
    return Buffer.from(text)
  }

  async #piece(): Promise<Uint8Array> {
    const { bytes, last } = await this.#subscribers.pieceAfter(this.#history, this.#after)
    this.#after = last
    return bytes
  }

  async #news(): Promise<void> {
    let forget: () => void = nobody
    await new Promise<void>((resolve) => {
      this.#wake = resolve
      forget = this.#history.onceCommitted(this.#after + 1, resolve)
    })
    forget()
  }
}

function nobody(): void {}
