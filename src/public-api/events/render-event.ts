// Renders one transaction of an event from its fact. Frozen: an event tells the same bytes for ever.

import type { AccountId } from '../../../actors/contracts/account.ts'
import type { Fact } from '../../../actors/contracts/facts.ts'
import type { Refusal } from '../../../actors/contracts/refusal.ts'
import type { BatchFact } from '../../../actors/virtual-machine/messages.ts'
import type { EventType } from '../../wire/events/event.ts'
import { renderSettings, renderSettlement, renderTransfer } from '../answer/render-v1.ts'

export type EventFact = Fact | BatchFact

export function typeOf(fact: EventFact): EventType {
  switch (fact.method) {
    case 'Transfer':
      return `transfer.${fact.state}`
    case 'Post':
    case 'Void':
    case 'Expire':
      // The transfer itself was not refused: it stays as it is.
      return fact.state === 'refused' ? 'request.refused' : `transfer.${fact.state}`
    case 'SetAccount':
      return fact.state === 'refused' ? 'request.refused' : 'account.updated'
    case 'Batch':
      // Of a batch the refused item is told; without one it was a single request.
      return fact.refusal !== undefined && fact.refusal.item === undefined ? 'request.refused' : `batch.${fact.state}`
    default:
      return unknown(fact)
  }
}

/** Whose balances it changes or would have changed. */
export function accountsOf(fact: EventFact): readonly AccountId[] {
  const held = 'hold' in fact ? (fact.hold?.postings ?? []) : []
  const moved = [...fact.postings, ...held].flatMap(({ from, to }) => [from, to])
  return fact.method === 'SetAccount' ? [fact.account] : moved
}

/** What it did is told as its own answer told it: nothing that came later is in it. */
export function renderTransaction(fact: EventFact): string {
  return `{"type":"${typeOf(fact)}"${renderContent(fact)}}`
}

function renderContent(fact: EventFact): string {
  switch (fact.method) {
    case 'Transfer':
      return `,"transfer":${renderTransfer(fact)}`
    case 'Post':
    case 'Void':
    case 'Expire':
      return fact.refusal === undefined
        ? `,"transfer":${renderSettlement(fact)}`
        : `,"request":"${fact.method.toLowerCase()}","id":"${fact.id}"${renderCode(fact.refusal)}`
    case 'SetAccount':
      return fact.refusal === undefined
        ? `,"account":${renderSettings(fact)}`
        : `,"request":"set_account","id":"${fact.account}"${renderCode(fact.refusal)}`
    case 'Batch':
      return fact.refusal === undefined ? '' : renderCode(fact.refusal)
    default:
      return unknown(fact)
  }
}

function renderCode({ code, item }: Refusal): string {
  return `,"code":"${code}"${item === undefined ? '' : `,"item":${item}`}`
}

/** A fact of a later version must not be told as something else, nor left out. */
function unknown(fact: never): never {
  throw new Error(`no event tells of ${(fact as EventFact).method}`)
}
