// Changes of the operations data take turns, and only so many wait for theirs.

import { OperationsFull } from './operations.ts'

/** Why a change was not made. */
export interface NoTurn {
  readonly refused: 'busy' | 'ended' | 'storage_full'
}

/** Changes that may wait for the disk: more than any administrator makes at once. */
const mostWaiting = 100

export class Turns {
  #last: Promise<unknown> = Promise.resolve()
  #waiting = 0
  #ended = false

  get haveEnded(): boolean {
    return this.#ended
  }

  /** Makes the change when those before it are done. Rejects as the change does, unless the disk was full. */
  async take<Result>(change: () => Promise<Result>): Promise<Result | NoTurn> {
    if (this.#ended) return { refused: 'ended' }
    if (this.#waiting >= mostWaiting) return { refused: 'busy' }
    this.#waiting += 1
    const result = this.#last.then(change)
    this.#last = result.catch(() => {})
    try {
      return await result
    } catch (error) {
      if (error instanceof OperationsFull) return { refused: 'storage_full' }
      throw error
    } finally {
      this.#waiting -= 1
    }
  }

  /** No more are taken. Settles when the last one is done. */
  async end(): Promise<void> {
    this.#ended = true
    await this.#last
  }
}
