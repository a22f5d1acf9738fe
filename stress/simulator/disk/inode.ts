// The contents of one file: what reading shows, what is on the disk, and what stands between the two.

/** What a power cut tears a write at. */
export const sectorBytes = 512

interface Unsynced {
  readonly order: number
  readonly position: number
  readonly bytes: Buffer
}

/** A part of a change that is on the disk after a power cut, or not. */
export type Unit = () => void

export class Inode {
  path: string
  #shown: Contents
  #durable: Contents
  #unsynced: Unsynced[] = []
  #order = 0

  constructor(path: string, shown = new Contents(), durable = new Contents()) {
    this.path = path
    this.#shown = shown
    this.#durable = durable
  }

  get size(): number {
    return this.#shown.length
  }

  /** What is on the disk for certain. */
  get durable(): Buffer {
    return this.#durable.view()
  }

  get shown(): Buffer {
    return this.#shown.view()
  }

  read(target: Uint8Array, position: number): number {
    return this.#shown.view().copy(target, 0, Math.min(position, this.size))
  }

  /** Shows at once; answers its number in the order of the writes. */
  write(bytes: Uint8Array, position: number): number {
    const own = Buffer.from(bytes)
    this.#shown.put(own, position)
    this.#order += 1
    this.#unsynced.push({ order: this.#order, position, bytes: own })
    return this.#order
  }

  /** The number of the last write. */
  get order(): number {
    return this.#order
  }

  /** All writes up to that number are on the disk. */
  sync(through: number): void {
    for (const write of this.#unsynced) if (write.order <= through) this.#durable.put(write.bytes, write.position)
    this.#unsynced = this.#unsynced.filter(({ order }) => order > through)
  }

  /** That one write is on the disk; those before it may not be. */
  syncOnly(order: number): void {
    const write = this.#unsynced.find((other) => other.order === order)
    if (write === undefined) return
    this.#durable.put(write.bytes, write.position)
    this.#unsynced = this.#unsynced.filter((other) => other !== write)
    // An older write that is still to come can not bring back what this one has replaced.
    for (const older of this.#unsynced) if (older.order < order) overlay(older, write)
  }

  /** The disk has reported them, or not; they are shown, and no sync will write them any more. */
  forgetUnsynced(): void {
    this.#unsynced = []
  }

  /** Damages what is on the disk, and what it shows. */
  damage(change: (bytes: Buffer) => void): void {
    change(this.#durable.view())
    change(this.#shown.view())
  }

  /** Each sector of each write, and the size. */
  units(): Unit[] {
    const size = this.size
    const units: Unit[] = this.#unsynced.flatMap(({ bytes, position }) =>
      sectorsOf(bytes, position).map(
        ([part, at]) =>
          () =>
            this.#durable.put(part, at),
      ),
    )
    if (size > this.#durable.length) units.push(() => this.#durable.extend(size))
    return units
  }

  /** After a power cut: what is on the disk is all there is. */
  restart(): void {
    this.#unsynced = []
    this.#shown = this.#durable.copy()
  }

  clone(): Inode {
    const copy = new Inode(this.path, this.#shown.copy(), this.#durable.copy())
    copy.#unsynced = [...this.#unsynced]
    copy.#order = this.#order
    return copy
  }
}

/** Bytes that grow. */
class Contents {
  #bytes: Buffer
  length: number

  constructor(bytes: Buffer = Buffer.alloc(0), length = 0) {
    this.#bytes = bytes
    this.length = length
  }

  view(): Buffer {
    return this.#bytes.subarray(0, this.length)
  }

  put(bytes: Buffer, position: number): void {
    this.extend(position + bytes.length)
    bytes.copy(this.#bytes, position)
  }

  /** With zeros. */
  extend(length: number): void {
    if (length <= this.length) return
    if (length > this.#bytes.length) {
      const larger = Buffer.alloc(Math.max(length, 2 * this.#bytes.length))
      this.#bytes.copy(larger, 0, 0, this.length)
      this.#bytes = larger
    }
    this.length = length
  }

  copy(): Contents {
    return new Contents(Buffer.from(this.view()), this.length)
  }
}

function overlay({ bytes, position }: Unsynced, newer: Unsynced): void {
  const begin = Math.max(position, newer.position)
  const end = Math.min(position + bytes.length, newer.position + newer.bytes.length)
  if (begin < end) newer.bytes.copy(bytes, begin - position, begin - newer.position, end - newer.position)
}

function sectorsOf(bytes: Buffer, position: number): (readonly [Buffer, number])[] {
  const parts: (readonly [Buffer, number])[] = []
  for (let at = position; at < position + bytes.length; ) {
    const end = Math.min(position + bytes.length, (Math.floor(at / sectorBytes) + 1) * sectorBytes)
    parts.push([bytes.subarray(at - position, end - position), at])
    at = end
  }
  return parts
}
