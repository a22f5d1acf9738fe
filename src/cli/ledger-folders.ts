// Where a ledger lies, as the offline commands find and lock it.

import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Lock, takeSqliteLock } from '../journal/lock.ts'
import { type Terminal, UsageError } from './terminal.ts'

export interface LedgerFolders {
  /** The folders of the copies of the journal. */
  readonly copies: readonly string[]
  readonly archive: string
  readonly ids: string
}

interface Flags {
  readonly data?: string | undefined
  readonly mirror?: string | undefined
}

/** As the server finds it: flags first, then the environment, then the defaults. Throws UsageError. */
export function ledgerFolders(flags: Flags, { environment }: Pick<Terminal, 'environment'>): LedgerFolders {
  const data = flags.data ?? environment.SURETY_DATA ?? './data'
  const mirror = flags.mirror ?? environment.SURETY_MIRROR ?? join(data, 'mirror')
  if (data === '' || mirror === '') throw new UsageError(`${data === '' ? '--data' : '--mirror'} must name a folder`)
  const copies = [join(data, 'journal'), ...(mirror === 'off' ? [] : [mirror])].map((folder) => resolve(folder))
  if (!copies.some((folder) => existsSync(folder)))
    throw new UsageError(`there is no ledger in ${data}; name one by --data`)
  if (copies[0] === copies[1]) throw new UsageError('the mirror must lie in another folder than the journal')
  const archive = resolve(data, 'archive')
  return { copies, archive, ids: join(archive, 'ids') }
}

/** Runs `work` while nobody else can have the ledger open. Rejects with JournalLocked where somebody has. */
export async function whileLocked<Result>(folders: LedgerFolders, work: () => Promise<Result>): Promise<Result> {
  const locks: Lock[] = []
  try {
    for (const folder of [...folders.copies, folders.archive])
      if (existsSync(folder)) locks.push(takeSqliteLock(folder))
    return await work()
  } finally {
    for (const lock of locks) lock.release()
  }
}
