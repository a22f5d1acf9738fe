// The journal, as StateStorage needs it: the truth. Adapters live in src/journal.

import type { Hash, Head, Key, Seq, Timestamp, Transaction, Value, Writes } from './messages.ts'

/** What one WriteKeys leaves in the journal, before the journal has linked it into its chain. */
export interface JournalEntry {
  readonly first: Seq
  readonly last: Seq
  readonly time: Timestamp
  readonly transactions: readonly Transaction[]
  readonly writes: Writes
}

/** One line of the journal, read back and checked. */
export interface JournalRecord {
  readonly first: Seq
  readonly last: Seq
  readonly time: Timestamp
  readonly transactions: readonly Transaction[]
  readonly writes: readonly (readonly [Key, Value])[]
  readonly prev: Hash
  readonly hash: Hash
  /** The line as it stands in the journal, without its newline: what the archive is fed with. */
  readonly line: string
}

/** A record that is durable in every copy. */
export interface Appended {
  readonly head: Head
  readonly line: string
}

export interface JournalOpened {
  /** Random, made with the ledger: 32 hexadecimal digits. */
  readonly ledger: string
  /** The last record; for an empty ledger seq 0, the genesis's hash and time. */
  readonly head: Head
  /** What recovery did, one sentence each, for the operator. */
  readonly notices: readonly string[]
}

/** The head that someone else (the archive) knows to have been durable: the journal may not end before it. */
export type Witness = Pick<Head, 'seq' | 'hash'>

export interface Journal {
  /**
   * Takes the lock, recovers the copies, cuts a torn tail off. Called once, before anything else.
   * Rejects with a JournalDamaged (exit 3) where acknowledged records are lost or copies contradict each other.
   */
  open(witness?: Witness): Promise<JournalOpened>
  /**
   * Settles after the record is durable in every copy, in the order of the calls. A rejection is final: what is on
   * disk is then unknown, and only recovery may decide it.
   */
  append(entry: JournalEntry): Promise<Appended>
  /** The records that hold a seq greater than `after`, in order, each checked; empty if there is none. */
  read(after: Seq): AsyncIterable<JournalRecord>
  /** Whether `bytes` more would still fit with the margin; false leads to 507 storage_full before anything is written. */
  hasSpaceFor(bytes: number): boolean
  /** Marks a clean stop and gives the lock back. */
  close(): Promise<void>
}

/** Acknowledged records are missing, or copies contradict each other. Nothing was changed; a person must decide. */
export class JournalDamaged extends Error {
  override readonly name = 'JournalDamaged'
}
