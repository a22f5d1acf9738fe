// A whole node in this thread, and questions to it as promises.

import { Node } from '../../actors/node.ts'
import type { Archive } from '../../actors/state-storage/archive.ts'
import type { Journal } from '../../actors/state-storage/journal.ts'
import type { Id, Seq, TransactionsFound } from '../../actors/state-storage/messages.ts'
import type { Recovered } from '../../actors/state-storage/recovery.ts'
import type { ContractCalled, LedgerRequest } from '../../actors/virtual-machine/messages.ts'
import { idHash } from '../../src/archive/id-hash.ts'
import { limits } from '../../src/limits.ts'

/** Transactions between two checkpoints: few, so that a small ledger has some of them, and sealed parts of the ids. */
const checkpointEvery = 50

export class SampleNode {
  readonly #node: Node
  readonly #failed: Promise<never>
  recovered: Recovered | undefined

  constructor(journal: Journal, archive: Archive) {
    let now = 2_000
    const clock = {
      startAfter: (time: number) => {
        now = Math.max(now, time)
      },
      now: () => ++now,
      wakeAt: () => {},
    }
    this.#node = new Node({
      journal,
      archive,
      idHash,
      clock,
      limits: { ...limits, checkpointEvery },
      progress: () => {},
      gather: (begin) => queueMicrotask(begin),
    })
    const { promise, reject } = Promise.withResolvers<never>()
    this.#failed = promise
    this.#failed.catch(() => {})
    this.#node.onFailure(reject)
  }

  /** Rejects where the ledger cannot be opened. */
  async start(): Promise<Recovered> {
    this.recovered = await this.#node.start()
    return this.recovered
  }

  /** Rejects when the node fails before it has answered. */
  ask<Answer extends { readonly type: string }>(request: object): Promise<Answer> {
    const answered = new Promise<Answer>((resolve) => {
      this.#node.virtualMachine.send({ ...request, replyTo: { send: resolve } } as unknown as LedgerRequest)
    })
    return Promise.race([answered, this.#failed])
  }

  find(seqs: readonly Seq[], ids: readonly Id[]): Promise<TransactionsFound> {
    const found = new Promise<TransactionsFound>((resolve) => {
      this.#node.stateStorage.send({ type: 'FindTransactions', seqs, ids, replyTo: { send: resolve } })
    })
    return Promise.race([found, this.#failed])
  }

  async account(account: string, asset: string) {
    const query = { account, asset }
    const { balance } = await this.ask<ContractCalled>({ type: 'CallContract', method: 'GetBalance', query })
    return balance.state
  }

  drain(): Promise<void> {
    return this.#node.drain()
  }
}
