// Runs a batch without actors: after seq 9, with one account that is poor.

import type sinon from 'sinon'
import { ledger } from '../../actors/contracts/ledger.ts'
import type { Transaction } from '../../actors/state-storage/messages.ts'
import { runBatch } from '../../actors/virtual-machine/batch.ts'
import { namesOf } from '../../actors/virtual-machine/idempotency.ts'
import type { LedgerRequest } from '../../actors/virtual-machine/messages.ts'
import { TransientState } from '../../actors/virtual-machine/transient-state.ts'
import { headAt } from '../setup/actors.ts'

const poor = new Map([['account/UNIT/poor', '{"posted":"0","min_balance":"0","version":1}']])

/** What was kept, and what each visitor was told. */
export function runRequests(
  requests: readonly LedgerRequest[],
  visitors: readonly { send: sinon.SinonSpy }[],
  earlier: Readonly<Record<string, Transaction>> = {},
  hasSpace = true,
) {
  const keys = new Set(requests.flatMap((request) => ledger.needs(request).keys))
  // As storage does it: a fact that nobody asked for is not known.
  const named = requests.flatMap((request) => (request.type === 'CallContract' ? [] : namesOf(request)))
  const ids = new Set([...named, ...requests.flatMap((request) => ledger.needs(request).ids)])
  const known = new Map(Object.entries(earlier).filter(([name]) => ids.has(name)))
  const state = new TransientState({ keys, ids }, poor, known)
  const { transactions, writes, replies } = runBatch(requests, state, { head: headAt(9), hasSpace }, 5, ledger)
  for (const reply of replies) reply()
  return { transactions, writes, told: visitors.map(({ send }) => send.firstCall.args[0]) }
}
