// The form of a sealed part of the id index on disk: a line that says what it is, then the entries; with a digest of both.

import { createHash } from 'node:crypto'
import os from 'node:os'
import type { IdPart } from '../../actors/state-storage/archive.ts'
import type { Seq } from '../../actors/state-storage/messages.ts'

const bytesPerEntry = 16
const newline = 0x0a

/** A line as this one may be read at most, in bytes; a longer one is none of ours. */
const longestHeader = 1_024

export interface IdPartHeader {
  readonly ledger: string
  readonly after: Seq
  readonly through: Seq
  readonly count: number
}

/** File names sort in order of seq. */
export function idPartName({ after, through }: Pick<IdPart, 'after' | 'through'>): string {
  return `${String(after).padStart(16, '0')}-${String(through).padStart(16, '0')}.ids`
}

export function encodeIdPart(ledger: string, { after, through, entries }: IdPart): Uint8Array {
  const header = { ledger, after, through, count: entries.byteLength / bytesPerEntry }
  const bytes = bytesOf(entries)
  return Buffer.concat([Buffer.from(`${headerLine(header, bytes)}\n`), bytes])
}

/** The part and the ledger it belongs to, or undefined if a byte of it is not as it was written. */
export function decodeIdPart(name: string, file: Uint8Array): { ledger: string; part: IdPart } | undefined {
  const end = file.subarray(0, longestHeader).indexOf(newline)
  if (end < 0) return undefined
  const line = Buffer.from(file.subarray(0, end)).toString('latin1')
  const header = headerIn(line)
  const bytes = file.subarray(end + 1)
  // Made anew from what was read, the line must be the same: so none of its bytes escapes the check.
  if (header === undefined || headerLine(header, bytes) !== line) return undefined
  if (header.count * bytesPerEntry !== bytes.length || idPartName(header) !== name) return undefined
  const entries = new Uint32Array(header.count * 4)
  bytesOf(entries).set(bytes)
  return { ledger: header.ledger, part: { after: header.after, through: header.through, entries } }
}

function bytesOf(entries: Uint32Array): Uint8Array {
  return new Uint8Array(entries.buffer, entries.byteOffset, entries.byteLength)
}

function headerLine({ ledger, after, through, count }: IdPartHeader, bytes: Uint8Array): string {
  // The order of bytes is that of this machine; on a machine of the other kind the line differs, and the part is rebuilt.
  const told = JSON.stringify({ format: 'surety-ids-1', bytes: os.endianness(), ledger, after, through, count })
  const digest = createHash('sha256').update(told).update(bytes).digest('hex')
  return `${told.slice(0, -1)},"sha256":"${digest}"}`
}

function headerIn(line: string): IdPartHeader | undefined {
  try {
    return JSON.parse(line) as IdPartHeader
  } catch {
    return undefined
  }
}
