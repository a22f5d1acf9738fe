// One process of the server: a whole node on the simulated disk, from its start to its end, whatever that is.

import { Node } from '../../../actors/node.ts'
import type { Journal } from '../../../actors/state-storage/journal.ts'
import type { Timestamp } from '../../../actors/state-storage/messages.ts'
import type { Disk } from '../../../src/journal/disk.ts'
import { FileJournal } from '../../../src/journal/file-journal.ts'
import { ledgerClock } from '../../../src/operations/clock.ts'
import type { Climate } from '../climate.ts'
import type { Owner, Scheduler } from '../time/scheduler.ts'
import type { Trace } from '../time/trace.ts'
import type { ArchiveStore } from './archive-store.ts'
import { nameHash } from './name-hash.ts'
import { SimulatedArchive } from './simulated-archive.ts'

export const folders = ['/data/journal', '/mirror'] as const

/** Milliseconds since 1970 when a world begins: 2026-01-01. */
const epoch = 1_767_225_600_000

export interface Surroundings {
  readonly climate: Climate
  readonly scheduler: Scheduler
  readonly trace: Trace
  readonly archive: ArchiveStore
  readonly diskFor: (process: Owner) => Disk
  readonly watch: (journal: Journal) => Journal
  /** Microseconds that the archive takes. */
  readonly archivePace: () => number
  /** Milliseconds by which the computer's clock is wrong. */
  readonly clockWrongBy: () => number
  readonly randomLedgerId: () => string
}

export class Process implements Owner {
  gone = false
  readonly node: Node
  /** The lines as they stand on the disk, checked, and not taken apart. */
  readonly lines: FileJournal['lines']

  constructor(surroundings: Surroundings) {
    const { climate, scheduler, trace, archive, archivePace, watch } = surroundings
    const journal = this.#journal(surroundings)
    this.lines = (after, through) => journal.lines(after, through)
    const later = <Result>(label: string, effect: () => Result) =>
      new Promise<Result>((done, fail) => {
        scheduler.after(archivePace(), `archive ${label}`, this, () => {
          try {
            done(effect())
          } catch (error) {
            fail(error)
          }
        })
      })
    this.node = new Node({
      journal: watch(journal),
      archive: new SimulatedArchive(archive, later),
      idHash: () => nameHash(climate.hashBits),
      progress: () => {},
      clock: this.#clock(surroundings),
      limits: { ...climate, queuedBytes: 1e9, recordBytes: 100_000 },
      gather: (begin) => scheduler.after(0, 'gather', this, begin),
      observer: ({ from, to, message }) => trace.note(`${from} ${to} ${message.type}`),
    })
  }

  #journal({ climate, scheduler, diskFor, randomLedgerId, clockWrongBy }: Surroundings): FileJournal {
    const [folder, mirror] = folders
    return new FileJournal({
      folder,
      mirror,
      segmentBytes: climate.segmentBytes,
      preallocateBytes: climate.preallocateBytes,
      marginBytes: 1_000,
      disk: diskFor(this),
      // Nothing of a process that is gone has an effect: the scheduler is the lock.
      takeLock: () => ({ release() {} }),
      now: () => timeAt(scheduler) + clockWrongBy(),
      randomLedgerId,
    })
  }

  /** The node's own; only its timer is the scheduler's. */
  #clock({ scheduler, clockWrongBy }: Surroundings) {
    let calls = 0
    const monotonic = () => timeAt(scheduler)
    const clock = ledgerClock(false, { wall: () => monotonic() + clockWrongBy(), monotonic })
    return {
      ...clock,
      wakeAt: (time: Timestamp, wake: () => void) => {
        calls += 1
        const call = calls
        scheduler.after(1_000 * Math.max(0, time - clock.now()), 'wake', this, () => {
          if (call === calls) wake()
        })
      },
    }
  }
}

function timeAt({ now }: Scheduler): Timestamp {
  return epoch + Math.floor(now / 1_000)
}
