// Imports on a disk in memory, and what a start finds there afterwards.

import type { Head } from '../../actors/state-storage/messages.ts'
import { FileStage } from '../../src/import/file-stage.ts'
import { finishImport, type ImportFolders } from '../../src/import/installation.ts'
import { FileJournal } from '../../src/journal/file-journal.ts'
import type { TakeLock } from '../../src/journal/lock.ts'
import { MemoryDisk } from '../journal/memory-disk.ts'
import { honestLines, startTime } from './honest-lines.ts'

export const oldLedger = 'f'.repeat(32)
const free = () => ({ release() {} })

export function foldersWith(mirror: string | undefined): ImportFolders {
  return {
    staged: '/data/journal.import',
    copies: mirror === undefined ? ['/journal'] : ['/journal', mirror],
    archive: '/archive',
  }
}

function journalOn(disk: MemoryDisk, { copies: [folder = '', mirror] }: ImportFolders): FileJournal {
  const sizes = { segmentBytes: 4_000, preallocateBytes: 500, marginBytes: 0 }
  return new FileJournal({
    folder,
    mirror,
    disk,
    takeLock: free,
    now: () => startTime,
    randomLedgerId: () => oldLedger,
    ...sizes,
  })
}

/** An empty ledger that was stopped cleanly, with the archive of it. */
export async function emptyLedger(folders: ImportFolders): Promise<MemoryDisk> {
  const disk = new MemoryDisk()
  const journal = journalOn(disk, folders)
  await journal.open()
  await journal.close()
  for (const name of ['lock.sqlite', 'archive.sqlite', 'archive.sqlite-wal'])
    disk.put(`/archive/${name}`, Buffer.from('old'))
  return disk
}

/** Stages all lines and puts them in place. */
export async function importInto(disk: MemoryDisk, folders: ImportFolders, takeLock: TakeLock = free): Promise<void> {
  const stage = await FileStage.begin({ disk, folders, takeLock, segmentBytes: 2_500, marginBytes: 0 })
  const lines = await someLines()
  for (const line of lines) await stage.add(Buffer.from(line), JSON.parse(line).seq[0])
  await stage.close()
  await stage.install(headOf(lines))
}

/** Enough for three segments; of each more the power would have to be cut at its operations, too. */
export async function someLines(): Promise<readonly string[]> {
  return (await honestLines()).slice(0, 5)
}

function headOf(lines: readonly string[]): Head {
  const { seq, hash, time } = JSON.parse(lines.at(-1) ?? '')
  return { seq: seq[1], hash, time }
}

/** What a start finds: it finishes, opens and reads the ledger. */
export async function foundOn(disk: MemoryDisk, folders: ImportFolders) {
  await finishImport(disk, folders)
  const journal = journalOn(disk, folders)
  const { ledger, head, notices } = await journal.open()
  const lines: string[] = []
  for await (const line of journal.lines(-1, head.seq)) lines.push(Buffer.from(line).toString())
  await journal.close()
  return { ledger, head, notices, lines, archive: disk.paths('/archive'), staged: disk.paths(folders.staged) }
}
