// The node: who knows whom, and the ledger's life from recovering to closed.

import type { Recipient } from './address.ts'
import type { FindTransactions, Head } from './state-storage/messages.ts'
import type { VirtualMachineRequest } from './virtual-machine/messages.ts'

export type Status = 'recovering' | 'open' | 'draining' | 'closed' | 'failed'

/** A running ledger, as its doors (PublicApi, later the console) see it. */
export interface Ledger {
  readonly virtualMachine: Recipient<VirtualMachineRequest>
  /** For facts, outside any batch. */
  readonly stateStorage: Recipient<FindTransactions>
  /** The last durable record. */
  head(): Head
  status(): Status
}
