// How a staged journal takes the place of an empty one: one durable mark decides, and what follows may be done again at any time.

import { join } from 'node:path'
import type { Head } from '../../actors/state-storage/messages.ts'
import type { Disk } from '../journal/disk.ts'
import { NewFile } from '../journal/file/new-file.ts'
import { segmentName, segmentPath, segmentsIn } from '../journal/file/segment.ts'
import { removeMark } from '../journal/file/witness.ts'
import type { Lock, TakeLock } from '../journal/lock.ts'

export interface ImportFolders {
  readonly staged: string
  /** The folders of the copies of the journal. */
  readonly copies: readonly string[]
  readonly archive: string
}

// Invariants:
// 1. Without the mark nothing but the staging folder was touched; it is emptied at the next start.
// 2. The mark is written when all of the staged lines are checked and on disk, and nobody has the ledger open.
// 3. With the mark, what is staged is copied, never moved: it stays whole until all else is on disk. So the work can be begun
//    again after a crash at any point, and it is begun again before anything is opened.
const markName = 'ready.json'

/** Decides: from here on the ledger is the staged one, whatever happens. A rejection leaves it open which of them it is. */
export async function decide(disk: Disk, { staged }: ImportFolders, { seq, hash }: Head): Promise<void> {
  const mark = await NewFile.create(disk, staged, markName)
  await mark.add(Buffer.from(`${JSON.stringify({ seq, hash })}\n`))
  await (await mark.publish(markName)).close()
}

/** Finishes an import that was decided, empties the folder of one that was not. True: there was something to finish. */
export async function finishImport(disk: Disk, folders: ImportFolders): Promise<boolean> {
  const { staged, copies, archive } = folders
  const isDecided = (await disk.list(staged)).includes(markName)
  if (isDecided) {
    for (const folder of copies) await replace(disk, staged, folder)
    await forgetArchive(disk, archive)
  }
  await empty(disk, staged)
  return isDecided
}

/** Bytes that the staged segments take. */
export async function stagedBytes(disk: Disk, staged: string): Promise<number> {
  let bytes = 0
  for (const first of await segmentsIn(disk, [staged])) {
    const file = await disk.openToRead(segmentPath(staged, first))
    bytes += (await file?.size()) ?? 0
    await file?.close()
  }
  return bytes
}

/** Nobody else may have the ledger open meanwhile. Throws JournalLocked. */
export async function takeLocks(disk: Disk, { copies }: ImportFolders, takeLock: TakeLock): Promise<Lock> {
  const locks: Lock[] = []
  const release = () => {
    for (const lock of locks) lock.release()
  }
  try {
    for (const folder of copies) {
      await disk.makeFolder(folder)
      locks.push(takeLock(folder))
    }
  } catch (error) {
    release()
    throw error
  }
  return { release }
}

/** The journal there holds no record, so its one segment has the name of the first staged one, which takes its place. */
async function replace(disk: Disk, staged: string, folder: string): Promise<void> {
  // It knows the end of the empty journal, which would read as a loss.
  await removeMark(disk, folder)
  for (const first of await segmentsIn(disk, [staged])) {
    const source = await disk.openToRead(segmentPath(staged, first))
    if (source === undefined) throw new Error(`${segmentPath(staged, first)} is gone`)
    try {
      const copy = await NewFile.create(disk, folder, segmentName(first))
      const size = await source.size()
      for (let position = 0; position < size; position += pieceBytes) {
        const piece = Buffer.alloc(Math.min(pieceBytes, size - position))
        await copy.add(piece.subarray(0, await source.read(piece, position)))
      }
      await (await copy.publish(segmentName(first))).close()
    } finally {
      await source.close()
    }
  }
}

const pieceBytes = 1_048_576

/** It is of the empty ledger, and is made anew from the journal. Its lock stays: somebody may be waiting for it. */
async function forgetArchive(disk: Disk, archive: string): Promise<void> {
  const ids = join(archive, 'ids')
  for (const name of await disk.list(ids)) await disk.remove(join(ids, name))
  for (const name of archiveFiles) await disk.remove(join(archive, name))
  for (const folder of [ids, archive]) if ((await disk.list(folder)).length > 0) await disk.syncFolder(folder)
}

const archiveFiles = ['archive.sqlite', 'archive.sqlite-wal', 'archive.sqlite-shm', 'archive.damaged']

/** The mark goes first: without it the rest is rubbish, with it the rest must be whole. */
async function empty(disk: Disk, staged: string): Promise<void> {
  const names = await disk.list(staged)
  if (names.length === 0) return
  if (names.includes(markName)) {
    await disk.remove(join(staged, markName))
    await disk.syncFolder(staged)
  }
  for (const name of names) await disk.remove(join(staged, name))
  await disk.syncFolder(staged)
}
