// What the VirtualMachine understands, and what it answers.

import type { Request } from '../address.ts'
import type { Account, AccountId, Amount, Asset } from '../contracts/account.ts'
import type { Fact } from '../contracts/facts.ts'
import type { Refusal } from '../contracts/refusal.ts'
import type { AccountNotes, SettingsCommand } from '../contracts/settings.ts'
import type { FactBase, TransferCommand } from '../contracts/transfer.ts'
import type { Seq } from '../state-storage/messages.ts'

/** Exactly-once by the client's Idempotency-Key: (principal, key) is the name, the fingerprint tells whether it is the same request. */
export interface RequestKey {
  readonly principal: string
  readonly key: string
  /** SHA-256 of method, path, sorted query and canonical body, in hexadecimal. */
  readonly fingerprint: string
  /** The number of the item, where each item of a batch is a transaction of its own. */
  readonly item?: number
}

/** What every request to change the ledger tells. */
export interface TransactionRequest {
  readonly request?: RequestKey
  /** Kept in a refusal's fact, so that its body is replayed byte for byte. */
  readonly requestId: string
}

/** What can be asked for, by method. */
export interface Commands {
  readonly Transfer: TransferCommand
  /** All of a hold, or `amount` of its only posting. */
  readonly Post: { readonly transfer: string; readonly amount?: Amount }
  readonly Void: { readonly transfer: string }
  /** Nobody asks for it: the VirtualMachine sends it to itself when a hold is due. */
  readonly Expire: { readonly transfer: string }
  /** A new transfer the other way of what `transfer` has posted. */
  readonly Reverse: Pick<TransferCommand, 'id' | 'content' | 'reference' | 'metadata'> & { readonly transfer: string }
  readonly SetAccount: SettingsCommand
}

export type Method = keyof Commands

/** Changes the ledger. */
export type ProcessTransaction = {
  readonly [Name in Method]: Request<TransactionAnswer> &
    TransactionRequest & {
      readonly type: 'ProcessTransaction'
      readonly method: Name
      readonly command: Commands[Name]
      /** Decide and answer, but keep nothing; keys and ids do not count. */
      readonly dryRun?: true
    }
}[Method]

/** Transfers that happen all or not at all, as one seq. */
export interface ProcessBatch extends Request<BatchAnswer>, TransactionRequest {
  readonly type: 'ProcessBatch'
  readonly items: readonly TransferCommand[]
  readonly dryRun?: true
}

/**
 * Kept for a batch with a key, before the facts of its items, which have the same seq; and for a single request with a
 * new key whose id is known, as if it were a batch of that one item.
 */
export interface BatchFact extends FactBase {
  readonly method: 'Batch'
  readonly state: 'posted' | 'refused'
  /** Items whose id had been decided before: their number and the fact of then. */
  readonly earlier: readonly (readonly [item: number, fact: Fact])[]
}

/** Reads the ledger, in turn with the transactions around it. */
export interface CallContract extends Request<CallAnswer> {
  readonly type: 'CallContract'
  readonly method: 'GetBalance'
  readonly query: BalanceQuery
}

export interface BalanceQuery {
  readonly account: AccountId
  readonly asset: Asset
}

export interface BalanceRead extends BalanceQuery {
  readonly state: Account
  readonly notes: AccountNotes
}

/** Decided and durable. `replayed` if an earlier request with the same key or id had been decided already. */
export interface TransactionProcessed {
  readonly type: 'TransactionProcessed'
  readonly fact: Fact
  readonly replayed: boolean
  /** The last seq that the answer saw. */
  readonly seq: Seq
}

/** The rules say no, and nothing of it is kept (no id, no key, or the key or id was somebody else's). */
export interface TransactionRefused {
  readonly type: 'TransactionRefused'
  readonly refusal: Refusal
  /** The last seq that the answer saw. */
  readonly seq: Seq
}

/** All of the batch is decided and durable. */
export interface BatchProcessed {
  readonly type: 'BatchProcessed'
  /** One an item, in the order of the items. Of a batch that was decided before they are to be found by its seq. */
  readonly facts: readonly Fact[] | undefined
  /** The batch's own fact; there is none without a key. */
  readonly batch: BatchFact | undefined
  readonly replayed: boolean
  /** The last seq that the answer saw. */
  readonly seq: Seq
}

/** Refused, and kept under its key. */
export interface BatchRefused {
  readonly type: 'BatchRefused'
  readonly refusal: Refusal & { readonly request_id: string }
  readonly replayed: boolean
  /** The last seq that the answer saw. */
  readonly seq: Seq
}

export interface ContractCalled {
  readonly type: 'ContractCalled'
  readonly balance: BalanceRead
  /** The last seq that the answer saw. */
  readonly seq: Seq
}

/** Nothing happened: try again later. */
export interface RequestRejected {
  readonly type: 'RequestRejected'
  readonly reason: 'overloaded' | 'not_ready' | 'storage_full'
}

export type TransactionAnswer = TransactionProcessed | TransactionRefused | RequestRejected
export type BatchAnswer = BatchProcessed | BatchRefused | TransactionRefused | RequestRejected
export type CallAnswer = ContractCalled | RequestRejected

/** No more requests are taken; answered when the last one taken is durable and answered. */
export interface Drain extends Request<Drained> {
  readonly type: 'Drain'
}

export interface Drained {
  readonly type: 'Drained'
}

/** What goes into a batch. */
export type LedgerRequest = ProcessTransaction | ProcessBatch | CallContract
export type VirtualMachineRequest = LedgerRequest | Drain
