// The ledger as its doors see it: one address for as long as the process lives, though the node behind it may be another.

import type { Ledger, Node } from '../../actors/node.ts'
import type { FindTransactions, Head } from '../../actors/state-storage/messages.ts'
import type { Recovered } from '../../actors/state-storage/recovery.ts'
import type { LedgerRequest } from '../../actors/virtual-machine/messages.ts'

export interface RunningLedgerOptions {
  /** A new node, on the ports as they are then. */
  readonly makeNode: () => Node
  /** Told once if the ledger fails while it serves, or can't be opened again: the process must end. */
  readonly panic: (error: unknown) => void
}

export class RunningLedger implements Ledger {
  readonly #options: RunningLedgerOptions
  #node: Node
  #reopening: Promise<unknown> = Promise.resolve()

  constructor(options: RunningLedgerOptions) {
    this.#options = options
    this.#node = options.makeNode()
  }

  readonly virtualMachine = { send: (message: LedgerRequest) => this.#node.virtualMachine.send(message) }

  readonly stateStorage = { send: (message: FindTransactions) => this.#node.stateStorage.send(message) }

  head(): Head {
    return this.#node.head()
  }

  status() {
    return this.#node.status()
  }

  /** Rejects with the reason if the ledger can't be opened. */
  async start(): Promise<Recovered> {
    const node = this.#node
    const recovered = await node.start()
    node.onFailure(this.#options.panic)
    return recovered
  }

  /**
   * Drains, does the work while nobody has the ledger open, opens it again. Rejects if that fails, and then the process must
   * end: nobody but the next start knows what is on disk.
   */
  async reopen(work: (head: Head) => Promise<void>): Promise<void> {
    const done = this.#reopen(work)
    this.#reopening = done.catch(() => {})
    await done
  }

  async #reopen(work: (head: Head) => Promise<void>): Promise<void> {
    try {
      await this.#node.drain()
      await work(this.#node.head())
      this.#node = this.#options.makeNode()
      await this.start()
    } catch (error) {
      this.#options.panic(error)
      throw error
    }
  }

  /** Settles when the last answer is out and the ports are closed. */
  async drain(): Promise<void> {
    await this.#reopening
    await this.#node.drain()
  }
}
