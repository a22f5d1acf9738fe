// What the VirtualMachine understands, and what it answers.

import type { Request } from '../address.ts'
import type { BalanceQuery, BalanceRead } from '../contracts/account.ts'
import type { Refusal } from '../contracts/refusal.ts'
import type { TransferCommand, TransferFact } from '../contracts/transfer.ts'
import type { Head } from '../state-storage/messages.ts'

/** Exactly-once by the client's Idempotency-Key: (principal, key) is the name, the fingerprint tells whether it is the same request. */
export interface RequestKey {
  readonly principal: string
  readonly key: string
  /** SHA-256 of method, path, sorted query and canonical body, in hexadecimal. */
  readonly fingerprint: string
}

/** Changes the ledger. */
export interface ProcessTransaction extends Request<TransactionAnswer> {
  readonly type: 'ProcessTransaction'
  readonly method: 'Transfer'
  readonly command: TransferCommand
  readonly request?: RequestKey
  /** Kept in a refusal's fact, so that its body is replayed byte for byte. */
  readonly requestId: string
}

/** Reads the ledger, in turn with the transactions around it. */
export interface CallContract extends Request<CallAnswer> {
  readonly type: 'CallContract'
  readonly method: 'GetBalance'
  readonly query: BalanceQuery
}

/** Decided and durable. `replayed` if an earlier request with the same key or id had been decided already. */
export interface TransactionProcessed {
  readonly type: 'TransactionProcessed'
  readonly fact: TransferFact
  readonly replayed: boolean
  readonly head: Head
}

/** The rules say no, and nothing of it is kept (no id, no key, or the key or id was somebody else's). */
export interface TransactionRefused {
  readonly type: 'TransactionRefused'
  readonly refusal: Refusal
  readonly head: Head
}

export interface ContractCalled {
  readonly type: 'ContractCalled'
  readonly balance: BalanceRead
  readonly head: Head
}

/** Nothing happened: try again later. */
export interface RequestRejected {
  readonly type: 'RequestRejected'
  readonly reason: 'overloaded' | 'not_ready' | 'storage_full'
}

export type TransactionAnswer = TransactionProcessed | TransactionRefused | RequestRejected
export type CallAnswer = ContractCalled | RequestRejected

/** No more requests are taken; answered when the last one taken is durable and answered. */
export interface Drain extends Request<Drained> {
  readonly type: 'Drain'
}

export interface Drained {
  readonly type: 'Drained'
}

/** What goes into a batch. */
export type LedgerRequest = ProcessTransaction | CallContract
export type VirtualMachineRequest = LedgerRequest | Drain
