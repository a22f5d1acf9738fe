// Reads the lines of one copy of a segment, whatever state that copy is in.

import type { Seq } from '../../../actors/state-storage/messages.ts'
import type { Disk, DiskFile } from '../disk.ts'
import { segmentPath } from './segment.ts'

const windowBytes = 256 * 1024
const sectorBytes = 4096
const newline = 0x0a
const brace = 0x7b
/** What room is filled with that was taken ahead of need. */
export const blank = 0x20
const blanks = Buffer.alloc(1024, blank)

export class LineReader {
  readonly path: string
  readonly #file: DiskFile | undefined
  readonly #size: number
  #window: Buffer = Buffer.alloc(0)
  /** Whether the disk could read all of the window: else zeros stand in it, and who asks for its bytes must be told. */
  #isWhole = true
  #begin = 0

  private constructor(path: string, file: DiskFile | undefined, size: number) {
    this.path = path
    this.#file = file
    this.#size = size
  }

  /** A missing file reads as an empty one. */
  static async open(disk: Disk, folder: string, first: Seq): Promise<LineReader> {
    const path = segmentPath(folder, first)
    const file = await disk.openToRead(path)
    return new LineReader(path, file, (await file?.size()) ?? 0)
  }

  async close(): Promise<void> {
    await this.#file?.close()
  }

  /** The line that begins at `position`, without its newline; undefined where no whole line does. */
  async lineAt(position: number): Promise<Buffer | undefined> {
    const known = this.#window.subarray(Math.max(0, position - this.#begin))
    if (position >= this.#begin && known.length > 0) {
      if (known[0] !== brace) return undefined
      const end = known.indexOf(newline)
      if (end >= 0) return known.subarray(0, end)
    }
    for (let bytes = windowBytes; ; bytes *= 2) {
      const window = await this.#load(position, bytes)
      if (window[0] !== brace) return undefined
      const end = window.indexOf(newline)
      if (end >= 0) return window.subarray(0, end)
      if (position + window.length >= this.#size) return undefined
    }
  }

  /** The last line before the blank rest; undefined if it cannot be read whole. */
  async lastLine(): Promise<Buffer | undefined> {
    const end = await this.#endOfText(0)
    for (let bytes = windowBytes; ; bytes *= 2) {
      const begin = Math.max(0, end - bytes)
      const text = await this.#read(begin, end)
      if (text.at(-1) !== newline) return undefined
      const before = text.subarray(0, -1).lastIndexOf(newline)
      if (before >= 0 || begin === 0) return text.subarray(before + 1, -1)
    }
  }

  /** What stands from `position` on, without the blank rest. Rejects where the disk cannot read it: it may be a record. */
  async tail(position: number): Promise<Buffer> {
    return this.#read(position, await this.#endOfText(position))
  }

  async #endOfText(from: number): Promise<number> {
    let end = this.#size
    while (end > from) {
      const begin = Math.max(from, end - windowBytes)
      const bytes = await this.#read(begin, end)
      let last = bytes.length
      // Most of it is room taken ahead of need: in strides that costs a hundredth.
      while (last >= blanks.length && blanks.equals(bytes.subarray(last - blanks.length, last))) last -= blanks.length
      while (bytes[last - 1] === blank) last--
      if (last > 0) return begin + last
      end = begin
    }
    return from
  }

  async #read(begin: number, end: number): Promise<Buffer> {
    const from = begin - this.#begin
    if (this.#isWhole && from >= 0 && end <= this.#begin + this.#window.length) {
      return this.#window.subarray(from, end - this.#begin)
    }
    const bytes = Buffer.allocUnsafe(Math.max(0, end - begin))
    const read = bytes.subarray(0, await this.#file?.read(bytes, begin))
    // What was read to find the end of the text is mostly what is asked for next.
    this.#begin = begin
    this.#window = read
    this.#isWhole = true
    return read
  }

  /** Always into a new buffer: the lines given out are parts of the old one. */
  async #load(position: number, bytes: number): Promise<Buffer> {
    const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(bytes, this.#size - position)))
    this.#begin = position
    const { bytes: window, isWhole } = await readPatiently(this.#file, buffer, position)
    this.#window = window
    this.#isWhole = isWhole
    return window
  }
}

/** A sector that the disk cannot read any more must not take its neighbours with it: it reads as zeros. */
async function readPatiently(file: DiskFile | undefined, buffer: Buffer, position: number) {
  if (file === undefined) return { bytes: buffer, isWhole: true }
  try {
    return { bytes: buffer.subarray(0, await file.read(buffer, position)), isWhole: true }
  } catch {
    for (let at = 0; at < buffer.length; at += sectorBytes) {
      const sector = buffer.subarray(at, at + sectorBytes)
      await file.read(sector, position + at).catch(() => sector.fill(0))
    }
    return { bytes: buffer, isWhole: false }
  }
}
