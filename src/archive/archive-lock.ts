// One process has the archive open at a time.

import fs from 'node:fs'
import { JournalLocked, type Lock, takeSqliteLock } from '../journal/lock.ts'

/**
 * Makes the folder if it is not there. The archive is opened before the journal, so the journal's own lock comes too late
 * for it: a second server, started by mistake, would take the first one's unfinished files for leftovers of a crash.
 */
export function lockArchive(folder: string): Lock {
  fs.mkdirSync(folder, { recursive: true })
  try {
    return takeSqliteLock(folder)
  } catch (error) {
    if (!(error instanceof JournalLocked)) throw error
    throw new JournalLocked(`another process has the archive in ${folder} open`, { cause: error })
  }
}
