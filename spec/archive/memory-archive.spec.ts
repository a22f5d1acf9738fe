// The archive in memory keeps the promises of every archive.

import { MemoryArchive } from '../../src/archive/memory-archive.ts'
import { archiveContract } from './archive-contract.ts'

describe('MemoryArchive', () => {
  archiveContract(() => new MemoryArchive())
})
