// The ledger as PublicApi sees it, played by sinon: what was sent to it, and the answers that a spec gives.

import sinon from 'sinon'
import { type Account, unusedAccount } from '../../actors/contracts/account.ts'
import type { TransferFact } from '../../actors/contracts/transfer.ts'
import type { Ledger, Status } from '../../actors/node.ts'
import type { FindTransactions, Head } from '../../actors/state-storage/messages.ts'
import type { CallContract, LedgerRequest, ProcessTransaction } from '../../actors/virtual-machine/messages.ts'
import { createPublicApi, type PublicApiOptions } from '../../src/public-api/public-api.ts'

export const head: Head = { seq: 41, hash: 'ab'.repeat(32), time: 1_700_000_000_000 }
export const later: Head = { ...head, seq: 42 }

type Answers = {
  readonly process?: (message: ProcessTransaction) => void
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
        else answers.call?.(message)
      },
    },
    stateStorage: { send: (message) => answers.find?.(message) },
    head: () => head,
    status: () => answers.status ?? 'open',
  }
  const log = { error: sinon.spy((_details: object, _message: string) => {}) }
  const schedule = sinon.spy((_callback: () => void, _milliseconds: number) => {})
  const randomBytes = (size: number) => new Uint8Array(size).fill(7)
  const api = createPublicApi({ ledger, log, schedule, randomBytes, version: '0.1.0', ...options })
  return { ...api, sent, log, schedule }
}

/** Posts every transfer as fact `tr_42`, or as `changes` say. */
export function posting(changes: Partial<TransferFact> = {}, replayed = false) {
  return ({ command, replyTo }: ProcessTransaction): void => {
    const fact = aFact({ id: command.id ?? 'tr_42', ...changes })
    replyTo.send({ type: 'TransactionProcessed', fact, replayed, head: later })
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

export const refusedFact: TransferFact = aFact({
  state: 'refused',
  balances: [],
  refusal: { code: 'insufficient_funds', account: 'user1', request_id: 'req_first' },
})

export function balanceAfter(account: string, posted: string, asset = 'UNIT') {
  return { account, asset, posted, pending_in: '0', pending_out: '0', version: 1, previous: null, count: 1 }
}

/** Answers every balance query with this account. */
export function holding(changes: Partial<Account> = {}) {
  return ({ query, replyTo }: CallContract): void => {
    replyTo.send({
      type: 'ContractCalled',
      balance: { ...query, state: { ...unusedAccount, ...changes } },
      head: later,
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
