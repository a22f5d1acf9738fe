// The archive, as StateStorage needs it: derived from the journal, and behind it by a known seq. Adapters live in src/archive.

import type { Head, Key, Seq, Transaction, Value } from './messages.ts'

/** Names with the seq that took them, sealed: everything in the ledger with `after` < seq ≤ `through`. */
export interface IdPart {
  readonly after: Seq
  readonly through: Seq
  /** Four numbers an entry: high and low half of the keyed 64-bit hash of the name, high and low half of the seq. */
  readonly entries: Uint32Array
}

/** A page of the account checkpoint. */
export type CheckpointPage = readonly (readonly [Key, Value])[]

export interface ArchiveOpened {
  /** Complete up to here; seq 0 and the genesis's hash (or '') when empty. */
  readonly head: Pick<Head, 'seq' | 'hash'>
  /** The newest complete checkpoint: the state as of `seq`, or newer; replay whole values from there. Seq 0: there is none. */
  readonly checkpoint: Seq
  /** What was found and done, one sentence each, for the operator. */
  readonly notices: readonly string[]
}

export interface Archive {
  /** Opens it, or makes it. One that fails its own checks is put aside and begun anew: its head is then 0. */
  open(): Promise<ArchiveOpened>
  /** Binds an empty archive to a ledger; rejects with ArchiveDamaged if it belongs to another one. */
  bind(ledger: string): Promise<void>
  /** Takes journal lines over, in order, the first following the head. Settles after the commit. */
  take(lines: readonly string[]): Promise<void>
  /** The facts with these seqs. Rejects with ArchiveDamaged if one that it must hold is missing or fails its check. */
  findTransactions(seqs: readonly Seq[]): Promise<readonly Transaction[]>
  /** The pages of the newest complete checkpoint. Throws ArchiveDamaged if a page fails its digest. */
  checkpointPages(): AsyncIterable<CheckpointPage>
  /** Begins a checkpoint that is complete only after finishCheckpoint; one not finished never counts. */
  beginCheckpoint(seq: Seq): Promise<void>
  saveCheckpointPage(page: CheckpointPage): Promise<void>
  finishCheckpoint(): Promise<void>
  /** The sealed parts of the id index that pass their checksum, in order of seq; bad ones are put aside and told in a notice at open. */
  idParts(): AsyncIterable<IdPart>
  saveIdPart(part: IdPart): Promise<void>
  /** Puts the whole archive aside as damaged, so that it is begun anew with head 0. The id parts stay. */
  reset(): Promise<void>
  close(): Promise<void>
}

/** What the archive holds cannot be believed. It is rebuilt from the journal at the next start. */
export class ArchiveDamaged extends Error {
  override readonly name = 'ArchiveDamaged'
}
