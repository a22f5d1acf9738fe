// Writes to the last segment in every copy at once, and begins the next one when it is full.

import type { Seq } from '../../../actors/state-storage/messages.ts'
import type { Disk, DiskFile } from '../disk.ts'
import { NewFile } from './new-file.ts'
import { segmentName } from './segment.ts'

export interface SegmentWriterOptions {
  readonly disk: Disk
  readonly folders: readonly string[]
  /** The last segment of every copy. */
  readonly files: readonly DiskFile[]
  /** Where the next record goes. */
  readonly position: number
  /** Up to where the files are filled with blanks. */
  readonly capacity: number
  readonly segmentBytes: number
}

/**
 * A segment is filled with blanks before it is used, because a sync costs half as much where neither size nor blocks of
 * the file change. So the next segment is made beside the last one, ahead of need, each twice as large as the one before
 * it up to `segmentBytes`: a small ledger stays small.
 */
export class SegmentWriter {
  readonly #disk: Disk
  readonly #folders: readonly string[]
  readonly #segmentBytes: number
  #files: readonly DiskFile[]
  #position: number
  #capacity: number
  #next: Promise<readonly NewFile[]> | undefined
  /** A next segment that could not be made is tried again when there is room again, and until then nothing is written. */
  #nextIs: 'well' | 'failed' | 'tried again' = 'well'
  /** Why the next segment could not be made, if that was not for want of room: the disk cannot be trusted with another record. */
  #broken: unknown

  constructor({ disk, folders, files, position, capacity, segmentBytes }: SegmentWriterOptions) {
    this.#disk = disk
    this.#folders = folders
    this.#files = files
    this.#position = position
    this.#capacity = capacity
    this.#segmentBytes = segmentBytes
  }

  /** False: `beginSegment` comes first. A record that is larger than any segment gets one to itself, which grows. */
  fits(bytes: number): boolean {
    return this.#position + bytes <= this.#capacity
  }

  /** False while there is no next segment because the disk was too full to make it. */
  hasRoomFor(bytes: number): boolean {
    if (this.#nextIs === 'well' || this.fits(bytes)) return true
    if (this.#nextIs === 'failed') {
      this.#nextIs = 'tried again'
      this.#next = undefined
      this.#prepareNext()
    }
    return false
  }

  /** Settles when the bytes are on disk in every copy. A rejection is final: nobody knows what is on disk then. */
  async append(bytes: Buffer): Promise<void> {
    if (this.#broken !== undefined) throw this.#broken
    const position = this.#position
    this.#position += bytes.length
    if (this.#position > this.#capacity / 2) this.#prepareNext()
    await allSettled(this.#files, (file) => file.writeAndSync(bytes, position))
  }

  /** Everything before `first` is on disk: the next segment takes its name from it. */
  async beginSegment(first: Seq): Promise<void> {
    const next = await this.#prepareNext()
    const full = this.#files
    this.#files = await allSettled(next, (file) => file.publish(segmentName(first)))
    this.#capacity = this.#nextCapacity()
    this.#position = 0
    this.#next = undefined
    await allSettled(full, (file) => file.close())
  }

  async close(): Promise<void> {
    const next = await this.#next?.catch(() => undefined)
    await allSettled([...this.#files, ...(next ?? [])], (file) => file.close())
  }

  #prepareNext(): Promise<readonly NewFile[]> {
    if (this.#next !== undefined) return this.#next
    const capacity = this.#nextCapacity()
    const made: NewFile[] = []
    const next = allSettled(this.#folders, async (folder) => {
      try {
        const file = await NewFile.create(this.#disk, folder, 'next')
        made.push(file)
        await file.blankUpTo(capacity)
        return file
      } catch (error) {
        if (!isFull(error)) this.#broken = error // at once: the other copy may take seconds
        throw error
      }
    })
    next.then(
      () => {
        this.#nextIs = 'well'
      },
      async (error: unknown) => {
        await Promise.allSettled(made.map((file) => file.close()))
        this.#nextIs = isFull(error) ? 'failed' : 'well'
      },
    )
    this.#next = next
    return next
  }

  #nextCapacity(): number {
    return Math.min(this.#segmentBytes, 2 * this.#capacity)
  }
}

function isFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT'].includes(String((error as NodeJS.ErrnoException).code))
}

/** Like Promise.all, but waits for every one before it rejects: nothing is left under way behind the caller's back. */
async function allSettled<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const outcomes = await Promise.allSettled(items.map(work))
  return outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason
    return outcome.value
  })
}
