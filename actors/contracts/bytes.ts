// How much a request can add to a journal line: an upper bound, for the caps on batches and the queue.

import type { LedgerRequest } from '../virtual-machine/messages.ts'
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
  return key + settlementBytes + utf8Bytes * JSON.stringify(request.command, bigintText).length
}

function transferBytes({ id = '', postings, reference = '', metadata, pending }: TransferCommand): number {
  const text = reference === '' && metadata === undefined ? 0 : JSON.stringify([reference, metadata]).length
  let bytes = factBytes + 2 * id.length + utf8Bytes * text
  for (const { from, to } of postings) bytes += postingBytes + 3 * (from.length + to.length)
  // A hold is told again in the map.
  return pending === undefined ? bytes : 2 * bytes
}

function bigintText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value
}
