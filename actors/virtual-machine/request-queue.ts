// The requests that wait for their batch: first come, first served, and never more than the limits allow.

import type { LedgerRequest } from './messages.ts'
import type { Processor } from './processor.ts'

export interface QueueLimits {
  /** Requests that may wait. Past it a request is told `overloaded`, at once and at no cost. */
  readonly queuedRequests: number
  /** Bytes that may wait, counted as Processor.bytesOf counts. */
  readonly queuedBytes: number
  /** Requests in one batch. */
  readonly batchRequests: number
  /** Bytes in one batch; a single request may pass it, for it could never be served otherwise. */
  readonly batchBytes: number
}

export class RequestQueue {
  readonly #limits: QueueLimits
  readonly #processor: Pick<Processor, 'bytesOf'>
  #waiting: LedgerRequest[] = []
  #bytes = 0

  constructor(limits: QueueLimits, processor: Pick<Processor, 'bytesOf'>) {
    this.#limits = limits
    this.#processor = processor
  }

  get size(): number {
    return this.#waiting.length
  }

  /** False, and nothing changed, if the queue is full. */
  push(request: LedgerRequest): boolean {
    const bytes = this.#processor.bytesOf(request)
    if (this.#waiting.length >= this.#limits.queuedRequests) return false
    if (this.#bytes + bytes > this.#limits.queuedBytes) return false
    this.#waiting.push(request)
    this.#bytes += bytes
    return true
  }

  /** The requests of the next batch, taken out of the queue: at least one if any waits. */
  takeBatch(): readonly LedgerRequest[] {
    let count = 0
    let bytes = 0
    for (const request of this.#waiting) {
      const more = this.#processor.bytesOf(request)
      if (count >= this.#limits.batchRequests || (count > 0 && bytes + more > this.#limits.batchBytes)) break
      count += 1
      bytes += more
    }
    this.#bytes -= bytes
    return this.#waiting.splice(0, count)
  }

  /** They did not fit after all: they come first in the next batch. */
  putBack(requests: readonly LedgerRequest[]): void {
    for (const request of requests) this.#bytes += this.#processor.bytesOf(request)
    this.#waiting.unshift(...requests)
  }
}
