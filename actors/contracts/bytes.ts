// How much a request can add to a journal line: an upper bound, for the caps on batches and the queue.

import type { LedgerRequest } from '../virtual-machine/messages.ts'
import { transferName } from '../virtual-machine/names.ts'
import type { ReadFacts, ReadState } from '../virtual-machine/processor.ts'
import type { Fact } from './facts.ts'
import { decodeHold, holdKey } from './holds/hold.ts'
import { notesKey } from './settings.ts'
import type { TransferCommand } from './transfer.ts'

/** A fact without names and free text, in bytes: measured, rounded up. */
const factBytes = 512
/** A posting with both accounts, as asked, as told and as written. */
const postingBytes = 1_024
/** What else a hold or a change of settings tells again. */
const settlementBytes = 8_192
/** Of one UTF-16 unit, at most. */
const utf8Bytes = 3

export function bytesOf(request: LedgerRequest): number {
  if (request.type === 'CallContract') return 0
  const key = 2 * (request.request?.key.length ?? 0)
  if (request.type === 'ProcessBatch') return request.items.reduce((sum, item) => sum + transferBytes(item), key)
  if (request.method === 'Transfer') return key + transferBytes(request.command)
  return key + settlementBytes + 2 * utf8Bytes * JSON.stringify(request.command, bigintText).length
}

/**
 * What is told and written again of what was there before: the hold that ends, the transfer that is taken back, the
 * metadata that stay. Without it thousands of large holds that expire at once would not fit into a record, and the
 * ledger could never go on.
 */
export function moreBytesOf(request: LedgerRequest, known: ReadState & ReadFacts): number {
  if (request.type !== 'ProcessTransaction' || request.method === 'Transfer') return 0
  if (request.method === 'SetAccount')
    return 2 * utf8Bytes * (known.read(notesKey(request.command.account)) ?? '').length
  const { transfer } = request.command
  const hold = known.read(holdKey(transfer))
  const past = known.fact(transferName(transfer)) as Fact | undefined
  const postings = [...(decodeHold(hold)?.postings ?? []), ...(past?.postings ?? [])]
  return postings.reduce((sum, posting) => sum + bytesOfPosting(posting), 2 * utf8Bytes * (hold ?? '').length)
}

function bytesOfPosting({ from, to }: { readonly from: string; readonly to: string }): number {
  return postingBytes + 3 * (from.length + to.length)
}

function transferBytes({ id = '', postings, reference = '', metadata, pending }: TransferCommand): number {
  const text = reference === '' && metadata === undefined ? 0 : JSON.stringify([reference, metadata]).length
  let bytes = factBytes + 2 * id.length + utf8Bytes * text
  for (const posting of postings) bytes += bytesOfPosting(posting)
  // A hold is told again in the map.
  return pending === undefined ? bytes : 2 * bytes
}

function bigintText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value
}
