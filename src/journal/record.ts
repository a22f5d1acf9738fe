// One line of the journal: how a batch becomes text that proves itself, and how it is read back.

import { hash as digest } from 'node:crypto'
import type { JournalEntry, JournalRecord } from '../../actors/state-storage/journal.ts'
import type { Hash, Head, Seq, Timestamp, Transaction, Writes } from '../../actors/state-storage/messages.ts'
import { rawValues } from './raw-values.ts'

/** What the genesis follows: nothing. */
export const origin: Head = Object.freeze({ seq: -1, hash: '0'.repeat(64), time: 0 })

export interface EncodedRecord {
  readonly head: Head
  /** Without its newline. */
  readonly line: string
  /** The line in UTF-8, with its newline: the same for every copy. */
  readonly bytes: Buffer
}

/** What a line says of itself once its hash has been found right. */
export interface Seal {
  readonly version: number
  readonly first: Seq
  readonly last: Seq
  readonly time: Timestamp
  readonly prev: Hash
  readonly hash: Hash
}

/** Links an entry into the chain behind `after`. Throws where it leaves a gap or goes back in time: that is a bug. */
export function encodeRecord(entry: JournalEntry, after: Head): EncodedRecord {
  const { first, last, time, transactions, writes } = entry
  if (first !== after.seq + 1) throw new Error(`a record that begins with seq ${first} cannot follow seq ${after.seq}`)
  if (!cover(transactions, first, last)) throw new Error(`the transactions do not cover seq ${first} to ${last}`)
  if (time < after.time) throw new Error(`time ${time} is before ${after.time}, the time of the last record`)
  const facts = JSON.stringify(transactions)
  return seal(
    `{"v":1,"seq":[${first},${last}],"time":${time},"transactions":${facts},"writes":[${writesText(writes)}],"prev":"${after.hash}"`,
    last,
    time,
  )
}

/** Line 0. `ledger` is 32 hexadecimal digits. */
export function encodeGenesis(ledger: string, time: Timestamp): EncodedRecord {
  return seal(`{"v":1,"seq":[0,0],"time":${time},"ledger":"${ledger}","prev":"${origin.hash}"`, 0, time)
}

function seal(body: string, seq: Seq, time: Timestamp): EncodedRecord {
  // Encoded once, with room for the hash: a line can have megabytes, and hashing a text encodes it a second time.
  const bytes = Buffer.from(`${body}${unsealed}\n`)
  const end = bytes.length - hashBytes - 1
  const hash = digest('sha256', bytes.subarray(0, end))
  bytes.write(hash, end + hashPlace)
  const line = `${body},"hash":"${hash}"}`
  // Values go in as they are. One with a line break would be two lines that recovery takes for damage.
  if (bytes.indexOf(newline) !== bytes.length - 1) throw new Error('a value holds a line break')
  return { head: { seq, hash, time }, line, bytes }
}

function writesText(writes: Writes): string {
  let text = ''
  for (const [key, value] of writes) text += `${text === '' ? '' : ','}[${JSON.stringify(key)},${value}]`
  return text
}

const newline = 0x0a
const unsealed = `,"hash":"${origin.hash}"}`
const hashBytes = unsealed.length
const hashPlace = ',"hash":"'.length
const beginning = /^\{"v":(\d{1,9}),"seq":\[(\d{1,16}),(\d{1,16})\],"time":(\d{1,16}),/
const ending = /,"prev":"([0-9a-f]{64})","hash":"([0-9a-f]{64})"\}$/

/** Checks a line (without its newline) against its own hash; undefined if it is not whole. Says nothing of its place. */
export function readSeal(bytes: Buffer): Seal | undefined {
  const [, prev, hash] = ending.exec(bytes.toString('latin1', bytes.length - 2 * hashBytes)) ?? []
  const [, version, first, last, time] = beginning.exec(bytes.toString('latin1', 0, 100)) ?? []
  if (prev === undefined || version === undefined) return undefined
  if (digest('sha256', bytes.subarray(0, bytes.length - hashBytes)) !== hash) return undefined
  return { version: Number(version), first: Number(first), last: Number(last), time: Number(time), prev, hash }
}

/** Whether the line stands in its right place: no gap, the right link, no step back in time. */
export function follows(line: Seal, after: Head): boolean {
  return line.first === after.seq + 1 && line.last >= line.first && line.prev === after.hash && line.time >= after.time
}

export function headOf(line: Seal): Head {
  return { seq: line.last, hash: line.hash, time: line.time }
}

/** A record checked in every respect; throws an Error that says what is wrong with it. */
export function decodeRecord(bytes: Buffer, after: Head): JournalRecord {
  const line = readSeal(bytes)
  if (line === undefined) throw new Error('its hash is wrong')
  if (!follows(line, after)) throw new Error(`it does not follow seq ${after.seq}`)
  return parseRecord(bytes, line)
}

/** The contents of a line whose seal and place were checked; throws an Error if they do not have the form of a record. */
export function parseRecord(bytes: Buffer, { version, first, last, time, prev, hash }: Seal): JournalRecord {
  if (version !== 1) throw new Error(`its format version ${version} is unknown`)
  const line = bytes.toString()
  const { transactions, writes } = JSON.parse(line) as { transactions?: unknown; writes?: unknown }
  if (!isTransactions(transactions) || !cover(transactions, first, last)) {
    throw new Error(`its transactions do not cover seq ${first} to ${last}`)
  }
  if (!isPairs(writes)) throw new Error('its writes are not pairs of key and value')
  const values = rawValues(bytes, writes.length)
  const texts = writes.map(([key], index) => [key, values[index] ?? ''] as const)
  return { first, last, time, transactions, writes: texts, prev, hash, line }
}

/** The ledger's id, from the bytes of a genesis whose seal was checked. */
export function ledgerOf(genesis: Buffer): string {
  const { ledger } = JSON.parse(genesis.toString()) as { ledger?: unknown }
  if (typeof ledger !== 'string') throw new Error('the genesis names no ledger')
  return ledger
}

/** Each seq from first to last has a transaction, in order; several share one where an atomic batch made them. */
function cover(transactions: readonly Transaction[], first: Seq, last: Seq): boolean {
  let covered = first - 1
  for (const { seq } of transactions) {
    if (seq !== covered + 1 && (seq !== covered || seq < first)) return false
    covered = seq
  }
  return transactions.length > 0 && covered === last
}

function isTransactions(json: unknown): json is readonly Transaction[] {
  return Array.isArray(json) && json.every((item) => typeof item?.seq === 'number')
}

function isPairs(json: unknown): json is readonly (readonly [string, unknown])[] {
  return (
    Array.isArray(json) && json.every((pair) => Array.isArray(pair) && pair.length === 2 && typeof pair[0] === 'string')
  )
}
