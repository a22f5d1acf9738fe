// The real disk. Callbacks and bare descriptors: FileHandle costs more a call, and each copy makes one a batch.

import fs from 'node:fs'
import { mkdir, readdir, rename, rm, statfs } from 'node:fs/promises'
import { dirname, relative, resolve, sep } from 'node:path'
import type { Disk, DiskFile } from './disk.ts'

const { O_RDONLY, O_RDWR, O_CREAT, O_TRUNC } = fs.constants

/**
 * With `dsync` (O_DSYNC) a write is done when it is on disk, as if fdatasync had followed: one call instead of two, and no
 * turn of a busy event loop between them. Where the system has none (Windows), both are called.
 */
export function nodeDiskWith(dsync = 0): Disk {
  return {
    async makeFolder(folder) {
      const firstMade = await mkdir(folder, { recursive: true })
      if (firstMade === undefined) return
      for (const parent of foldersFrom(dirname(firstMade), resolve(folder))) await syncFolder(parent)
    },
    async list(folder) {
      return (await unlessMissing(readdir(folder))) ?? []
    },
    openToRead: (path) => unlessMissing(open(path, O_RDONLY)),
    openToWrite: (path) => open(path, O_RDWR | O_CREAT, dsync),
    create: (path) => open(path, O_RDWR | O_CREAT | O_TRUNC, dsync),
    rename,
    remove: (path) => rm(path, { force: true }),
    syncFolder,
    async freeBytes(folder) {
      const { bavail, bsize } = await statfs(folder)
      return bavail * bsize
    },
  }
}

export const nodeDisk: Disk = nodeDiskWith(fs.constants.O_DSYNC)

class NodeDiskFile implements DiskFile {
  readonly #descriptor: number
  readonly #isSyncedByWrites: boolean

  constructor(descriptor: number, isSyncedByWrites: boolean) {
    this.#descriptor = descriptor
    this.#isSyncedByWrites = isSyncedByWrites
  }

  size(): Promise<number> {
    return new Promise((done, fail) => {
      fs.fstat(this.#descriptor, (error, stats) => (error === null ? done(stats.size) : fail(error)))
    })
  }

  read(target: Uint8Array, position: number): Promise<number> {
    return new Promise((done, fail) => {
      const readOn = (offset: number) => {
        if (offset === target.length) return done(offset)
        fs.read(this.#descriptor, target, offset, target.length - offset, position + offset, (error, count) => {
          if (error !== null) fail(error)
          else if (count === 0) done(offset)
          else readOn(offset + count)
        })
      }
      readOn(0)
    })
  }

  write(bytes: Uint8Array, position: number): Promise<void> {
    return new Promise((done, fail) => {
      const writeOn = (offset: number) => {
        fs.write(this.#descriptor, bytes, offset, bytes.length - offset, position + offset, (error, count) => {
          if (error !== null) fail(error)
          else if (offset + count === bytes.length) done()
          else if (count === 0) fail(new Error('the disk takes no more bytes'))
          else writeOn(offset + count)
        })
      }
      writeOn(0)
    })
  }

  async writeAndSync(bytes: Uint8Array, position: number): Promise<void> {
    await this.write(bytes, position)
    if (!this.#isSyncedByWrites) await this.sync()
  }

  sync(): Promise<void> {
    return new Promise((done, fail) => {
      fs.fdatasync(this.#descriptor, (error) => (error === null ? done() : fail(error)))
    })
  }

  close(): Promise<void> {
    return new Promise((done, fail) => {
      fs.close(this.#descriptor, (error) => (error == null ? done() : fail(error)))
    })
  }
}

function open(path: string, flags: number, dsync = 0): Promise<DiskFile> {
  return new Promise((done, fail) => {
    fs.open(path, flags | dsync, (error, descriptor) => {
      if (error !== null) fail(error)
      else done(new NodeDiskFile(descriptor, dsync !== 0))
    })
  })
}

/** A name is durable only when the folder that holds it is. */
async function syncFolder(folder: string): Promise<void> {
  const file = await open(folder, O_RDONLY)
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

async function unlessMissing<Result>(result: Promise<Result>): Promise<Result | undefined> {
  try {
    return await result
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** `top` and every folder on the way down to `bottom`, without `bottom` itself. */
function foldersFrom(top: string, bottom: string): string[] {
  const names = relative(top, bottom).split(sep)
  return names.map((_, index) => resolve(top, ...names.slice(0, index)))
}
