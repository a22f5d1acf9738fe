// All that the journal asks of a file system, so that specs and the simulator can put faults in its place.

export interface DiskFile {
  size(): Promise<number>
  /** Fills `target` from `position`. Resolves to the count of bytes read: fewer than asked only at the end of the file. */
  read(target: Uint8Array, position: number): Promise<number>
  /** Writes all of `bytes`, or rejects. */
  write(bytes: Uint8Array, position: number): Promise<void>
  /** `write` and `sync` in one: settles when all of `bytes` is on disk. What was written before may not be. */
  writeAndSync(bytes: Uint8Array, position: number): Promise<void>
  /** Settles when the contents and the size are on disk. After a rejection nothing is known of what is. */
  sync(): Promise<void>
  close(): Promise<void>
}

export interface Disk {
  /** With its parents, and durable. No error if it exists. */
  makeFolder(folder: string): Promise<void>
  /** The names of its files; none if there is no such folder. */
  list(folder: string): Promise<readonly string[]>
  /** Undefined if there is no such file. */
  openToRead(path: string): Promise<DiskFile | undefined>
  /** An existing file keeps its contents. */
  openToWrite(path: string): Promise<DiskFile>
  /** An existing file is emptied. */
  create(path: string): Promise<DiskFile>
  /** Replaces what has the new name. Durable after `syncFolder`. */
  rename(from: string, to: string): Promise<void>
  /** No error if there is no such file. Durable after `syncFolder`. */
  remove(path: string): Promise<void>
  syncFolder(folder: string): Promise<void>
  /** Bytes that are still free where the folder lies. */
  freeBytes(folder: string): Promise<number>
}
