// What a disk is asked for, in order, from here on.

import type { MemoryDisk } from '../memory-disk.ts'

export function operationsOf(disk: MemoryDisk): string[] {
  const operations: string[] = []
  disk.before = ({ name, path }) => void operations.push(`${name} ${path}`)
  return operations
}
