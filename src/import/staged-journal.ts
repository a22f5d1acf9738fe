// An import on its way, on disk: segments as the file journal has them, in a folder of their own that decides nothing.

import { join } from 'node:path'
import type { Seq } from '../../actors/state-storage/messages.ts'
import type { Disk, DiskFile } from '../journal/disk.ts'
import { LineReader } from '../journal/file/line-reader.ts'
import { segmentPath } from '../journal/file/segment.ts'
import { readSeal } from '../journal/record.ts'
import type { Shelf } from './line-check.ts'

/** The disk has not the room. Nothing of the ledger was changed. */
export class ImportTooLarge extends Error {
  override readonly name = 'ImportTooLarge'
}

export interface StagedJournalOptions {
  readonly disk: Disk
  readonly folder: string
  /** The size that segments grow to. */
  readonly segmentBytes: number
  /** What must stay free on the disk. */
  readonly marginBytes: number
}

/** A look-up reads some more than this; each such block costs one entry in memory. */
const blockBytes = 65_536
/** Lines are handed to the disk in pieces of this size. */
const pieceBytes = 1_048_576

interface Block {
  /** The first seq in it, its segment, and where it begins there. */
  readonly first: Seq
  readonly segment: Seq
  readonly position: number
}

export class StagedJournal implements Shelf {
  readonly #options: StagedJournalOptions
  readonly #blocks: Block[] = []
  #file: DiskFile | undefined
  #segment: Seq = 0
  #position = 0
  #written = 0
  #waiting: Uint8Array[] = []

  constructor(options: StagedJournalOptions) {
    this.#options = options
  }

  /** Rejects with ImportTooLarge. */
  async add(line: Buffer, first: Seq): Promise<void> {
    const end = this.#position + line.length + 1
    if (this.#file === undefined || end > this.#options.segmentBytes) await this.#beginSegment(first, line.length + 1)
    this.#note(first)
    this.#waiting.push(line, newline)
    this.#position += line.length + 1
    if (this.#position - this.#written >= pieceBytes) await this.#flush()
  }

  async lineOf(seq: Seq): Promise<Buffer | undefined> {
    const block = Number.isSafeInteger(seq) && seq > 0 ? this.#blockOf(seq) : undefined
    if (block === undefined) return undefined
    await this.#flush()
    const reader = await LineReader.open(this.#options.disk, this.#options.folder, block.segment)
    try {
      return await lineFrom(reader, block.position, seq)
    } finally {
      await reader.close()
    }
  }

  /** Settles when all of it is on disk. Nothing is added after it. */
  async close(): Promise<void> {
    await this.#endSegment()
    await this.#options.disk.syncFolder(this.#options.folder)
  }

  /** Lets go of the file; what is in it does not matter any more. */
  async abandon(): Promise<void> {
    this.#waiting = []
    await this.#file?.close()
    this.#file = undefined
  }

  #note(first: Seq): void {
    const last = this.#blocks.at(-1)
    const isFar = last?.segment !== this.#segment || this.#position - last.position >= blockBytes
    if (isFar) this.#blocks.push({ first, segment: this.#segment, position: this.#position })
  }

  /** The last block that begins at or before the seq. */
  #blockOf(seq: Seq): Block | undefined {
    let [low, high] = [0, this.#blocks.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#blocks[middle]?.first ?? 0) <= seq) low = middle + 1
      else high = middle
    }
    return this.#blocks[low - 1]
  }

  async #beginSegment(first: Seq, bytes: number): Promise<void> {
    const { disk, folder, segmentBytes, marginBytes } = this.#options
    await this.#endSegment()
    const free = await disk.freeBytes(folder)
    if (free < Math.max(segmentBytes, bytes) + marginBytes) throw new ImportTooLarge('there is no room to stage it')
    this.#file = await disk.create(segmentPath(folder, first))
    this.#segment = first
    this.#position = 0
    this.#written = 0
  }

  async #endSegment(): Promise<void> {
    await this.#flush()
    await this.#file?.sync()
    await this.#file?.close()
    this.#file = undefined
  }

  async #flush(): Promise<void> {
    const bytes = Buffer.concat(this.#waiting)
    this.#waiting = []
    if (bytes.length > 0) await this.#file?.write(bytes, this.#written)
    this.#written = this.#position
  }
}

async function lineFrom(reader: LineReader, begin: number, seq: Seq): Promise<Buffer | undefined> {
  for (let position = begin; ; ) {
    const line = await reader.lineAt(position)
    const seal = line === undefined ? undefined : readSeal(line)
    if (line === undefined || seal === undefined || seal.first > seq) return undefined
    if (seal.last >= seq) return line
    position += line.length + 1
  }
}

const newline = Buffer.from('\n')

/** Where imports are staged in a data folder. */
export function stagingFolder(data: string): string {
  return join(data, 'journal.import')
}
