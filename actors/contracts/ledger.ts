// The rules of money as the VirtualMachine runs them: reads accounts, lets the rule decide, writes both sides or none.

import type { ProcessTransaction } from '../virtual-machine/messages.ts'
import { serverMadeId } from '../virtual-machine/names.ts'
import type { Decision, Processor, Stamp } from '../virtual-machine/processor.ts'
import { accountKey } from './account.ts'
import { Accounts, type Touched } from './accounts.ts'
import type { Refusal } from './refusal.ts'
import { type AccountAfter, type TransferFact, transfer } from './transfer.ts'

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
    const accounts = new Accounts(state)
    const [posting] = request.command.postings
    const outcome = transfer(accounts, posting, [stamp.seq, 0])
    if ('code' in outcome) return refusal(request, stamp, outcome)
    accounts.set(posting.asset, posting.from, outcome.from)
    accounts.set(posting.asset, posting.to, outcome.to)
    accounts.store(state)
    return { fact: { ...factOf(request, stamp), balances: accounts.touched().map(after) } }
  },

  call({ query }, state) {
    return { ...query, state: new Accounts(state).account(query.asset, query.account) }
  },
}

function refusal(request: ProcessTransaction, stamp: Stamp, why: Refusal): Decision {
  const kept = { ...why, request_id: request.requestId }
  return { fact: { ...factOf(request, stamp), state: 'refused', refusal: kept }, refusal: why }
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

function after({ id, asset, before, after }: Touched): AccountAfter {
  return {
    account: id,
    asset,
    posted: String(after.posted),
    pending_in: String(after.pendingIn),
    pending_out: String(after.pendingOut),
    version: after.version,
    ...(after !== before && { previous: before.last }),
    count: after.count,
  }
}
