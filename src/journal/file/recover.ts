// From what lies on the disks to a journal that can be believed: first looks at everything, then refuses, then repairs.

import { JournalDamaged, type Witness } from '../../../actors/state-storage/journal.ts'
import type { Head, Timestamp } from '../../../actors/state-storage/messages.ts'
import type { Disk, DiskFile } from '../disk.ts'
import { encodeGenesis } from '../record.ts'
import { examine, type Findings } from './examine.ts'
import { NewFile } from './new-file.ts'
import { repair } from './repair.ts'
import { type Segment, segmentName, segmentsIn } from './segment.ts'
import { readMark, refuseUnlessHeld } from './witness.ts'

export interface RecoveryOptions {
  readonly disk: Disk
  readonly rebuildMirror: boolean
  readonly segmentBytes: number
  readonly preallocateBytes: number
  readonly now: () => Timestamp
  readonly randomLedgerId: () => string
}

export interface Recovered {
  readonly ledger: string
  readonly head: Head
  readonly segments: readonly Segment[]
  /** The last segment of every copy, open to be written to from `position` and filled with blanks up to `capacity`. */
  readonly files: readonly DiskFile[]
  readonly position: number
  readonly capacity: number
  readonly notices: readonly string[]
  /** Whether a mark of a clean stop is there. */
  readonly marked: boolean
}

/** The folders must be locked. Throws JournalDamaged, and has then changed nothing. */
export async function recover(
  folders: readonly string[],
  options: RecoveryOptions,
  witness: Witness | undefined,
): Promise<Recovered> {
  const { disk } = options
  const marks = (await Promise.all(folders.map((folder) => readMark(disk, folder)))).filter(
    (mark) => mark !== undefined,
  )
  const found = await examine(disk, folders)
  for (const known of witness === undefined ? marks : [witness, ...marks]) {
    await refuseUnlessHeld(disk, folders, found, known)
  }
  const findings = found ?? (await createLedger(folders, options))
  await refuseMissingCopy(folders, options, findings)
  const position = findings.goodBytes
  const room = Math.max(0, Math.min(options.preallocateBytes, options.segmentBytes - position))
  const repaired = await repair(disk, folders, findings, room, options.now())
  const { ledger, head, segments } = findings
  return { ledger, head, segments, position, ...repaired, marked: marks.length > 0 }
}

async function createLedger(folders: readonly string[], options: RecoveryOptions): Promise<Findings> {
  const { disk, now, randomLedgerId } = options
  const genesis = encodeGenesis(randomLedgerId(), now())
  for (const folder of folders) {
    const file = await NewFile.create(disk, folder, segmentName(0))
    await file.add(genesis.bytes)
    await (await file.publish(segmentName(0))).close()
  }
  const findings = await examine(disk, folders)
  if (findings === undefined) throw new Error(`the genesis was written to ${folders.join(' and ')} and is not there`)
  return findings
}

/** A folder that is empty may be a disk that is not mounted. Only a ledger that never held a record cannot have lost one. */
async function refuseMissingCopy(
  folders: readonly string[],
  { disk, rebuildMirror }: RecoveryOptions,
  { head }: Findings,
): Promise<void> {
  if (rebuildMirror || head.seq === 0) return
  for (const folder of folders) {
    if ((await segmentsIn(disk, [folder])).length > 0) continue
    throw new JournalDamaged(
      `there is no copy of the journal in ${folder}; if that is right, start with --rebuild-mirror to make it anew from the other copy`,
    )
  }
}
