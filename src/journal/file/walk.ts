// The walk along the hash chain through all copies at once: what one copy has lost, another may still hold.

import { JournalDamaged } from '../../../actors/state-storage/journal.ts'
import type { Head, Seq } from '../../../actors/state-storage/messages.ts'
import type { Disk } from '../disk.ts'
import { follows, headOf, readSeal, type Seal } from '../record.ts'
import { LineReader } from './line-reader.ts'
import type { Segment } from './segment.ts'

/** A line that is whole and in its place in at least one copy. */
export interface WalkedLine {
  readonly seal: Seal
  /** Without its newline. */
  readonly bytes: Buffer
  readonly position: number
  /** The paths of the copies that do not hold it. */
  readonly lostIn: readonly string[]
}

/** One segment in every copy. To be closed with closeCopies. */
export function openCopies(disk: Disk, folders: readonly string[], first: Seq): Promise<readonly LineReader[]> {
  return Promise.all(folders.map((folder) => LineReader.open(disk, folder, first)))
}

export async function closeCopies(copies: readonly LineReader[]): Promise<void> {
  await Promise.all(copies.map((copy) => copy.close()))
}

/**
 * The lines of one segment, in order, up to the first place where no copy holds one. Looks at every copy, so that damage
 * is found while another copy still has what was lost. Throws JournalDamaged where copies contradict each other.
 */
export async function* walk(copies: readonly LineReader[], start: Head): AsyncGenerator<WalkedLine> {
  let head = start
  let position = 0
  for (;;) {
    const line = await lineAt(copies, position, head)
    if (line === undefined) return
    yield line
    head = headOf(line.seal)
    position += line.bytes.length + 1
  }
}

async function lineAt(copies: readonly LineReader[], position: number, after: Head): Promise<WalkedLine | undefined> {
  let good: { readonly seal: Seal; readonly bytes: Buffer } | undefined
  const lost: { readonly path: string; readonly bytes: Buffer | undefined }[] = []
  for (const copy of copies) {
    const bytes = await copy.lineAt(position)
    if (good !== undefined && bytes?.equals(good.bytes) === true) continue
    const seal = good === undefined && bytes !== undefined ? readSeal(bytes) : undefined
    if (bytes !== undefined && seal !== undefined && follows(seal, after)) good = { seal, bytes }
    else lost.push({ path: copy.path, bytes })
  }
  if (good === undefined) return undefined
  if (good.seal.version !== 1) throw new JournalDamaged(`${copies[0]?.path}, byte ${position}: made by a newer Surety`)
  for (const { path, bytes } of lost) refuseContradiction(good.seal, bytes, path, position)
  return { ...good, position, lostIn: lost.map(({ path }) => path) }
}

/**
 * Two whole records of one seq: nobody but a person can say which of them is the truth. One of another seq was written
 * in a wrong place, by a disk that lost what stood there: the other copy has that.
 */
function refuseContradiction(good: Seal, other: Buffer | undefined, path: string, position: number): void {
  if (other === undefined || readSeal(other)?.first !== good.first) return
  throw new JournalDamaged(
    good.first === 0
      ? `${path} belongs to another ledger than its other copy`
      : `${path}, byte ${position}: holds another record than its other copy, which holds seq ${good.first} there`,
  )
}

/** The lines that hold a seq in (`after`, `until`], through as many segments as it takes. They must exist. */
export async function* walkSegments(
  disk: Disk,
  folders: readonly string[],
  segments: readonly Segment[],
  after: Seq,
  until: Seq,
): AsyncGenerator<WalkedLine> {
  if (after >= until) return
  const begin = segments.findLastIndex(({ first }) => first <= after + 1)
  for (const [index, segment] of segments.entries()) {
    if (index < begin || segment.first > until) continue
    const end = Math.min(until, (segments[index + 1]?.first ?? Number.POSITIVE_INFINITY) - 1)
    const copies = await openCopies(disk, folders, segment.first)
    let { seq } = segment.start
    let position = 0
    try {
      for await (const line of walk(copies, segment.start)) {
        if (line.seal.last > after) yield line
        seq = line.seal.last
        position = line.position + line.bytes.length + 1
        if (seq >= end) break
      }
    } finally {
      await closeCopies(copies)
    }
    if (seq >= end) continue
    throw new JournalDamaged(
      `${copies[0]?.path}, byte ${position}: the record after seq ${seq} is damaged in every copy`,
    )
  }
}
