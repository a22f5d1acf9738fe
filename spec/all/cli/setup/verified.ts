// Runs the check on a folder, or on a journal in memory, and tells its findings.

import path from 'node:path'
import { type Checked, verify } from '../../../../src/cli/verify/verify.ts'
import type { Disk } from '../../../../src/journal/disk.ts'
import { nodeDisk } from '../../../../src/journal/node-disk.ts'
import { MemoryDisk } from '../../../journal/memory-disk.ts'

export function verified(folder: string, disk: Disk = nodeDisk): Promise<Checked> {
  const archive = path.join(folder, 'archive')
  const copies = [path.join(folder, 'journal'), path.join(folder, 'mirror')]
  return verify({ copies, archive, ids: path.join(archive, 'ids') }, { disk })
}

/** Each with its place. */
export function told({ findings }: Checked): string[] {
  return findings.kept.map(({ file, seq, message }) => `${file ?? ''} ${seq ?? ''}: ${message}`)
}

/** The same segments in both copies, in a place where there is no archive. */
export function diskWith(segments: Readonly<Record<string, string>>): MemoryDisk {
  const disk = new MemoryDisk()
  for (const copy of ['journal', 'mirror']) {
    for (const [name, text] of Object.entries(segments)) disk.put(path.join(nowhere, copy, name), Buffer.from(text))
  }
  return disk
}

/** A folder that is on no disk. */
export const nowhere = path.resolve('/', 'surety-nowhere')
