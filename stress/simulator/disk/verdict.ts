// What the world does with one operation on the disk.

import type { Disk, DiskFile } from '../../../src/journal/disk.ts'

export interface Operation {
  readonly name: Exclude<keyof Disk | keyof DiskFile, 'makeFolder'>
  readonly path: string
}

export interface Verdict {
  /** Microseconds until it has come to its end. */
  readonly delay: number
  /** It fails with this. */
  readonly error?: Error
  /** A write that is reported as done: it went nowhere, or so many bytes beside its place. */
  readonly lost?: true
  readonly beside?: number
}

/** Asked before each operation. */
export type Judge = (operation: Operation) => Verdict

export function ioError(code: 'EIO' | 'ENOSPC', { name, path }: Operation): Error {
  return Object.assign(new Error(`${code}: simulated, ${name} ${path}`), { code })
}
