// A disk that begins as an image of files: many can begin as the same one, because only what is changed is copied.

import { dirname } from 'node:path'
import type { Disk, DiskFile } from '../../src/journal/disk.ts'

/** What a disk holds, by path. Nobody changes the buffers. */
export type Image = ReadonlyMap<string, Buffer>

interface Inode {
  bytes: Buffer
  length: number
  /** Whether others hold `bytes`, too. */
  isShared: boolean
}

const smallestBuffer = 4096

export class ImageDisk implements Disk {
  readonly #files: Map<string, Inode>

  constructor(image: Image = new Map()) {
    this.#files = new Map()
    for (const [path, bytes] of image) this.#files.set(path, { bytes, length: bytes.length, isShared: true })
  }

  /** What it holds now. A file that was not changed is the buffer that it began with. */
  image(): Image {
    return new Map([...this.#files].map(([path, inode]) => [path, contentsOf(inode)]))
  }

  async makeFolder(): Promise<void> {}

  async list(folder: string): Promise<readonly string[]> {
    const paths = [...this.#files.keys()].filter((path) => dirname(path) === folder)
    return paths.map((path) => path.slice(folder.length + 1)).sort()
  }

  async openToRead(path: string): Promise<DiskFile | undefined> {
    const inode = this.#files.get(path)
    return inode && fileOf(inode)
  }

  async openToWrite(path: string): Promise<DiskFile> {
    return fileOf(this.#files.get(path) ?? this.#make(path))
  }

  async create(path: string): Promise<DiskFile> {
    const inode = this.#files.get(path)
    if (inode === undefined) return fileOf(this.#make(path))
    Object.assign(inode, empty())
    return fileOf(inode)
  }

  async rename(from: string, to: string): Promise<void> {
    const inode = this.#files.get(from)
    if (inode === undefined) throw new Error(`there is no ${from}`)
    this.#files.set(to, inode).delete(from)
  }

  async remove(path: string): Promise<void> {
    this.#files.delete(path)
  }

  async syncFolder(): Promise<void> {}

  async freeBytes(): Promise<number> {
    return Number.MAX_SAFE_INTEGER
  }

  #make(path: string): Inode {
    const inode = empty()
    this.#files.set(path, inode)
    return inode
  }
}

function empty(): Inode {
  return { bytes: Buffer.alloc(0), length: 0, isShared: false }
}

function contentsOf({ bytes, length }: Inode): Buffer {
  return length === bytes.length ? bytes : bytes.subarray(0, length)
}

function fileOf(inode: Inode): DiskFile {
  const write = async (bytes: Uint8Array, position: number) => {
    const end = position + bytes.length
    makeOwn(inode, end)
    inode.bytes.set(bytes, position)
    inode.length = Math.max(inode.length, end)
  }
  return {
    size: async () => inode.length,
    read: async (target, position) =>
      inode.bytes.copy(target, 0, Math.min(position, inode.length), Math.min(position + target.length, inode.length)),
    write,
    writeAndSync: write,
    sync: async () => {},
    close: async () => {},
  }
}

function makeOwn(inode: Inode, size: number): void {
  if (!inode.isShared && size <= inode.bytes.length) return
  const bytes = Buffer.alloc(Math.max(size, inode.length, 2 * inode.bytes.length, smallestBuffer))
  inode.bytes.copy(bytes, 0, 0, inode.length)
  inode.bytes = bytes
  inode.isShared = false
}
