// Whether the disks still have room: known before a write, so that none fails for want of it.

import type { Disk } from './disk.ts'

const believedFor = 1000 // milliseconds; a margin of megabytes does not fill up in that time

export class Space {
  readonly #disk: Disk
  readonly #folders: readonly string[]
  readonly #marginBytes: number
  readonly #now: () => number
  #freeBytes = 0
  #measuredAt = 0
  #measuring = false

  constructor(disk: Disk, folders: readonly string[], marginBytes: number, now: () => number) {
    this.#disk = disk
    this.#folders = folders
    this.#marginBytes = marginBytes
    this.#now = now
  }

  /** Never throws and never waits: it answers from the last measurement and starts another when that is old. */
  hasRoomFor(bytes: number): boolean {
    if (Math.abs(this.#now() - this.#measuredAt) >= believedFor) void this.measure()
    return this.#freeBytes >= this.#marginBytes + bytes
  }

  /** Never rejects: where the disk does not tell, the last measurement stands. */
  async measure(): Promise<void> {
    if (this.#measuring) return
    this.#measuring = true
    this.#measuredAt = this.#now()
    try {
      this.#freeBytes = Math.min(...(await Promise.all(this.#folders.map((folder) => this.#disk.freeBytes(folder)))))
    } catch {
      // An append finds out whether the disk is gone, and is final about it.
    } finally {
      this.#measuring = false
    }
  }
}
