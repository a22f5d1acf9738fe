// The durable journal of one machine: a chain of records in two folders, and never an answer before both are on disk.

import { randomBytes } from 'node:crypto'
import { resolve } from 'node:path'
import {
  type Appended,
  type Journal,
  JournalDamaged,
  type JournalEntry,
  type JournalOpened,
  type JournalRecord,
  type Witness,
} from '../../actors/state-storage/journal.ts'
import type { Head, Seq, Timestamp } from '../../actors/state-storage/messages.ts'
import type { Disk } from './disk.ts'
import { recover } from './file/recover.ts'
import { mendLine } from './file/repair.ts'
import type { Segment } from './file/segment.ts'
import { SegmentWriter } from './file/segment-writer.ts'
import { type WalkedLine, walkSegments } from './file/walk.ts'
import { removeMark, writeMark } from './file/witness.ts'
import { type Lock, type TakeLock, takeSqliteLock } from './lock.ts'
import { nodeDisk } from './node-disk.ts'
import { type EncodedRecord, encodeRecord, parseRecord } from './record.ts'
import { Space } from './space.ts'

export interface FileJournalOptions {
  readonly folder: string
  /** The second copy's folder, ideally on another disk. Undefined: there is only one copy. */
  readonly mirror: string | undefined
  /** Makes a copy that is missing anew from the other; without it, a missing copy is refused. */
  readonly rebuildMirror?: boolean
  /** The size that segments grow to, 64 MiB. A start reads and rewrites at most one. */
  readonly segmentBytes?: number
  /** Room made for new records at a start, 1 MiB. */
  readonly preallocateBytes?: number
  /** What must stay free on the disk, 256 MiB: room for the next segments, for the archive and for an orderly end. */
  readonly marginBytes?: number
  readonly disk?: Disk
  readonly takeLock?: TakeLock
  readonly now?: () => Timestamp
  readonly randomLedgerId?: () => string
  /** Told when reading finds a record lost in one copy and mends it. */
  readonly report?: (notice: string) => void
}

const defaults = {
  rebuildMirror: false,
  segmentBytes: 64 * 1024 * 1024,
  preallocateBytes: 1024 * 1024,
  marginBytes: 256 * 1024 * 1024,
  disk: nodeDisk,
  takeLock: takeSqliteLock,
  now: Date.now,
  randomLedgerId: () => randomBytes(16).toString('hex'),
  report: () => {},
}

export class FileJournal implements Journal {
  readonly #options: Required<Omit<FileJournalOptions, 'mirror'>>
  readonly #folders: readonly string[]
  readonly #space: Space
  #locks: Lock[] = []
  #open: Open | undefined
  /** The first thing that went wrong; nothing is written after it. */
  #failure: Error | undefined
  #queue: Promise<unknown> = Promise.resolve()

