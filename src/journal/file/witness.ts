// Others who know how far the journal once reached: the archive, and the mark that a clean stop leaves.

import { hash as digest } from 'node:crypto'
import { join } from 'node:path'
import { JournalDamaged, type Witness } from '../../../actors/state-storage/journal.ts'
import type { Hash, Seq } from '../../../actors/state-storage/messages.ts'
import type { Disk } from '../disk.ts'
import type { Findings } from './examine.ts'
import { NewFile } from './new-file.ts'
import { walkSegments } from './walk.ts'

const markName = 'clean-stop.json'
const longestMark = 300 // bytes

/** Written when the last append has settled and no more will come. */
export async function writeMark(disk: Disk, folder: string, known: Witness): Promise<void> {
  const file = await NewFile.create(disk, folder, markName)
  await file.add(Buffer.from(markText(known)))
  await (await file.publish(markName)).close()
}

/** With a digest of itself: a damaged mark must not look like a lost record. */
export function markText({ seq, hash }: Witness): string {
  const told = JSON.stringify({ seq, hash })
  return `${told.slice(0, -1)},"sha256":"${digest('sha256', told)}"}\n`
}

/** To be done before the first append: a mark that stayed would say nothing of what came after it. */
export async function removeMark(disk: Disk, folder: string): Promise<void> {
  await disk.remove(join(folder, markName))
  await disk.syncFolder(folder)
}

/** Undefined if there is none, or none that can be read: it only ever adds to what is known. */
export async function readMark(disk: Disk, folder: string): Promise<Witness | undefined> {
  const file = await disk.openToRead(join(folder, markName))
  if (file === undefined) return undefined
  try {
    const bytes = Buffer.alloc(longestMark)
    const text = bytes.toString('latin1', 0, await file.read(bytes, 0))
    const { seq, hash } = JSON.parse(text) as Witness
    // Made anew from what was read, it must be the same: so none of its bytes escapes the check.
    return text === markText({ seq, hash }) ? { seq, hash } : undefined
  } catch {
    return undefined
  } finally {
    await file.close()
  }
}

/** Throws JournalDamaged if the journal does not hold what the witness knows to have been durable. */
export async function refuseUnlessHeld(
  disk: Disk,
  folders: readonly string[],
  findings: Findings | undefined,
  { seq, hash }: Witness,
): Promise<void> {
  if (seq === 0 && hash === '') return // an archive that was never bound to a ledger knows nothing
  const end = findings?.head.seq ?? -1
  if (findings === undefined || seq > end) {
    throw new JournalDamaged(
      `acknowledged records are missing: the archive or a clean stop knows seq ${seq}, but the journal in ${folders.join(' and ')} ends at seq ${end}`,
    )
  }
  if (hash !== (await hashAt(disk, folders, findings, seq))) {
    throw new JournalDamaged(
      `the archive or a clean stop knows another record at seq ${seq} than the journal in ${folders.join(' and ')} holds there`,
    )
  }
}

async function hashAt(
  disk: Disk,
  folders: readonly string[],
  { segments }: Findings,
  seq: Seq,
): Promise<Hash | undefined> {
  for await (const { seal } of walkSegments(disk, folders, segments, seq - 1, seq)) {
    return seal.last === seq ? seal.hash : undefined
  }
  return undefined
}
