// Bugs to plant: each breaks one promise of the journal, and a simulator that does not find it is worth nothing.

import type { JournalEntry } from '../../actors/state-storage/journal.ts'
import type { Disk, DiskFile } from '../../src/journal/disk.ts'
import type { Tamper } from '../../stress/simulator/world.ts'

export const bugs: Readonly<Record<string, Tamper>> = {
  'a write that is not synced': { disk: (disk) => files(disk, () => (file) => unsynced(file)) },
  'a mirror that is not written': {
    disk: (disk) => files(disk, (path) => (path.startsWith('/mirror') ? unwritten : (file) => file)),
  },
  'a folder that is not synced': { disk: (disk) => ({ ...bound(disk), syncFolder: async () => {} }) },
  'an id that is not kept': {
    journal: (journal) => ({
      open: (witness) => journal.open(witness),
      append: (entry) => journal.append(withoutIds(entry)),
      read: (after) => journal.read(after),
      hasSpaceFor: (bytes) => journal.hasSpaceFor(bytes),
      close: () => journal.close(),
    }),
  },
}

function withoutIds({ transactions, ...entry }: JournalEntry): JournalEntry {
  return { ...entry, transactions: transactions.map(({ ids: _, ...rest }) => rest) }
}

function unsynced(file: DiskFile): DiskFile {
  return { ...file, writeAndSync: (bytes, position) => file.write(bytes, position) }
}

function unwritten(file: DiskFile): DiskFile {
  return { ...file, writeAndSync: async () => {} }
}

function files(disk: Disk, change: (path: string) => (file: DiskFile) => DiskFile): Disk {
  return {
    ...bound(disk),
    openToWrite: async (path) => change(path)(await disk.openToWrite(path)),
    create: async (path) => change(path)(await disk.create(path)),
  }
}

function bound(disk: Disk): Disk {
  return {
    makeFolder: (folder) => disk.makeFolder(folder),
    list: (folder) => disk.list(folder),
    openToRead: (path) => disk.openToRead(path),
    openToWrite: (path) => disk.openToWrite(path),
    create: (path) => disk.create(path),
    rename: (from, to) => disk.rename(from, to),
    remove: (path) => disk.remove(path),
    syncFolder: (folder) => disk.syncFolder(folder),
    freeBytes: (folder) => disk.freeBytes(folder),
  }
}