  /** Throws an Error if the mirror lies in the same folder. */
  constructor(options: FileJournalOptions) {
    const { folder, mirror } = options
    this.#options = { ...defaults, ...options }
    this.#folders = (mirror === undefined ? [folder] : [folder, mirror]).map((path) => resolve(path))
    if (this.#folders[0] === this.#folders[1]) throw new Error('the mirror must lie in another folder than the journal')
    this.#space = new Space(this.#options.disk, this.#folders, this.#options.marginBytes, this.#options.now)
  }

  /** Rejects with JournalLocked if another process has it open, with JournalDamaged as the port says. */
  async open(witness?: Witness): Promise<JournalOpened> {
    if (this.#locks.length > 0) throw new Error('the journal is open already')
    if (this.#failure !== undefined) throw this.#failure
    try {
      await this.#takeLocks()
      const { files, position, capacity, ...recovered } = await recover(this.#folders, this.#options, witness)
      const { disk, segmentBytes } = this.#options
      const writer = new SegmentWriter({ disk, folders: this.#folders, files, position, capacity, segmentBytes })
      const { ledger, head, notices, marked } = recovered
      this.#open = { writer, segments: [...recovered.segments], tip: head, head, marked }
      await this.#space.measure()
      return { ledger, head, notices }
    } catch (error) {
      this.#releaseLocks()
      throw error
    }
  }

  append(entry: JournalEntry): Promise<Appended> {
    try {
      const open = this.#opened()
      const record = encodeRecord(entry, open.tip)
      open.tip = record.head
      const appended = this.#queue.then(() => this.#store(record, entry.first, open))
      this.#queue = appended.catch(() => {})
      return appended
    } catch (error) {
      return Promise.reject(this.#open === undefined ? error : this.#fail(error))
    }
  }

  /** One at a time: that record n + 1 is there proves to recovery that record n was durable in every copy. */
  async #store({ bytes, head, line }: EncodedRecord, first: Seq, open: Open): Promise<Appended> {
    if (this.#failure !== undefined) throw this.#failure
    try {
      if (open.marked) await this.#removeMarks(open)
      if (!open.writer.fits(bytes.length)) {
        await open.writer.beginSegment(first)
        open.segments.push({ first, start: open.head })
      }
      await open.writer.append(bytes)
      open.head = head
      return { head, line }
    } catch (error) {
      throw this.#fail(error)
    }
  }

  async #removeMarks(open: Open): Promise<void> {
    await Promise.all(this.#folders.map((folder) => removeMark(this.#options.disk, folder)))
    open.marked = false
  }

  read(after: Seq): AsyncIterable<JournalRecord> {
    const { segments, head } = this.#opened()
    return this.#read([...segments], after, head.seq)
  }

  async *#read(segments: readonly Segment[], after: Seq, until: Seq): AsyncGenerator<JournalRecord> {
    const { disk, report } = this.#options
    for await (const line of walkSegments(disk, this.#folders, segments, after, until)) {
      if (line.lostIn.length > 0) {
        await mendLine(disk, line)
        report(`${line.lostIn.join(' and ')}: seq ${line.seal.first} was damaged and taken from the other copy`)
      }
      yield checked(line)
    }
  }

  /**
   * The lines as they stand in the journal, without their newlines, from the one that holds `after` + 1 up to `through`, which
   * must be durable. After −1: the genesis, too. Only looks, and so disturbs no append; rejects with JournalDamaged where no
   * copy holds a line.
   */
  lines(after: Seq, through: Seq): AsyncIterable<Uint8Array> {
    return this.#lines([...this.#opened().segments], after, through)
  }

  async *#lines(segments: readonly Segment[], after: Seq, through: Seq): AsyncGenerator<Uint8Array> {
    for await (const { bytes } of walkSegments(this.#options.disk, this.#folders, segments, after, through)) yield bytes
  }

  hasSpaceFor(bytes: number): boolean {
    return this.#space.hasRoomFor(bytes) && this.#open?.writer.hasRoomFor(bytes) !== false
  }

  /** Waits for the appends under way. Leaves no mark if one of them failed. */
  async close(): Promise<void> {
    const open = this.#open
    this.#open = undefined
    if (open === undefined) return
    try {
      await this.#queue
      await open.writer.close()
      if (this.#failure !== undefined) return
      await Promise.all(this.#folders.map((folder) => writeMark(this.#options.disk, folder, open.head)))
    } finally {
      this.#releaseLocks()
    }
  }

  #opened(): Open {
    if (this.#open === undefined) throw new Error('the journal is not open')
    return this.#open
  }

  #fail(error: unknown): Error {
    this.#failure ??= error instanceof Error ? error : new Error(String(error))
    return this.#failure
  }

  async #takeLocks(): Promise<void> {
    const { disk, takeLock } = this.#options
    for (const folder of this.#folders) {
      await disk.makeFolder(folder)
      this.#locks.push(takeLock(folder))
    }
  }

  #releaseLocks(): void {
    for (const lock of this.#locks) lock.release()
    this.#locks = []
  }
}

/** A line with a good hash and a bad form was written so: only a bug can have done that. */
function checked({ bytes, seal }: WalkedLine): JournalRecord {
  try {
    return parseRecord(bytes, seal)
  } catch (error) {
    throw new JournalDamaged(`the record of seq ${seal.first} cannot be read: ${(error as Error).message}`)
  }
}

interface Open {
  readonly writer: SegmentWriter
  readonly segments: Segment[]
  /** The last record taken, durable or not. */
  tip: Head
  /** The last record that is durable in every copy. */
  head: Head
  /** Whether the mark of the last clean stop is still there. */
  marked: boolean
}
