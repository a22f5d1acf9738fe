// What a ledger is kept in: its journal, its archive, and the stage on which an import waits.

import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Archive } from '../actors/state-storage/archive.ts'
import type { Journal } from '../actors/state-storage/journal.ts'
import type { Seq } from '../actors/state-storage/messages.ts'
import type { AccountLists } from './archive/accounts/account-lists.ts'
import type { History } from './archive/history/history.ts'
import { MemoryArchive } from './archive/memory-archive.ts'
import { SqliteArchive } from './archive/sqlite-archive.ts'
import type { Config } from './config.ts'
import { FileStage } from './import/file-stage.ts'
import { finishImport, type ImportFolders, takeLocks } from './import/installation.ts'
import { MemoryStage } from './import/memory-stage.ts'
import type { Stage } from './import/stage.ts'
import { stagingFolder } from './import/staged-journal.ts'
import type { Disk } from './journal/disk.ts'
import { FileJournal } from './journal/file-journal.ts'
import { takeSqliteLock } from './journal/lock.ts'
import { MemoryJournal } from './journal/memory-journal.ts'
import type { Log } from './operations/log.ts'
import { MemoryOperations } from './operations/memory-operations.ts'
import type { Operations } from './operations/operations.ts'
import { SqliteOperations } from './operations/sqlite-operations.ts'

export interface Engine {
  /** As it is now: after an import it may be another one. */
  journal(): Journal & { lines(after: Seq, through: Seq): AsyncIterable<Uint8Array> }
  readonly archive: Archive & { readonly history: History; readonly accounts: AccountLists }
  /** What is no part of the ledger. */
  readonly operations: Operations
  /** An empty one, for the next import. */
  stage(): Promise<Stage>
  /** To be called when the ledger is closed. */
  release(): void
}

/** Milliseconds between two commits of the archive: longer only keeps more facts in memory. */
const archivePause = 25

/** Finishes an import that was decided before a crash. Rejects with JournalLocked if another process has the data folder. */
export async function fileEngine(config: Config, disk: Disk, log: Log): Promise<Engine> {
  const { data, mirror, rebuildMirror } = config
  await disk.makeFolder(data)
  // For as long as the process lives: while an import is put in place, the locks of journal and archive are free for a moment.
  const lock = takeSqliteLock(data)
  try {
    const folders = importFolders(data, mirror)
    await settle(disk, folders, log)
    const report = (notice: string) => log.warn(notice)
    const journal = new FileJournal({ folder: join(data, 'journal'), mirror, disk, rebuildMirror, report })
    return {
      journal: () => journal,
      archive: new SqliteArchive(join(data, 'archive'), { gather: () => pause(archivePause) }),
      operations: new SqliteOperations(join(data, 'operations.sqlite')),
      stage: () => FileStage.begin({ disk, folders, takeLock: takeSqliteLock }),
      release: () => lock.release(),
    }
  } catch (error) {
    lock.release()
    throw error
  }
}

export async function memoryEngine(): Promise<Engine> {
  const archive = new MemoryArchive()
  let journal = new MemoryJournal()
  const replace = async (lines: readonly Buffer[]) => {
    await archive.open()
    await archive.reset()
    await archive.close()
    journal = new MemoryJournal({ lines })
  }
  return {
    journal: () => journal,
    archive,
    operations: new MemoryOperations(),
    stage: async () => new MemoryStage(replace),
    release: () => {},
  }
}

function importFolders(data: string, mirror: string | undefined): ImportFolders {
  const journal = join(data, 'journal')
  const copies = mirror === undefined ? [journal] : [journal, mirror]
  return { staged: stagingFolder(data), copies, archive: join(data, 'archive') }
}

async function settle(disk: Disk, folders: ImportFolders, log: Log): Promise<void> {
  if ((await disk.list(folders.staged)).length === 0) return
  const locks = await takeLocks(disk, folders, takeSqliteLock)
  try {
    if (await finishImport(disk, folders)) log.warn('an import that was decided before a stop was put in its place')
  } finally {
    locks.release()
  }
}
