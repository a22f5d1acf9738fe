// Admission control with few slots on a virtual clock, and a ledger that answers when the spec says so.

import type { Recipient } from '../../../actors/address.ts'
import type { Ledger } from '../../../actors/node.ts'
import type { LedgerRequest, RequestRejected } from '../../../actors/virtual-machine/messages.ts'
import { Admission, type AdmissionOptions } from '../../../src/public-api/admission/admission.ts'
import type { Lane } from '../../../src/public-api/admission/lanes.ts'
import { VirtualClock } from '../../throttle/virtual-clock.ts'
import { head } from '../doubles.ts'

export const small = {
  slots: 2,
  places: 3,
  shares: { reads: 2, singles: 1 },
  slowMs: 1_000,
  leastInside: 1,
  bulkUnits: 10,
  bulkPlaces: 3,
  historyPlaces: 8,
  longestWaitMs: 5_000,
  eventLoopDelayMs: 1_000,
  rateKeys: 2,
}

/** The event loop is on time. */
export const onTime = { eventLoopDelayMs: 0, heapBytes: 0, cpuShare: 0 }

export function optionsOf(changes: Partial<AdmissionOptions> & Pick<AdmissionOptions, 'clock'>): AdmissionOptions {
  return { limits: small, readings: () => onTime, ratePerAddress: 0, ratePerPrincipal: 0, ...changes }
}

/** Names tell who was sent to the VirtualMachine, in order, and who was told what. */
export function smallAdmission(changes: Partial<Omit<AdmissionOptions, 'clock'>> = {}) {
  const clock = new VirtualClock()
  const admission = new Admission(optionsOf({ clock, ...changes }))
  const sent: string[] = []
  const told: Record<string, object> = {}
  const waiting = new Map<string, Recipient<RequestRejected>>()
  let status: ReturnType<Ledger['status']> = 'open'
  const ledger: Ledger = {
    virtualMachine: {
      send(message) {
        const { requestId } = message as LedgerRequest & { readonly requestId: string }
        sent.push(requestId)
        waiting.set(requestId, message.replyTo as Recipient<RequestRejected>)
      },
    },
    stateStorage: { send: () => {} },
    head: () => head,
    status: () => status,
  }
  const principals = new Map<string, ReturnType<Admission['ledgers']>>()
  const ledgersOf = (principal: string) => {
    const ledgers = principals.get(principal) ?? admission.ledgers(ledger, principal)
    principals.set(principal, ledgers)
    return ledgers
  }
  return {
    admission,
    clock,
    ledgers: ledgersOf('local'),
    sent,
    told,
    /** Asks in a lane; with `items` for so many transfers at once. */
    ask(lane: Lane, name: string, items?: number, principal = 'local', client?: Request) {
      const replyTo = {
        client,
        send: (answer: object) => {
          told[name] = answer
        },
      }
      const message =
        items === undefined
          ? { type: 'ProcessTransaction', method: 'Transfer', command: {}, requestId: name, replyTo }
          : { type: 'ProcessBatch', items: Array.from({ length: items }, () => ({})), requestId: name, replyTo }
      ledgersOf(principal)[lane].virtualMachine.send(message as unknown as LedgerRequest)
    },
    /** The VirtualMachine answers who was sent to it. */
    answer(name: string, answer: object = { type: 'TransactionRefused' }) {
      waiting.get(name)?.send(answer as RequestRejected)
    },
    become(next: typeof status) {
      status = next
    },
  }
}

export const turnedAway = (retryAfter: number) => ({ type: 'RequestRejected', reason: 'overloaded', retryAfter })
