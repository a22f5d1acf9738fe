// What a process did to its disk, and when it answered: recorded around the real disk, to be replayed up to any moment.

import { dirname } from 'node:path'
import type { Disk, DiskFile } from '../../src/journal/disk.ts'

/** One file for its whole life, whatever its name. */
export type FileNumber = number

export interface Write {
  readonly type: 'write'
  readonly file: FileNumber
  readonly position: number
  readonly bytes: Buffer
  /** Whether its end promises that its bytes are on the disk. */
  readonly isSynced: boolean
}

/** An existing file is emptied. */
export interface Empty {
  readonly type: 'empty'
  readonly file: FileNumber
}

/** A name is given to a file, or taken away; `from` is the name that it had. */
export interface Naming {
  readonly type: 'name'
  readonly folder: string
  readonly path: string
  readonly file: FileNumber | undefined
  readonly from?: string
}

export type Sync =
  | { readonly type: 'sync'; readonly file: FileNumber }
  | { readonly type: 'syncFolder'; readonly folder: string }

export type Operation = Write | Empty | Naming | Sync

/** Between its begin and its end all, part or nothing of an operation may have happened. */
export type Step =
  | { readonly type: 'begun'; readonly operation: Operation }
  | { readonly type: 'ended'; readonly operation: Operation }
  | { readonly type: 'answered'; readonly seq: number }

export class Trace {
  readonly steps: Step[] = []
  readonly #files = new Map<string, FileNumber>()
  #made = 0

  answered(seq: number): void {
    this.steps.push({ type: 'answered', seq })
  }

  /** Does all that `disk` does, and records it. */
  recording(disk: Disk): Disk {
    return {
      ...disk,
      openToWrite: (path) => this.#open(path, () => disk.openToWrite(path)),
      create: async (path) => {
        const file = this.#files.get(path)
        if (file === undefined) return this.#open(path, () => disk.create(path))
        return this.#recorded(await this.#during({ type: 'empty', file }, () => disk.create(path)), file)
      },
      rename: (from, to) => this.#rename(from, to, () => disk.rename(from, to)),
      remove: async (path) => {
        if (!this.#files.delete(path)) return disk.remove(path)
        await this.#during({ type: 'name', folder: dirname(path), path, file: undefined }, () => disk.remove(path))
      },
      syncFolder: (folder) => this.#during({ type: 'syncFolder', folder }, () => disk.syncFolder(folder)),
    }
  }

  /** A file that is not there is made. */
  async #open(path: string, open: () => Promise<DiskFile>): Promise<DiskFile> {
    const known = this.#files.get(path)
    if (known !== undefined) return this.#recorded(await open(), known)
    const file = ++this.#made
    this.#files.set(path, file)
    return this.#recorded(await this.#during({ type: 'name', folder: dirname(path), path, file }, open), file)
  }

  async #rename(from: string, to: string, rename: () => Promise<void>): Promise<void> {
    const file = this.#files.get(from)
    if (file === undefined) throw new Error(`${from} was never made`)
    this.#files.set(to, file).delete(from)
    await this.#during({ type: 'name', folder: dirname(to), path: to, file, from }, rename)
  }

  #recorded(real: DiskFile, file: FileNumber): DiskFile {
    const write = (isSynced: boolean) => (bytes: Uint8Array, position: number) =>
      this.#during({ type: 'write', file, position, bytes: Buffer.from(bytes), isSynced }, () =>
        isSynced ? real.writeAndSync(bytes, position) : real.write(bytes, position),
      )
    return {
      size: () => real.size(),
      read: (target, position) => real.read(target, position),
      close: () => real.close(),
      write: write(false),
      writeAndSync: write(true),
      sync: () => this.#during({ type: 'sync', file }, () => real.sync()),
    }
  }

  async #during<Result>(operation: Operation, work: () => Promise<Result>): Promise<Result> {
    this.steps.push({ type: 'begun', operation })
    const result = await work()
    this.steps.push({ type: 'ended', operation })
    return result
  }
}
