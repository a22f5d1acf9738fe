// The ledger as PublicApi sees it, played by sinon: what was sent to it, and the answers that a spec gives.

import sinon from 'sinon'
import { type Account, unusedAccount } from '../../actors/contracts/account.ts'
import type { Fact } from '../../actors/contracts/facts.ts'
import type { Refusal } from '../../actors/contracts/refusal.ts'
import { type AccountNotes, noNotes, type SettingsFact } from '../../actors/contracts/settings.ts'
import type { SettlementFact, TransferFact } from '../../actors/contracts/transfer.ts'
import type { Ledger, Status } from '../../actors/node.ts'
import type { FindTransactions, Head } from '../../actors/state-storage/messages.ts'
import type {
  CallContract,
  LedgerRequest,
  ProcessBatch,
  ProcessTransaction,
} from '../../actors/virtual-machine/messages.ts'
import { madeOnce } from '../../src/public-api/documentation/documents.ts'
import { makeDocuments } from '../../src/public-api/documentation/openapi-document.ts'
import { createPublicApi, type PublicApiOptions } from '../../src/public-api/public-api.ts'

export const head: Head = { seq: 41, hash: 'ab'.repeat(32), time: 1_700_000_000_000 }
export const later: Head = { ...head, seq: 42 }

/** Made in this thread, once for all specs of it. */
export const documents = madeOnce(async () => makeDocuments('0.1.0'))

type Answers = {
  readonly process?: (message: ProcessTransaction) => void
  readonly batch?: (message: ProcessBatch) => void
  readonly call?: (message: CallContract) => void
  readonly find?: (message: FindTransactions) => void
  readonly status?: Status
}

/** An API over a ledger that answers. */
export function apiOver(answers: Answers, options: Partial<PublicApiOptions> = {}) {
  const sent: LedgerRequest[] = []
  const ledger: Ledger = {
    virtualMachine: {
      send(message) {
        sent.push(message)
        if (message.type === 'ProcessTransaction') answers.process?.(message)
        else if (message.type === 'ProcessBatch') answers.batch?.(message)
        else answers.call?.(message)
      },
    },
    stateStorage: { send: (message) => answers.find?.(message) },
    head: () => head,
    status: () => answers.status ?? 'open',
  }
  const log = { error: sinon.fake((_details: object, _message: string) => {}) }
  const schedule = sinon.fake((_callback: () => void, _milliseconds: number) => {})
  const randomBytes = (size: number) => new Uint8Array(size).fill(7)
  const api = createPublicApi({ ledger, log, schedule, randomBytes, documents, ...options })
  return { ...api, sent, log, schedule }
}

/** Posts every transfer as fact `tr_42`, or as `changes` say. */
export function posting(changes: Partial<TransferFact> = {}, replayed = false) {
  return ({ command, replyTo }: ProcessTransaction): void => {
    const fact = aFact({ id: ('id' in command ? command.id : undefined) ?? 'tr_42', ...changes })
    replyTo.send({ type: 'TransactionProcessed', fact, replayed, seq: later.seq })
  }
}

export function aFact(changes: Partial<TransferFact> = {}): TransferFact {
  return {
    seq: 42,
    time: 1_700_000_000_123,
    method: 'Transfer',
    renderer: 1,
    id: 'tr_42',
    state: 'posted',
    postings: [{ from: 'user1', to: 'user2', amount: '17', asset: 'UNIT' }],
    balances: [balanceAfter('user1', '-17'), balanceAfter('user2', '17')],
    ...changes,
  }
}

/** A hold, and how it ended. */
export const pendingFact: TransferFact = aFact({
  state: 'pending',
  balances: [
    { ...balanceAfter('user1', '0'), pending_out: '17' },
    { ...balanceAfter('user2', '0'), pending_in: '17' },
  ],
  reference: 'r',
  expires_at: 1_700_000_060_123,
})

export function anEnd(changes: Partial<SettlementFact> = {}): SettlementFact {
  const { id, seq, time, postings, reference = '', expires_at = 0 } = pendingFact
  return {
    seq: 43,
    time: 1_700_000_001_000,
    method: 'Post',
    renderer: 1,
    id,
    state: 'posted',
    postings,
    balances: [balanceAfter('user1', '-17'), balanceAfter('user2', '17')],
    hold: { id, seq, time, postings, reference, expires_at },
    ...changes,
  }
}

export function aSetting(changes: Partial<SettingsFact> = {}): SettingsFact {
  return {
    seq: 42,
    time: 1_700_000_000_123,
    method: 'SetAccount',
    renderer: 1,
    state: 'set',
    account: 'a',
    asset: 'USD/2',
    postings: [],
    balances: [{ ...balanceAfter('a', '5', 'USD/2'), pending_out: '7' }],
    settings: { min_balance: '-5', max_balance: null, closed: true, metadata: { b: '1', a: '2' }, revision: 3 },
    ...changes,
  }
}

/** Answers every request with this fact. */
export function deciding(fact: Fact, replayed = false) {
  return ({ replyTo }: ProcessTransaction): void => {
    replyTo.send({ type: 'TransactionProcessed', fact, replayed, seq: later.seq })
  }
}

/** Refuses every request, and keeps nothing of it. */
export function refusing(refusal: Refusal) {
  return ({ replyTo }: ProcessTransaction): void => {
    replyTo.send({ type: 'TransactionRefused', refusal, seq: later.seq })
  }
}

export const refusedFact: TransferFact = aFact({
  state: 'refused',
  balances: [],
  refusal: { code: 'insufficient_funds', account: 'user1', request_id: 'req_first' },
})

export function balanceAfter(account: string, posted: string, asset = 'UNIT') {
  return { account, asset, posted, pending_in: '0', pending_out: '0', version: 1, previous: null, count: 1 }
}

/** Answers every balance query with this account. */
export function holding(changes: Partial<Account> = {}, notes: AccountNotes = noNotes) {
  return ({ query, replyTo }: CallContract): void => {
    replyTo.send({
      type: 'ContractCalled',
      balance: { ...query, state: { ...unusedAccount, ...changes }, notes },
      seq: later.seq,
    })
  }
}

/** What a POST of JSON is made of. */
export function json(body: string, headers: Record<string, string> = {}) {
  return { method: 'POST', body, headers: { 'Content-Type': 'application/json', ...headers } }
}

export const aTransfer = '{"from":"user1","to":"user2","amount":"17"}'

/** Lets what is under way go on, without a clock. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(setImmediate)
}
