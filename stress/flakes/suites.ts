// Which specs are run often in one process, and which each time in processes of their own: one table of rooms.

import { globSync } from 'node:fs'
import path from 'node:path'
import { BadFlag } from '../harness/flags.ts'

export const root = path.join(import.meta.dirname, '../..')

/**
 * What of `npm test` starts a process, opens the socket of a server or makes a folder on the disk (`watch.ts` sees to it), or
 * tests no code but reads the repository. All else is unit and component.
 */
export const outside: readonly string[] = [
  'spec/archive/rows.spec.ts',
  'spec/archive/seqs.spec.ts',
  'spec/archive/sqlite-archive.spec.ts',
  'spec/documentation/**',
  'spec/end-to-end/**',
  'spec/journal/lock.spec.ts',
  'spec/journal/node-disk.spec.ts',
  'spec/operations/log.spec.ts',
  'spec/operations/sqlite-operations.spec.ts',
  'spec/plan-of-rooms/**',
  'spec/public-api/listen.spec.ts',
  'spec/public-api/*/socket.spec.ts',
  'spec/public-api/door/pace.spec.ts',
  'spec/serializability/run/wire.spec.ts',
  'spec/server/**',
  'spec/stress/**',
  'spec/webhooks/http-sender.spec.ts',
]

const all = 'spec/**/*.spec.ts'
const slow = 'spec/all/**'

/** By its path from the root, with slashes. */
export function isUnit(file: string): boolean {
  return path.matchesGlob(file, all) && ![slow, ...outside].some((glob) => path.matchesGlob(file, glob))
}

/** Paths from the root, in the order of the alphabet: 'unit' is all of them, else the rooms that are named by comma. */
export function unitSpecs(rooms: string): readonly string[] {
  const files = globSync(all, { cwd: root })
    .map((file) => file.replaceAll('\\', '/'))
    .filter(isUnit)
    .sort()
  if (rooms === 'unit') return files
  const names = rooms.split(',')
  const missing = names.find((name) => !files.some((file) => file.startsWith(`spec/${name}/`)))
  if (missing !== undefined) throw new BadFlag(`no spec of unit stands in spec/${missing}`)
  return files.filter((file) => names.some((name) => file.startsWith(`spec/${name}/`)))
}
