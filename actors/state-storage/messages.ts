// What StateStorage understands, and what it answers. It knows keys, values and names of facts; it knows no money.

import type { Request } from '../address.ts'

/** Gapless from 1; 0 is the empty ledger. A safe integer: at a million a second it lasts 285 years. */
export type Seq = number

/** Milliseconds since 1970-01-01T00:00:00Z, from the clock port; never goes backwards within a ledger. */
export type Timestamp = number

/** Where a value lives in the map, such as `account/USD/2/users:42`. */
export type Key = string

/** JSON text, never an object: nobody can change it in place, and the journal line holds it as it is. */
export type Value = string

/** A client-made name that a transaction takes for ever: a transfer's id or a request's key. */
export type Id = string

/** SHA-256, 64 lowercase hexadecimal digits. */
export type Hash = string

/** The last durable record: its last seq, its hash, its time. */
export interface Head {
  readonly seq: Seq
  readonly hash: Hash
  readonly time: Timestamp
}

/**
 * A fact, as it stands in the journal: what was asked, decided and answered. It is plain JSON (amounts are decimal
 * strings). StateStorage reads only these members; the contract that made it adds its own.
 */
export interface Transaction {
  readonly seq: Seq
  readonly time: Timestamp
  /** The names it takes. Absent when it takes none. */
  readonly ids?: readonly Id[]
}

export type Writes = ReadonlyMap<Key, Value>

/** Asks for values by key, and for the facts behind names. */
export interface ReadKeys extends Request<KeysRead> {
  readonly type: 'ReadKeys'
  readonly keys: readonly Key[]
  readonly ids: readonly Id[]
  readonly seqs: readonly Seq[]
}

export interface KeysRead {
  readonly type: 'KeysRead'
  /** A key that was never written is absent. */
  readonly values: ReadonlyMap<Key, Value>
  /** A name that no transaction took is absent. */
  readonly byId: ReadonlyMap<Id, Transaction>
  /** The facts with the asked seqs, and maybe others; more than one a seq where an atomic batch made them. */
  readonly bySeq: ReadonlyMap<Seq, readonly Transaction[]>
  readonly head: Head
  /** False when the disk is so full that a WriteKeys could fail: it must not be tried. */
  readonly hasSpace: boolean
}

/** All of it happens, or none of it. */
export interface WriteKeys extends Request<KeysWritten> {
  readonly type: 'WriteKeys'
  /** The facts, in order of their seq; the first follows the head. */
  readonly transactions: readonly Transaction[]
  /** What they leave behind. */
  readonly writes: Writes
  readonly time: Timestamp
}

/** Told only after the record is durable in every copy of the journal and applied to the map. */
export interface KeysWritten {
  readonly type: 'KeysWritten'
  readonly head: Head
}

/** Asks for facts by seq or by name, outside any batch. It sees what is durable, and nothing else. */
export interface FindTransactions extends Request<TransactionsFound> {
  readonly type: 'FindTransactions'
  readonly seqs: readonly Seq[]
  readonly ids: readonly Id[]
}

export interface TransactionsFound {
  readonly type: 'TransactionsFound'
  readonly bySeq: ReadonlyMap<Seq, readonly Transaction[]>
  readonly byId: ReadonlyMap<Id, Transaction>
  readonly head: Head
}

export type StateStorageRequest = ReadKeys | WriteKeys | FindTransactions
