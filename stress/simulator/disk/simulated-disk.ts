// A disk that keeps of what was not synced whatever it likes, takes its time, fails, and lies: as the seed says.

import type { Disk, DiskFile } from '../../../src/journal/disk.ts'
import type { Owner, Scheduler } from '../time/scheduler.ts'
import type { Inode, Unit } from './inode.ts'
import { Names } from './names.ts'
import type { Judge, Operation, Verdict } from './verdict.ts'

/** Never settles: whoever has asked is gone. A new one each time: who waits for one that all share is never forgotten, nor is its world. */
const never = () => new Promise<never>(() => {})

export class SimulatedDisk {
  readonly names: Names
  /** Bytes that are free. */
  free = Number.MAX_SAFE_INTEGER
  /** Operations so far. */
  operations = 0

  constructor(names = new Names()) {
    this.names = names
  }

  /** The disk as one process sees it. Once that is gone, nothing that it does has an effect. */
  portFor(process: Owner, scheduler: Scheduler, judge: Judge): Disk {
    return new Port(this, process, scheduler, judge)
  }

  /** What a power cut would keep or not, each by itself, in order. */
  units(): Unit[] {
    return [...[...this.names.inodes()].flatMap((inode) => inode.units()), ...this.names.units()]
  }

  /** Keeps of what was not synced what `keeps` says. */
  cutPower(keeps: (unit: number) => boolean): void {
    // Name changes may bring files back, so all of them are known before any is judged.
    const inodes = this.names.inodes()
    for (const [number, unit] of this.units().entries()) if (keeps(number)) unit()
    for (const inode of new Set([...inodes, ...this.names.inodes()])) inode.restart()
    this.names.restart()
  }

  clone(): SimulatedDisk {
    return new SimulatedDisk(this.names.clone())
  }
}

class Port implements Disk {
  readonly #disk: SimulatedDisk
  readonly #process: Owner
  readonly #scheduler: Scheduler
  readonly #judge: Judge

  constructor(disk: SimulatedDisk, process: Owner, scheduler: Scheduler, judge: Judge) {
    this.#disk = disk
    this.#process = process
    this.#scheduler = scheduler
    this.#judge = judge
  }

  async makeFolder(): Promise<void> {}

  list(folder: string): Promise<readonly string[]> {
    return this.#do({ name: 'list', path: folder }, () =>
      this.#names.pathsIn(folder).map((path) => path.slice(folder.length + 1)),
    )
  }

  openToRead(path: string): Promise<DiskFile | undefined> {
    return this.#do({ name: 'openToRead', path }, () => {
      const inode = this.#names.get(path)
      return inode && this.#file(inode)
    })
  }

  openToWrite(path: string): Promise<DiskFile> {
    return this.#do({ name: 'openToWrite', path }, () => this.#file(this.#names.get(path) ?? this.#names.create(path)))
  }

  create(path: string): Promise<DiskFile> {
    return this.#do({ name: 'create', path }, () => this.#file(this.#names.create(path)))
  }

  rename(from: string, to: string): Promise<void> {
    return this.#do({ name: 'rename', path: to }, () => {
      if (!this.#names.rename(from, to)) throw new Error(`there is no ${from}`)
    })
  }

  remove(path: string): Promise<void> {
    return this.#do({ name: 'remove', path }, () => this.#names.remove(path))
  }

  syncFolder(folder: string): Promise<void> {
    const { order } = this.#names
    return this.#do({ name: 'syncFolder', path: folder }, () => this.#names.sync(folder, order))
  }

  freeBytes(folder: string): Promise<number> {
    return this.#do({ name: 'freeBytes', path: folder }, () => this.#disk.free)
  }

  get #names(): Names {
    return this.#disk.names
  }

  #file(inode: Inode): DiskFile {
    const on = (name: Operation['name']): Operation => ({ name, path: inode.path })
    return {
      size: () => this.#do(on('size'), () => inode.size),
      read: (target, position) => this.#do(on('read'), () => inode.read(target, position)),
      write: (bytes, position) => this.#write(on('write'), inode, bytes, position, () => {}),
      writeAndSync: (bytes, position) =>
        this.#write(on('writeAndSync'), inode, bytes, position, (order) => inode.syncOnly(order)),
      sync: () => this.#sync(on('sync'), inode),
      close: () => this.#do(on('close'), () => {}),
    }
  }

  /** What is written shows, and may be on the disk, from the begin of the operation; for certain only from its end. */
  #write(
    operation: Operation,
    inode: Inode,
    bytes: Uint8Array,
    position: number,
    done: (order: number) => void,
  ): Promise<void> {
    return this.#begin(operation, (verdict) => {
      if (verdict.lost) return () => {}
      const order = inode.write(bytes, Math.max(0, position + (verdict.beside ?? 0)))
      return () => done(order)
    })
  }

  /** After a failure what was to be synced still shows, but will never be written: so did Linux for years. */
  #sync(operation: Operation, inode: Inode): Promise<void> {
    return this.#begin(operation, ({ error }) => {
      if (error !== undefined) inode.forgetUnsynced()
      const { order } = inode
      return () => inode.sync(order)
    })
  }

  /** The effect comes at the end, if the operation does not fail. */
  #do<Result>(operation: Operation, effect: () => Result): Promise<Result> {
    return this.#begin(operation, () => effect)
  }

  #begin<Result>(operation: Operation, begin: (verdict: Verdict) => () => Result): Promise<Result> {
    if (this.#process.gone) return never()
    this.#disk.operations += 1
    const verdict = this.#judge(operation)
    // Judging may be the moment of the crash: then nothing has begun.
    if (this.#process.gone) return never()
    const end = begin(verdict)
    if (verdict.delay === 0) return ended(end, verdict.error)
    return new Promise((done, fail) => {
      this.#scheduler.after(verdict.delay, `${operation.name} ${operation.path}`, this.#process, () => {
        if (verdict.error !== undefined) return fail(verdict.error)
        try {
          done(end())
        } catch (error) {
          fail(error)
        }
      })
    })
  }
}

async function ended<Result>(end: () => Result, error: Error | undefined): Promise<Result> {
  if (error !== undefined) throw error
  return end()
}
