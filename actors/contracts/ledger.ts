// The rules of money as the VirtualMachine runs them: reads accounts, lets the rule decide, writes both sides or none.

import { assert } from '../assert.ts'
import type { ProcessTransaction } from '../virtual-machine/messages.ts'
import { serverMadeId } from '../virtual-machine/names.ts'
import type { Decision, Processor, ReadState, ReadWriteState, Stamp } from '../virtual-machine/processor.ts'
import { type Account, accountKey, decodeAccount, encodeAccount } from './account.ts'
import type { Refusal } from './refusal.ts'
import { type AccountAfter, type Moved, type Posting, type TransferFact, transfer } from './transfer.ts'

/** What a transfer without names and free text takes in a journal line, in bytes: measured, rounded up. */
const transferBytes = 1_536

/** Of one UTF-16 unit, at most. */
const utf8Bytes = 3

export const ledger: Processor = {
  keysOf(request) {
    if (request.type === 'CallContract') return [accountKey(request.query.asset, request.query.account)]
    const { from, to, asset } = request.command.postings[0]
    return [accountKey(asset, from), accountKey(asset, to)]
  },

  bytesOf(request) {
    if (request.type === 'CallContract') return 0
    const { id = '', reference = '', metadata, postings } = request.command
    const [{ from, to }] = postings
    const names = 3 * (from.length + to.length) + 2 * (id.length + (request.request?.key.length ?? 0))
    const text = JSON.stringify([reference, metadata]).length
    return transferBytes + names + utf8Bytes * text
  },

  process(request, state, stamp) {
    const [posting] = request.command.postings
    const outcome = transfer(accountsIn(state), posting, [stamp.seq, 0])
    return 'code' in outcome ? refusal(request, stamp, outcome) : posted(request, state, stamp, posting, outcome)
  },

  call({ query }, state) {
    return { ...query, state: accountsIn(state).account(query.asset, query.account) }
  },
}

function accountsIn(state: ReadState) {
  return { account: (asset: string, id: string) => decodeAccount(state.read(accountKey(asset, id))) }
}

function refusal(request: ProcessTransaction, stamp: Stamp, why: Refusal): Decision {
  const kept = { ...why, request_id: request.requestId }
  return { fact: { ...factOf(request, stamp), state: 'refused', balances: [], refusal: kept }, refusal: why }
}

function posted(
  request: ProcessTransaction,
  state: ReadWriteState,
  stamp: Stamp,
  { from, to, asset }: Posting,
  moved: Moved,
): Decision {
  const before = { from: accountsIn(state).account(asset, from), to: accountsIn(state).account(asset, to) }
  if (from === to) return { fact: { ...factOf(request, stamp), balances: [after(from, asset, moved.from)] } }
  assertConserved(before, moved)
  state.write(accountKey(asset, from), encodeAccount(moved.from))
  state.write(accountKey(asset, to), encodeAccount(moved.to))
  const balances = [
    after(from, asset, moved.from, before.from.last), //
    after(to, asset, moved.to, before.to.last),
  ]
  return { fact: { ...factOf(request, stamp), balances } }
}

function assertConserved(before: Moved, moved: Moved): void {
  const change = moved.from.posted - before.from.posted + (moved.to.posted - before.to.posted)
  assert(change === 0n, `a transfer changed the sum of all balances by ${change}`)
  const steps = [moved.from.version - before.from.version, moved.to.version - before.to.version]
  assert(steps[0] === 1 && steps[1] === 1, `a transfer moved versions by ${steps} instead of 1,1`)
}

function factOf({ command, request }: ProcessTransaction, { seq, time, ids }: Stamp): TransferFact {
  return {
    seq,
    time,
    method: 'Transfer',
    renderer: 1,
    id: command.id ?? serverMadeId(seq),
    state: 'posted',
    postings: command.postings.map((posting) => ({ ...posting, amount: String(posting.amount) })),
    balances: [],
    ...(command.reference !== undefined && { reference: command.reference }),
    ...(command.metadata !== undefined && { metadata: command.metadata }),
    ...(command.content !== undefined && { content: command.content }),
    ...(request !== undefined && { request }),
    ...(ids.length > 0 && { ids }),
  }
}

function after(account: string, asset: string, state: Account, previous?: Account['last']): AccountAfter {
  return {
    account,
    asset,
    posted: String(state.posted),
    pending_in: String(state.pendingIn),
    pending_out: String(state.pendingOut),
    version: state.version,
    ...(previous !== undefined && { previous }),
    count: state.count,
  }
}
