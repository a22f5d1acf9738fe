// Every moment of a crash of the small world, and for each everything that the disk may keep of what was not synced.

import { createHash } from 'node:crypto'
import { Auditor } from './audit/auditor.ts'
import { demand } from './audit/tape.ts'
import type { SimulatedDisk } from './disk/simulated-disk.ts'
import { live, nothing, type Remains, workload } from './small-world.ts'

export interface Tried {
  /** Moments of a crash: operations on the disk. */
  readonly moments: number
  /** Different disks that they may leave. */
  readonly ends: number
  /** Parts, at most, that a disk may each keep or not. */
  readonly units: number
}

/** More parts than this at one moment would be too many to try; the small world is made so that there are fewer. */
const unitsAtMost = 16

/**
 * After each end a server starts on what is left and is asked everything again: all that was durable is there, and each
 * command has happened once. `step`: only every so many moments. Throws Wrong.
 */
export async function tryEveryEnd(step = 1, commands = workload): Promise<Tried> {
  let [moments, ends, units] = [0, 0, 0]
  const known = new Set<string>()
  for (let moment = 0; ; moment += step) {
    const remains = nothing()
    if (!(await live(remains, commands, moment))) return { moments, ends, units }
    const { disk, auditor, archive } = remains
    const rest = `${auditor.tape.seq} ${remains.pending.entry !== undefined} ${archive.last.head.seq} ${archive.parts.length}`
    for (const [digest, left] of everyDisk(disk)) {
      // Neighbouring moments leave many of the same disks: one that all else was the same for has been tried.
      if (known.has(`${digest} ${rest}`)) continue
      known.add(`${digest} ${rest}`)
      await goOn(remains, left, commands, moment)
      ends += 1
    }
    moments += 1
    units = Math.max(units, disk.units().length)
  }
}

/** The process died, or the power failed and the disk kept any of its parts; each different disk once. */
function everyDisk(disk: SimulatedDisk): ReadonlyMap<string, SimulatedDisk> {
  const count = disk.units().length
  demand(count <= unitsAtMost, () => `${count} parts are too many to try all`)
  const disks = new Map([[digestOf(disk), disk.clone()]])
  for (let kept = 0; kept < 2 ** count; kept++) {
    const left = disk.clone()
    left.cutPower((unit) => (kept & (1 << unit)) !== 0)
    disks.set(digestOf(left), left)
  }
  return disks
}

function digestOf({ names }: SimulatedDisk): string {
  const hash = createHash('sha1')
  for (const path of names.paths())
    hash.update(`${path} ${names.get(path)?.size}\n`).update(names.get(path)?.shown ?? '')
  return hash.digest('hex')
}

async function goOn(remains: Remains, disk: SimulatedDisk, commands: typeof workload, moment: number): Promise<void> {
  const { tape } = remains.auditor
  const auditor = new Auditor()
  for (const command of commands) auditor.expect(command)
  if (tape.genesis !== undefined) auditor.tape.begin(tape.genesis)
  for (const line of tape.lines) auditor.tape.take(line)
  const pending = { ...remains.pending }
  await live({ disk, auditor, pending, archive: remains.archive.clone() }, commands, Number.POSITIVE_INFINITY)
  auditor.auditThrough(auditor.tape.seq)
  const { seq } = auditor.tape
  demand(
    seq === commands.length,
    () => `after a crash at operation ${moment} and all asked again there are ${seq} records`,
  )
}
