// What is on the disks when the journal is opened. Only looks: nothing may change before it is known that all is well.

import { JournalDamaged } from '../../../actors/state-storage/journal.ts'
import type { Head, Seq } from '../../../actors/state-storage/messages.ts'
import type { Disk } from '../disk.ts'
import { follows, headOf, ledgerOf, origin, readSeal } from '../record.ts'
import type { LineReader } from './line-reader.ts'
import { type Segment, segmentName, segmentPath, segmentsIn } from './segment.ts'
import { closeCopies, openCopies, walk } from './walk.ts'

export interface Findings {
  readonly ledger: string
  readonly head: Head
  readonly segments: readonly Segment[]
  /** How many bytes of the last segment are good in one copy at least. */
  readonly goodBytes: number
  readonly losses: readonly Loss[]
  /** Per copy: what stands in the last segment behind `goodBytes` and is nothing whole. */
  readonly tails: readonly Buffer[]
}

/** What one copy of a segment has lost. */
export interface Loss {
  readonly segment: Segment
  readonly path: string
  /** Those that it does not hold and another copy does; 0: all are there, but what stands behind them is not blank. */
  readonly lines: number
}

/**
 * Undefined if no folder holds any segment. Closed segments are believed by their first and last lines, so that
 * opening stays short; the last one is checked line by line.
 */
export async function examine(disk: Disk, folders: readonly string[]): Promise<Findings | undefined> {
  const firsts = await segmentsIn(disk, folders)
  const segments: Segment[] = []
  const losses: Loss[] = []
  let seen: Seen = { head: origin, goodBytes: 0, losses: [], tails: [] }
  for (const first of firsts) {
    const before = segments.at(-1)
    if (first !== seen.head.seq + 1) throw new JournalDamaged(gap(seen, before, first, folders))
    losses.push(...litterBehind(seen, before, folders))
    const segment = { first, start: seen.head }
    seen = await examineSegment(disk, folders, segment, first === firsts.at(-1))
    segments.push(segment)
    losses.push(...seen.losses)
  }
  if (segments.length === 0) return undefined
  const { head, goodBytes, tails } = seen
  return { ledger: await readLedger(disk, folders), head, segments, goodBytes, losses, tails }
}

type Seen = Pick<Findings, 'head' | 'goodBytes' | 'losses' | 'tails'>

async function examineSegment(disk: Disk, folders: readonly string[], segment: Segment, last: boolean): Promise<Seen> {
  const copies = await openCopies(disk, folders, segment.first)
  try {
    return (last ? undefined : await glance(copies, segment)) ?? (await scrutinize(copies, segment))
  } finally {
    await closeCopies(copies)
  }
}

/** The head at the end of a closed segment, if all copies agree on its first and its last line. */
async function glance(copies: readonly LineReader[], { start }: Segment): Promise<Seen | undefined> {
  // The last one first: a small segment is then read once.
  const last = await agreed(copies, (copy) => copy.lastLine())
  const first = await agreed(copies, (copy) => copy.lineAt(0))
  if (first === undefined || last === undefined || !follows(first, start)) return undefined
  return { head: headOf(last), goodBytes: 0, losses: [], tails: [] }
}

async function agreed(copies: readonly LineReader[], read: (copy: LineReader) => Promise<Buffer | undefined>) {
  const [line, ...others] = await Promise.all(copies.map((copy) => read(copy).catch(() => undefined)))
  if (line === undefined || !others.every((other) => other?.equals(line))) return undefined
  return readSeal(line)
}

async function scrutinize(copies: readonly LineReader[], segment: Segment): Promise<Seen> {
  let head = segment.start
  let goodBytes = 0
  const lost = new Map<string, number>()
  for await (const { seal, bytes, position, lostIn } of walk(copies, segment.start)) {
    head = headOf(seal)
    goodBytes = position + bytes.length + 1
    for (const path of lostIn) lost.set(path, (lost.get(path) ?? 0) + 1)
  }
  const tails = await readTails(copies, goodBytes)
  // With another copy, that of the very next seq is no proof either: it was acknowledged only if both copies have it.
  const proven = copies.length > 1 ? head.seq + 2 : head.seq + 1
  for (const [index, tail] of tails.entries()) refuseLaterRecord(tail, copies[index]?.path, goodBytes, proven)
  return { head, goodBytes, tails, losses: [...lost].map(([path, lines]) => ({ segment, path, lines })) }
}

/**
 * A copy whose end the disk cannot read counts as ending there, if another copy does: every acknowledged record is in both.
 * Otherwise what cannot be read may be the last acknowledged record, and not a torn one that may be cut off.
 */
async function readTails(copies: readonly LineReader[], position: number): Promise<Buffer[]> {
  const tails = await Promise.all(copies.map((copy) => copy.tail(position).catch(() => undefined)))
  const unreadable = tails.indexOf(undefined)
  if (unreadable >= 0 && !tails.some((tail) => tail?.length === 0)) {
    throw new JournalDamaged(
      `${copies[unreadable]?.path}, byte ${position}: cannot be read, and no other copy is whole there`,
    )
  }
  return tails.map((tail) => tail ?? Buffer.alloc(0))
}

/**
 * Record n + 1 is written only after n is synced in every copy: so one behind the damage proves that n was acknowledged.
 * An earlier one is no proof: a disk that wrote it in a wrong place, too, has lost nothing.
 */
function refuseLaterRecord(tail: Buffer, path: string | undefined, position: number, proven: Seq): void {
  for (let at = tail.indexOf(lineBegin); at >= 0; at = tail.indexOf(lineBegin, at + 1)) {
    const end = tail.indexOf('\n', at)
    const seal = end < 0 ? undefined : readSeal(tail.subarray(at, end))
    if (seal === undefined || seal.first < proven) continue
    throw new JournalDamaged(
      `${path}, byte ${position}: no copy holds the record that belongs there, but there is a later one at byte ${position + at}`,
    )
  }
}

/** Inside a string of the journal its quotes would be escaped: it stands at the begin of a line or not at all. */
const lineBegin = '{"v":'

/** A closed segment was synced in every copy before the next one was begun: what is bad in it is lost, not torn. */
function gap({ head, tails, goodBytes }: Seen, segment: Segment | undefined, next: Seq, folders: readonly string[]) {
  if (segment === undefined || tails.every((tail) => tail.length === 0)) return missing(head.seq + 1, next)
  const paths = folders.map((folder) => segmentPath(folder, segment.first))
  return `${paths.join(' and ')}, byte ${goodBytes}: damaged in every copy, and there are later segments`
}

/** The next segment begins where this one's records end: so nothing is lost, and what stands behind them is no record. */
function litterBehind({ tails }: Seen, segment: Segment | undefined, folders: readonly string[]): Loss[] {
  if (segment === undefined) return []
  const littered = folders.filter((_, index) => (tails[index]?.length ?? 0) > 0)
  return littered.map((folder) => ({ segment, path: segmentPath(folder, segment.first), lines: 0 }))
}

function missing(expected: Seq, found: Seq): string {
  return `records are missing in every copy: seq ${expected} should begin ${segmentName(expected)}, but ${segmentName(found)} is next`
}

async function readLedger(disk: Disk, folders: readonly string[]): Promise<string> {
  const copies = await openCopies(disk, folders, 0)
  try {
    for await (const { bytes } of walk(copies, origin)) return ledgerOf(bytes)
    throw new JournalDamaged(`the genesis is damaged in every copy of ${segmentName(0)}`)
  } finally {
    await closeCopies(copies)
  }
}
