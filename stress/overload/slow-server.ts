// Surety on a disk that takes its time, with few slots: its capacity is far below what its processor could refuse.

import { setTimeout as pause } from 'node:timers/promises'
import type { Disk, DiskFile } from '../../src/journal/disk.ts'
import { nodeDisk } from '../../src/journal/node-disk.ts'
import { admissionLimits } from '../../src/limits.ts'
import { main } from '../../src/main.ts'

/** Milliseconds that every record takes longer. */
const record_ms = 100
const slots = 32

function slowed(file: DiskFile): DiskFile {
  return {
    size: () => file.size(),
    read: (target, position) => file.read(target, position),
    write: (bytes, position) => file.write(bytes, position),
    async writeAndSync(bytes, position) {
      await pause(record_ms)
      await file.writeAndSync(bytes, position)
    },
    sync: () => file.sync(),
    close: () => file.close(),
  }
}

const disk: Disk = {
  ...nodeDisk,
  openToWrite: async (path) => slowed(await nodeDisk.openToWrite(path)),
  create: async (path) => slowed(await nodeDisk.create(path)),
}

const limits = { ...admissionLimits, slots, places: 2 * slots, leastInside: slots }
await main(process.argv.slice(2), { disk, admission: limits })
