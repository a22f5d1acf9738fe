// The lines of one file as they lie there, whatever is in them: only a line break ends one.

import type { Disk, DiskFile } from '../../journal/disk.ts'

export interface RawLine {
  readonly position: number
  /** Without its newline. */
  readonly bytes: Buffer
  /** False for what stands behind the last newline. */
  readonly ended: boolean
}

const windowBytes = 1024 * 1024
const newline = 0x0a

/** Undefined if there is no such file. */
export async function openLines(disk: Disk, path: string): Promise<AsyncGenerator<RawLine> | undefined> {
  const file = await disk.openToRead(path)
  return file === undefined ? undefined : readLines(file)
}

async function* readLines(file: DiskFile): AsyncGenerator<RawLine> {
  try {
    let parts: Buffer[] = []
    let begin = 0
    const size = await file.size()
    for (let position = 0; position < size; position += windowBytes) {
      const window = await readWindow(file, position, Math.min(windowBytes, size - position))
      let from = 0
      for (let end = window.indexOf(newline); end >= 0; end = window.indexOf(newline, from)) {
        yield { position: begin, bytes: Buffer.concat([...parts, window.subarray(from, end)]), ended: true }
        parts = []
        from = end + 1
        begin = position + from
      }
      parts.push(window.subarray(from))
    }
    const rest = Buffer.concat(parts)
    if (rest.length > 0) yield { position: begin, bytes: rest, ended: false }
  } finally {
    await file.close()
  }
}

async function readWindow(file: DiskFile, position: number, bytes: number): Promise<Buffer> {
  const window = Buffer.allocUnsafe(bytes)
  return window.subarray(0, await file.read(window, position))
}
