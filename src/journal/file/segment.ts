// Segments: the files that a copy of the journal is cut into, named by the first seq in them.

import { join } from 'node:path'
import type { Head, Seq } from '../../../actors/state-storage/messages.ts'
import type { Disk } from '../disk.ts'

/** The same bytes stand at the same place in every copy of a segment. */
export interface Segment {
  /** The seq of its first record; 0 for the segment that begins with the genesis. */
  readonly first: Seq
  /** The last record before it. */
  readonly start: Head
}

/** Sorts by name as by number. */
export function segmentName(first: Seq): string {
  return `${String(first).padStart(20, '0')}.jsonl`
}

export function segmentPath(folder: string, first: Seq): string {
  return join(folder, segmentName(first))
}

/** The first seqs of all segments in any of the folders, ascending. */
export async function segmentsIn(disk: Disk, folders: readonly string[]): Promise<Seq[]> {
  const names = await Promise.all(folders.map((folder) => disk.list(folder)))
  const firsts = names.flat().flatMap((name) => /^(\d{20})\.jsonl$/.exec(name)?.[1] ?? [])
  return [...new Set(firsts.map(Number))].sort((one, other) => one - other)
}
