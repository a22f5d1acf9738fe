// Makes the copies whole and equal again.

import { dirname } from 'node:path'
import type { Head } from '../../../actors/state-storage/messages.ts'
import type { Disk, DiskFile } from '../disk.ts'
import { headOf } from '../record.ts'
import type { Findings } from './examine.ts'
import { NewFile, removeUnfinished } from './new-file.ts'
import { type Segment, segmentName } from './segment.ts'
import { closeCopies, openCopies, type WalkedLine, walk } from './walk.ts'

export interface Repaired {
  /** The last segment of every copy, open to be written to. */
  readonly files: readonly DiskFile[]
  readonly capacity: number
  readonly notices: readonly string[]
}

/**
 * Replaces files, changes none in place. `room` is what the last segment gets for new records; `now` tells the files of
 * different cuts apart.
 */
export async function repair(
  disk: Disk,
  folders: readonly string[],
  findings: Findings,
  room: number,
  now: number,
): Promise<Repaired> {
  const { segments, losses, goodBytes } = findings
  const last = segments.at(-1) as Segment
  for (const folder of folders) await removeUnfinished(disk, folder)
  const cuts = await keepTails(disk, folders, last, findings, now)
  for (const { segment, path } of losses) {
    const end = segments[segments.indexOf(segment) + 1]?.start
    if (end === undefined) continue
    const [file] = await rebuild(disk, folders, segment, end, [dirname(path)], 0)
    await file?.close()
  }
  // Always, even if all looks well: after a failed sync, reading may show what is not on the disk. A new file is.
  const capacity = goodBytes + room
  const files = await rebuild(disk, folders, last, findings.head, folders, capacity)
  return { files, capacity, notices: [...cuts, ...losses.map(repairNotice)] }
}

function repairNotice({ path, lines }: Findings['losses'][number]): string {
  if (lines === 0) return `${path}: what stood behind its last record was damaged, and is gone; no record was`
  return `${path}: ${lines} ${lines === 1 ? 'record was' : 'records were'} missing or damaged and taken from the other copy`
}

/** What recovery cuts off is kept beside the segment: a person may want to know what was on its way. */
async function keepTails(
  disk: Disk,
  folders: readonly string[],
  { first }: Segment,
  { tails, goodBytes, head }: Findings,
  now: number,
): Promise<string[]> {
  const notices: string[] = []
  for (const [index, folder] of folders.entries()) {
    const tail = tails[index]
    if (tail === undefined || tail.length === 0) continue
    const name = `${segmentName(first)}.${goodBytes}.${now}.cut`
    const file = await NewFile.create(disk, folder, name)
    await file.add(tail)
    await (await file.publish(name)).close()
    notices.push(
      `${folder}: ${tail.length} bytes behind seq ${head.seq} were not a whole record in any copy; they were never acknowledged, were cut off and are kept in ${name}`,
    )
  }
  return notices
}

/** Writes the good lines of all copies to new files in `targets`, with blank room up to `capacity`. */
async function rebuild(
  disk: Disk,
  folders: readonly string[],
  segment: Segment,
  end: Head,
  targets: readonly string[],
  capacity: number,
): Promise<DiskFile[]> {
  const name = segmentName(segment.first)
  const copies = await openCopies(disk, folders, segment.first)
  try {
    const files = await Promise.all(targets.map((folder) => NewFile.create(disk, folder, name)))
    let head = segment.start
    for await (const { seal, bytes } of walk(copies, segment.start)) {
      const line = Buffer.concat([bytes, newline])
      for (const file of files) await file.add(line)
      head = headOf(seal)
    }
    if (head.hash !== end.hash) throw readsDifferently(name)
    await Promise.all(files.map((file) => file.blankUpTo(capacity)))
    return await Promise.all(files.map((file) => file.publish(name)))
  } finally {
    await closeCopies(copies)
  }
}

/** An error of the disk as any other: what it shows now is judged by the next start. */
function readsDifferently(name: string): Error {
  const message = `${name} does not read twice the same: the disk cannot be trusted; start again, and replace it if that does not help`
  return Object.assign(new Error(message), { code: 'EIO' })
}

/** Writes a line in its place where reading found it lost. What is around it may be damaged and stays as it is. */
export async function mendLine(disk: Disk, { bytes, position, lostIn }: WalkedLine): Promise<void> {
  for (const path of lostIn) {
    const file = await disk.openToWrite(path)
    try {
      await file.write(Buffer.concat([bytes, newline]), position)
      await file.sync()
    } finally {
      await file.close()
    }
    await disk.syncFolder(dirname(path))
  }
}

const newline = Buffer.from('\n')
