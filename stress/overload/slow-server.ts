// Surety as it is, or on a disk that takes its time, with few slots: its capacity is then far below what its processor could refuse.

import { writeSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import type { Disk, DiskFile } from '../../src/journal/disk.ts'
import { nodeDisk } from '../../src/journal/node-disk.ts'
import { admissionLimits } from '../../src/limits.ts'
import { main } from '../../src/main.ts'

/** Milliseconds that every record takes longer; 0: a server as it is. */
const record_ms = Number(process.argv[2])
const slots = 16

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

// From the signal on, to the end: what was before is warming up.
const delay = monitorEventLoopDelay({ resolution: 1 })
process.on('SIGUSR2', () => {
  delay.reset()
  delay.enable()
})
process.on('exit', () => {
  const [late_p99_ms, late_max_ms] = [delay.percentile(99) / 1e6, delay.max / 1e6]
  writeSync(2, `\n${JSON.stringify({ late_p99_ms, late_max_ms })}\n`)
})
await main(process.argv.slice(3), record_ms === 0 ? {} : { disk, admission: limits })
