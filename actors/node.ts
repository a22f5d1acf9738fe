// The node: who knows whom. It recovers the state, starts the two actors on it, and ends them.

import { type ActorRefFrom, createActor } from 'xstate'
import { address, type Observer, type Recipient, visit } from './address.ts'
import { decodeHold, holdPrefix } from './contracts/holds/hold.ts'
import { ledger as rules } from './contracts/ledger.ts'
import { lifecycle, type Status } from './lifecycle.ts'
import type { FindTransactions, Head, Timestamp } from './state-storage/messages.ts'
import { type Recovered, type RecoveryPorts, recover } from './state-storage/recovery.ts'
import { type StateStorageRef, type StorageLimits, stateStorage } from './state-storage/state-storage.ts'
import { Expiries } from './virtual-machine/expiries.ts'
import type { LedgerRequest } from './virtual-machine/messages.ts'
import type { QueueLimits } from './virtual-machine/request-queue.ts'
import { type VirtualMachineRef, virtualMachine } from './virtual-machine/virtual-machine.ts'

export type { Status }

/** A running ledger, as its doors (PublicApi, later the console) see it. */
export interface Ledger {
  readonly virtualMachine: Recipient<LedgerRequest>
  /** For facts, outside any batch. */
  readonly stateStorage: Recipient<FindTransactions>
  /** The last durable record. */
  head(): Head
  status(): Status
}

export interface Clock {
  /** Told the last record's time once, before `now` is asked; throws if the clock stands too far behind it. */
  startAfter(time: Timestamp): void
  /** Never goes backwards, and never before that time. */
  now(): Timestamp
  /** Calls back when it is `time`, or a little later, or earlier if that is far away. Only the last call counts. */
  wakeAt(time: Timestamp, wake: () => void): void
}

/** All that is outside, and the limits. */
export interface NodePorts extends RecoveryPorts {
  readonly clock: Clock
  readonly limits: StorageLimits & QueueLimits
  /** See VirtualMachineInput.gather. */
  readonly gather: (begin: () => void) => void
  readonly observer?: Observer
}

export class Node implements Ledger {
  readonly #ports: NodePorts
  readonly #expiries = new Expiries()
  readonly #lifecycle: ActorRefFrom<typeof lifecycle>
  #recovered: Recovered | undefined
  #head: Head = { seq: 0, hash: '', time: 0 }
  #stateStorage: StateStorageRef | undefined
  #virtualMachine: VirtualMachineRef | undefined

  constructor(ports: NodePorts) {
    this.#ports = ports
    this.#lifecycle = createActor(lifecycle, {
      input: {
        recover: () => this.#recover(),
        open: (recovered) => this.#open(recovered),
        drain: () => this.#drain(),
        stop: () => this.#stop(),
      },
    })
  }

  readonly virtualMachine: Recipient<LedgerRequest> = {
    send: (message) => {
      const { observer } = this.#ports
      if (this.#virtualMachine !== undefined) {
        visit<LedgerRequest>(this.#virtualMachine, 'VirtualMachine', message, observer)
      } else message.replyTo.send({ type: 'RequestRejected', reason: 'not_ready' })
    },
  }

  readonly stateStorage: Recipient<FindTransactions> = {
    send: (message) => {
      const { observer } = this.#ports
      if (this.#stateStorage === undefined) return
      visit<FindTransactions>(this.#stateStorage, 'StateStorage', message, observer)
    },
  }

  head(): Head {
    return this.#head
  }

  status(): Status {
    return this.#lifecycle.getSnapshot().value
  }

  /** Settles when the ledger is open; rejects with the reason if it can't be opened. Called once. */
  start(): Promise<Recovered> {
    return new Promise((resolve, reject) => {
      this.#lifecycle.subscribe(({ value, context }) => {
        if (this.#recovered !== undefined) resolve(this.#recovered)
        if (value === 'failed') reject(context.error)
      })
      this.#lifecycle.start()
    })
  }

  /** Takes no more requests; settles when all that were taken are durable and answered, and the ports are closed. */
  drain(): Promise<void> {
    if (this.status() !== 'open') return Promise.reject(new Error(`a ledger that is ${this.status()} can't be drained`))
    return new Promise((resolve, reject) => {
      this.#lifecycle.subscribe(({ value, context }) => {
        if (value === 'closed') resolve()
        if (value === 'failed') reject(context.error)
      })
      this.#lifecycle.send({ type: 'Drain' })
    })
  }

  /** Calls back, once, when the ledger has failed: nothing is answered any more, and the process must end. */
  onFailure(told: (error: unknown) => void): void {
    this.#lifecycle.subscribe(({ value, context }) => {
      if (value === 'failed') told(context.error)
    })
  }

  async #recover(): Promise<Recovered> {
    const recovered = await recover(this.#ports)
    this.#ports.clock.startAfter(recovered.head.time)
    // Not in #open: a hold that cannot be read would end the statechart without a word to who waits for the start.
    addOpenHolds(recovered, this.#expiries)
    return recovered
  }

  #open(recovered: Recovered): void {
    const { journal, archive, clock, limits, gather, observer } = this.#ports
    const panic = (error: unknown) => this.#lifecycle.send({ type: 'Panic', error })
    this.#recovered = recovered
    this.#head = recovered.head
    const committed = (head: Head) => {
      this.#head = head
    }
    this.#stateStorage = createActor(stateStorage, {
      input: { journal, archive, recovered, limits, committed, panic },
    })
    this.#virtualMachine = createActor(virtualMachine, {
      input: {
        stateStorage: address(this.#stateStorage, 'VirtualMachine', 'StateStorage', observer),
        processor: rules,
        expiries: this.#expiries,
        clock,
        limits,
        gather,
        observer,
      },
    })
    // A handler that throws kills its actor for good, and what is sent to it later vanishes: a dead actor is a panic.
    this.#stateStorage.subscribe({ error: panic })
    this.#virtualMachine.subscribe({ error: panic })
    this.#stateStorage.start()
    this.#virtualMachine.start()
    // Holds may have fallen due meanwhile, and nobody may ever ask for anything.
    if (this.#expiries.next !== undefined) this.#virtualMachine.send({ type: 'BeginBatch' })
  }

  async #drain(): Promise<void> {
    await new Promise<void>((resolve) =>
      this.#virtualMachine?.send({ type: 'Drain', replyTo: { send: () => resolve() } }),
    )
    // Before the ports close: the archive may still be fed, and what it has not taken it takes at the next start.
    this.#stateStorage?.stop()
    await this.#ports.journal.close()
    await this.#ports.archive.close()
  }

  #stop(): void {
    this.#virtualMachine?.stop()
    this.#stateStorage?.stop()
    this.#virtualMachine = undefined
    this.#stateStorage = undefined
  }
}

/** The holds that are open, and when they end. */
function addOpenHolds({ map }: Recovered, expiries: Expiries): void {
  for (const [, value] of map.entriesUnder(holdPrefix)) {
    const hold = decodeHold(value)
    if (hold?.expires_at !== undefined) expiries.add({ transfer: hold.id, at: hold.expires_at, seq: hold.seq })
  }
}
