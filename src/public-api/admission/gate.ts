// The VirtualMachine as a lane sees it: messages go through when there is a slot, wait in line, or are told to come later.

import type { Recipient } from '../../../actors/address.ts'
import type { Ledger } from '../../../actors/node.ts'
import type {
  BatchAnswer,
  CallAnswer,
  LedgerRequest,
  RequestRejected,
  TransactionAnswer,
} from '../../../actors/virtual-machine/messages.ts'
import type { ThrottleClock } from '../../throttle/clock.ts'
import type { Admission, Lease, Rejection, ThrottleRequest, Throttler } from '../../throttle/throttler.ts'
import { retryAfterSeconds } from './retry-after.ts'

export interface GateOptions {
  readonly ledger: Ledger
  readonly throttler: Throttler
  /** Whose messages these are: of those who wait, principals take turns. */
  readonly principal: string
  /** Its level, where lanes share slots. */
  readonly priority: number
  readonly clock: ThrottleClock
  /** Nobody waits longer in line, in milliseconds; no batch weighs more units than there are. */
  readonly limits: { readonly longestWaitMs: number; readonly bulkUnits: number }
}

/** Nothing happened, and the VirtualMachine has not heard of it. */
export interface TurnedAway extends RequestRejected {
  /** Whole seconds, at least 1. */
  readonly retryAfter: number
}

type Answer = TransactionAnswer | BatchAnswer | CallAnswer

// Invariants:
// 1. What has been sent to the VirtualMachine is never turned away here: from then on only its own answer goes back.
// 2. A slot is held exactly as long as the VirtualMachine has the message, whether the client still waits or not.
export class Gate implements Recipient<LedgerRequest> {
  readonly #options: GateOptions

  constructor(options: GateOptions) {
    this.#options = options
  }

  send(message: LedgerRequest): void {
    const { throttler, priority, principal, limits } = this.#options
    const request = { key: principal, priority, weight: weightOf(message, limits.bulkUnits) }
    const admission = throttler.attempt?.(request)
    if (admission === undefined) void this.#wait(message, request)
    else this.#end(message, admission)
  }

  async #wait(message: LedgerRequest, request: ThrottleRequest) {
    const { throttler, clock, limits, ledger } = this.#options
    const deadline = clock.now() + limits.longestWaitMs
    const admission = await throttler.acquire({ ...request, deadline }, clientOf(message)?.signal)
    // It may have been closed meanwhile, and one that is closed answers nobody.
    if (!admission.admitted || ledger.status() === 'open') return this.#end(message, admission)
    admission.cancel()
    message.replyTo.send({ type: 'RequestRejected', reason: 'not_ready' })
  }

  #end(message: LedgerRequest, admission: Admission): void {
    if (admission.admitted) this.#pass(message, admission)
    else message.replyTo.send(this.#turnedAway(admission))
  }

  #pass(message: LedgerRequest, lease: Lease): void {
    const waiting = message.replyTo as Recipient<Answer>
    const replyTo: Recipient<Answer> = {
      send(answer) {
        if (answer.type === 'RequestRejected') lease.cancel()
        else lease.release()
        waiting.send(answer)
      },
    }
    this.#options.ledger.virtualMachine.send({ ...message, replyTo } as LedgerRequest)
  }

  #turnedAway({ reason, retryAfterMs }: Rejection): TurnedAway {
    // Who has waited in vain is told to stay away for as long: the line is no shorter now.
    const afterMs = reason === 'deadline' ? this.#options.limits.longestWaitMs : retryAfterMs
    return { type: 'RequestRejected', reason: 'overloaded', retryAfter: retryAfterSeconds(afterMs) }
  }
}

/** An atomic batch is one message of many transfers. */
function weightOf(message: LedgerRequest, most: number): number {
  return message.type === 'ProcessBatch' ? Math.max(1, Math.min(message.items.length, most)) : 1
}

/** Its signal is asked for only by who must wait: making it costs something. */
function clientOf({ replyTo }: LedgerRequest): Request | undefined {
  return (replyTo as { readonly client?: Request }).client
}
