// One process a folder, by a lock that the operating system takes back when its holder dies.

import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

export interface Lock {
  release(): void
}

/** Takes the lock of a folder, which must exist. Throws JournalLocked if somebody has it. */
export type TakeLock = (folder: string) => Lock

/** Somebody else writes there. Nothing was changed. */
export class JournalLocked extends Error {
  override readonly name = 'JournalLocked'
}

/**
 * An exclusive SQLite transaction, never finished; whoever finds one does not wait. No code may open `lock.sqlite` by
 * itself: POSIX takes a process's locks on a file away as soon as the process closes any descriptor of it.
 */
export function takeSqliteLock(folder: string): Lock {
  const database = new DatabaseSync(join(folder, 'lock.sqlite'))
  try {
    database.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    if ((error as { errcode?: number }).errcode !== busy) throw error
    throw new JournalLocked(`another process has the journal in ${folder} open`, { cause: error })
  }
  return { release: () => database.close() }
}

const busy = 5 // SQLITE_BUSY
