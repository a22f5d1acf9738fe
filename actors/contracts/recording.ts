// How a fact is made: of the request, the place it got, and what came of it.

import type { Id } from '../state-storage/messages.ts'
import type { ProcessTransaction, TransactionRequest } from '../virtual-machine/messages.ts'
import { serverMadeId } from '../virtual-machine/names.ts'
import type { Touched } from './accounts.ts'
import type { Stamp } from './facts.ts'
import type { Hold } from './holds/hold.ts'
import type { Refusal } from './refusal.ts'
import type { SettingsFact } from './settings.ts'
import {
  accountAfter,
  type PostingJson,
  postingJson,
  type SettlementFact,
  type TransferCommand,
  type TransferFact,
} from './transfer.ts'

/** What came of a request. */
interface Outcome {
  /** None, where it was refused: what was tried by then is no state of them. */
  readonly touched?: readonly Touched[]
  readonly refusal?: Refusal
  /** The names that it takes because it came well. */
  readonly takes?: readonly Id[]
}

/** Members that are absent, not undefined: a fact reads back from its JSON as it was. */
function base(request: TransactionRequest, { seq, time, ids }: Stamp, { touched = [], refusal, takes = [] }: Outcome) {
  const balances = touched.map(accountAfter)
  if (request.request === undefined && refusal === undefined && ids.length === 0 && takes.length === 0) {
    return { seq, time, renderer: 1, balances } as const // most of a bulk load; what follows costs ten times as much
  }
  const names = [...ids, ...takes]
  return {
    seq,
    time,
    renderer: 1,
    balances,
    ...(request.request !== undefined && { request: request.request }),
    ...(refusal !== undefined && { refusal: { ...refusal, request_id: request.requestId } }),
    ...(names.length > 0 && { ids: names }),
  } as const
}

export function transferFact(
  request: TransactionRequest,
  command: TransferCommand & { readonly reverses?: string },
  stamp: Stamp,
  outcome: Outcome,
): TransferFact {
  const { id, content, postings, pending, reference, metadata, effectiveAt, reverses } = command
  const state = outcome.refusal !== undefined ? 'refused' : pending === undefined ? 'posted' : 'pending'
  return {
    method: 'Transfer',
    ...base(request, stamp, outcome),
    id: id ?? serverMadeId(stamp.seq, stamp.item),
    state,
    postings: postings.map(postingJson),
    ...(reference !== undefined && { reference }),
    ...(metadata !== undefined && { metadata }),
    ...(effectiveAt !== undefined && { effective_at: effectiveAt }),
    ...(pending?.expiresIn !== undefined && { expires_at: stamp.time + 1_000 * pending.expiresIn }),
    ...(reverses !== undefined && { reverses }),
    ...(content !== undefined && { content }),
  }
}

export function settlementFact(
  request: ProcessTransaction & { readonly method: SettlementFact['method'] },
  stamp: Stamp,
  hold: Hold | undefined,
  postings: readonly PostingJson[],
  outcome: Outcome,
): SettlementFact {
  const states = { Post: 'posted', Void: 'voided', Expire: 'expired' } as const
  return {
    method: request.method,
    ...base(request, stamp, outcome),
    id: request.command.transfer,
    state: outcome.refusal === undefined ? states[request.method] : 'refused',
    postings,
    ...(hold !== undefined && { hold }),
  }
}

export function settingsFact(
  request: ProcessTransaction & { readonly method: 'SetAccount' },
  stamp: Stamp,
  settings: SettingsFact['settings'],
  outcome: Outcome,
): SettingsFact {
  const { account, asset } = request.command
  return {
    method: 'SetAccount',
    ...base(request, stamp, outcome),
    state: settings === undefined ? 'refused' : 'set',
    account,
    asset,
    postings: [],
    ...(settings !== undefined && { settings }),
  }
}
