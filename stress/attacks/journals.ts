// The real journal, small enough to be attacked many thousand times.

import { dirname, join } from 'node:path'
import type { Witness } from '../../actors/state-storage/journal.ts'
import type { Disk } from '../../src/journal/disk.ts'
import { FileJournal, type FileJournalOptions } from '../../src/journal/file-journal.ts'

/** The folders of the two copies where a disk is made up. */
export const [main, mirror] = [join('/', 'journal'), join('/', 'mirror')]

/** Small, so that a ledger of 100 KiB has many segments, with blank room behind their last records. */
export const segmentBytes = 16384

export function smallJournal(disk: Disk, options: Partial<FileJournalOptions> = {}): FileJournal {
  return new FileJournal({
    folder: main,
    mirror,
    disk,
    segmentBytes,
    preallocateBytes: segmentBytes,
    marginBytes: 0,
    takeLock: () => ({ release() {} }),
    now: () => 1_000,
    randomLedgerId: () => '5e'.repeat(16),
    ...options,
  })
}

export function isSegment(path: string): boolean {
  return path.endsWith('.jsonl')
}

/** The first seq in a segment, which is its name. */
export function firstSeqOf(path: string): number {
  return Number(path.slice(dirname(path).length + 1, -'.jsonl'.length))
}

export function witnessOf(line: string): Witness {
  const { seq, hash } = JSON.parse(line) as { seq: readonly [number, number]; hash: string }
  return { seq: seq[1], hash }
}
