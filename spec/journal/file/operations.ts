// What a disk is asked for from here on, in order, and which files it has open.

import type { MemoryDisk } from '../memory-disk.ts'

export function operationsOf(disk: MemoryDisk): string[] {
  const operations: string[] = []
  disk.before = ({ name, path }) => void operations.push(`${name} ${path}`)
  return operations
}

/** How many files are open more than at first, and which were opened to be read. */
export function openFilesOf(disk: MemoryDisk): { count: number; readonly paths: string[] } {
  const open = { count: 0, paths: [] as string[] }
  disk.before = ({ name, path }) => {
    const isThere = disk.contents(path).length > 0
    if (name === 'openToRead' && isThere) open.paths.push(path)
    if (name === 'create' || name === 'openToWrite' || (name === 'openToRead' && isThere)) open.count += 1
    if (name === 'close') open.count -= 1
  }
  return open
}
