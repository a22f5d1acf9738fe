// Journals and entries for the specs of this room.

import type { Journal, JournalEntry, JournalRecord } from '../../actors/state-storage/journal.ts'
import type { Head } from '../../actors/state-storage/messages.ts'
import { FileJournal, type FileJournalOptions } from '../../src/journal/file-journal.ts'
import { folder, MemoryDisk, mirror } from './memory-disk.ts'

/** What may follow `head`: `count` transactions, each with its write. */
export function entryAfter(head: Pick<Head, 'seq' | 'time'>, count = 1): JournalEntry {
  const seqs = Array.from({ length: count }, (_, index) => head.seq + 1 + index)
  const time = head.time + 1
  return {
    first: head.seq + 1,
    last: head.seq + count,
    time,
    transactions: seqs.map((seq) => ({ seq, time, ids: [`transfer/ü${seq}`], note: '{"v":1,"seq":[' })),
    writes: new Map(seqs.map((seq) => [`account/UNIT/${seq}`, `{"posted":"${-seq}","10":1,"2":[{"]":"\\""}]}`])),
  }
}

/** Appends one record after another and returns their lines. */
export async function appendRecords(journal: Journal, after: Head, counts: readonly number[]): Promise<string[]> {
  const lines: string[] = []
  let head = after
  for (const count of counts) {
    const appended = await journal.append(entryAfter(head, count))
    lines.push(appended.line)
    head = appended.head
  }
  return lines
}

/** A file journal of two copies on a disk in memory. Its segments hold two or three records. */
export function journalOn(disk: MemoryDisk, options: Partial<FileJournalOptions> = {}): FileJournal {
  return new FileJournal({
    folder,
    mirror,
    disk,
    segmentBytes: 1200,
    preallocateBytes: 600,
    marginBytes: 0,
    takeLock: () => ({ release() {} }),
    now: () => 1000,
    randomLedgerId: () => '0123456789abcdef0123456789abcdef',
    ...options,
  })
}

export async function readAll(journal: Journal, after = 0): Promise<JournalRecord[]> {
  const records: JournalRecord[] = []
  for await (const record of journal.read(after)) records.push(record)
  return records
}

/** The lines that a journal on this disk holds after it was opened anew. */
export async function linesOn(disk: MemoryDisk, options: Partial<FileJournalOptions> = {}): Promise<string[]> {
  const journal = journalOn(disk, options)
  await journal.open()
  const records = await readAll(journal)
  await journal.close()
  return records.map(({ line }) => line)
}

/** The error that a promise is rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise
  } catch (error) {
    return error as Error
  }
  throw new Error('it was not rejected')
}

/** A ledger whose process was killed with all its records durable. */
export async function killedLedger(counts: readonly number[], options: Partial<FileJournalOptions> = {}) {
  const disk = new MemoryDisk()
  const journal = journalOn(disk, options)
  const { head } = await journal.open()
  const lines = await appendRecords(journal, head, counts)
  return { disk: disk.afterPowerCut(survivesAll), lines }
}

/** For `afterPowerCut`: only the process died. */
export const survivesAll = () => 0

/** Both copies, byte for byte. */
export function snapshot(disk: MemoryDisk): Record<string, string> {
  const paths = [...disk.paths(folder), ...disk.paths(mirror)]
  return Object.fromEntries(paths.map((path) => [path, disk.contents(path).toString('latin1')]))
}

/** The paths of one copy's segments. */
export function segmentPaths(disk: MemoryDisk, copy: string): string[] {
  return disk.paths(copy).filter((path) => path.endsWith('.jsonl'))
}

/** Where each line of a segment stands. */
export function placesIn(bytes: Buffer): { readonly begin: number; readonly end: number }[] {
  const places: { begin: number; end: number }[] = []
  for (let begin = 0, end = bytes.indexOf('\n'); end >= 0; begin = end + 1, end = bytes.indexOf('\n', begin)) {
    places.push({ begin, end: end + 1 })
  }
  return places
}

/** Turns one bit. */
export function damage(disk: MemoryDisk, path: string, position: number): void {
  const bytes = disk.contents(path)
  bytes[position] = (bytes[position] ?? 0) ^ 1
  disk.put(path, bytes)
}

/** The lines in a segment. */
export function linesIn(bytes: Buffer): string[] {
  return bytes.toString().trimEnd().split('\n')
}

/** Lets everything happen that can happen without an operation that is held back. */
export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise<void>((done) => setImmediate(done))
}
