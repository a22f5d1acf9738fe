// A file that nobody sees under its name before it is whole and on disk.

import { join } from 'node:path'
import type { Disk, DiskFile } from '../disk.ts'
import { blank } from './line-reader.ts'

const chunkBytes = 4 * 1024 * 1024
const blanks = Buffer.alloc(chunkBytes, blank)
const suffix = '.new'

export class NewFile {
  readonly #disk: Disk
  readonly #folder: string
  readonly #temporaryName: string
  readonly #file: DiskFile
  #waiting: Uint8Array[] = []
  #waitingBytes = 0
  #written = 0

  private constructor(disk: Disk, folder: string, temporaryName: string, file: DiskFile) {
    this.#disk = disk
    this.#folder = folder
    this.#temporaryName = temporaryName
    this.#file = file
  }

  static async create(disk: Disk, folder: string, name: string): Promise<NewFile> {
    const temporaryName = `${name}${suffix}`
    return new NewFile(disk, folder, temporaryName, await disk.create(join(folder, temporaryName)))
  }

  async add(bytes: Uint8Array): Promise<void> {
    this.#waiting.push(bytes)
    this.#waitingBytes += bytes.length
    if (this.#waitingBytes >= chunkBytes) await this.#flush()
  }

  /** Synced chunk by chunk: many megabytes at once would hold up the syncs of the appends beside it. */
  async blankUpTo(size: number): Promise<void> {
    await this.#flush()
    while (this.#written < size) {
      await this.#write(blanks.subarray(0, size - this.#written))
      await this.#file.sync()
    }
  }

  /** Syncs it, gives it its name and syncs the folder. The file stays open. */
  async publish(name: string): Promise<DiskFile> {
    await this.#flush()
    await this.#file.sync()
    await this.#disk.rename(join(this.#folder, this.#temporaryName), join(this.#folder, name))
    await this.#disk.syncFolder(this.#folder)
    return this.#file
  }

  close(): Promise<void> {
    return this.#file.close()
  }

  async #flush(): Promise<void> {
    await this.#write(Buffer.concat(this.#waiting))
    this.#waiting = []
    this.#waitingBytes = 0
  }

  async #write(bytes: Uint8Array): Promise<void> {
    if (bytes.length === 0) return
    await this.#file.write(bytes, this.#written)
    this.#written += bytes.length
  }
}

/** Files that were not whole when the process died. */
export async function removeUnfinished(disk: Disk, folder: string): Promise<void> {
  for (const name of await disk.list(folder)) if (name.endsWith(suffix)) await disk.remove(join(folder, name))
}
