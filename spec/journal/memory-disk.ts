// A disk in memory that knows what a power cut would leave of it, and fails where it is told to.

import { dirname, join } from 'node:path'
import type { Disk, DiskFile } from '../../src/journal/disk.ts'

export interface Operation {
  readonly name: keyof Disk | keyof DiskFile
  readonly path: string
}

/** `bytes` is what reading shows, `durable` what is on the disk. */
interface Inode {
  path: string
  bytes: Buffer
  durable: Buffer
}

const sectorBytes = 64 // small, so that small records are torn, too

export class MemoryDisk implements Disk {
  /** Called before each operation: it fails the operation by throwing, holds it back by its promise, or counts it. */
  before: (operation: Operation) => void | Promise<void> = () => {}
  /** Called before each reading, with where and how much: it fails the reading by throwing. */
  beforeRead: (position: number, length: number) => void = () => {}
  free = Number.MAX_SAFE_INTEGER
  readonly #files = new Map<string, Inode>()
  readonly #durableFiles = new Map<string, Inode>()

  async makeFolder(): Promise<void> {}

  async list(folder: string): Promise<readonly string[]> {
    await this.before({ name: 'list', path: folder })
    return this.paths(folder).map((path) => path.slice(folder.length + 1))
  }

  async openToRead(path: string): Promise<DiskFile | undefined> {
    await this.before({ name: 'openToRead', path })
    const inode = this.#files.get(path)
    return inode && this.#file(inode)
  }

  async openToWrite(path: string): Promise<DiskFile> {
    await this.before({ name: 'openToWrite', path })
    return this.#file(this.#files.get(path) ?? this.#made(path))
  }

  async create(path: string): Promise<DiskFile> {
    await this.before({ name: 'create', path })
    return this.#file(this.#made(path))
  }

  async rename(from: string, to: string): Promise<void> {
    await this.before({ name: 'rename', path: to })
    const inode = this.#files.get(from)
    if (inode === undefined) throw new Error(`there is no ${from}`)
    this.#files.set(to, inode).delete(from)
    inode.path = to
  }

  async remove(path: string): Promise<void> {
    await this.before({ name: 'remove', path })
    this.#files.delete(path)
  }

  async syncFolder(folder: string): Promise<void> {
    await this.before({ name: 'syncFolder', path: folder })
    this.#syncNames(folder)
  }

  async freeBytes(folder: string): Promise<number> {
    await this.before({ name: 'freeBytes', path: folder })
    return this.free
  }

  /** What specs look at and damage: the contents of a file, on the disk and as it reads. */
  contents(path: string): Buffer {
    return Buffer.from(this.#files.get(path)?.bytes ?? [])
  }

  put(path: string, bytes: Buffer): void {
    this.#files.set(path, { path, bytes: Buffer.from(bytes), durable: Buffer.from(bytes) })
    this.#syncNames(dirname(path))
  }

  delete(path: string): void {
    this.#files.delete(path)
    this.#durableFiles.delete(path)
  }

  paths(folder: string): string[] {
    return [...this.#files.keys()].filter((path) => dirname(path) === folder).sort()
  }

  /**
   * The disk as the next process finds it. What was not synced is there or not, by chance, sector by sector: a `random`
   * of always 0 loses nothing (only the process died), one of always 1 loses all of it.
   */
  afterPowerCut(random: () => number): MemoryDisk {
    const left = new MemoryDisk()
    const folders = new Set([...this.#files.keys(), ...this.#durableFiles.keys()].map((path) => dirname(path)))
    for (const folder of folders) {
      const names = random() < 0.5 ? this.#files : this.#durableFiles
      for (const [path, inode] of names) if (dirname(path) === folder) left.put(path, torn(inode, random))
    }
    return left
  }

  #made(path: string): Inode {
    const inode = { path, bytes: Buffer.alloc(0), durable: Buffer.alloc(0) }
    this.#files.set(path, inode)
    return inode
  }

  #syncNames(folder: string): void {
    for (const path of this.#durableFiles.keys()) if (dirname(path) === folder) this.#durableFiles.delete(path)
    for (const [path, inode] of this.#files) if (dirname(path) === folder) this.#durableFiles.set(path, inode)
  }

  #file(inode: Inode): DiskFile {
    const before = (name: keyof DiskFile) => this.before({ name, path: inode.path })
    const file: DiskFile = {
      size: async () => {
        await before('size')
        return inode.bytes.length
      },
      read: async (target, position) => {
        await before('read')
        this.beforeRead(position, target.length)
        return inode.bytes.copy(target, 0, Math.min(position, inode.bytes.length))
      },
      write: async (bytes, position) => {
        await before('write')
        const missing = position + bytes.length - inode.bytes.length
        if (missing > 0) inode.bytes = Buffer.concat([inode.bytes, Buffer.alloc(missing)])
        inode.bytes.set(bytes, position)
      },
      sync: async () => {
        await before('sync')
        inode.durable = Buffer.from(inode.bytes)
      },
      writeAndSync: async (bytes, position) => {
        await file.write(bytes, position)
        await file.sync()
      },
      close: async () => before('close'),
    }
    return file
  }
}

function torn({ bytes, durable }: Inode, random: () => number): Buffer {
  const result = Buffer.alloc(random() < 0.5 ? bytes.length : durable.length)
  for (let at = 0; at < result.length; at += sectorBytes) {
    const source = random() < 0.5 ? bytes : durable
    source.copy(result, at, Math.min(at, source.length), Math.min(at + sectorBytes, source.length, result.length))
  }
  return result
}

/** Fails every operation from number `number` on, as if the power were gone. Says whether it came to that. */
export function cutPowerAt(disk: MemoryDisk, number: number): { readonly happened: () => boolean } {
  let count = 0
  disk.before = ({ name, path }) => {
    if (++count >= number) throw new Error(`the power is gone (${name} ${path})`)
  }
  return { happened: () => count >= number }
}

export const folder = '/journal'
export const mirror = join('/', 'mirror')
