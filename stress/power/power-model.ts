// What a power cut may leave of a disk at one moment: what was promised, and of the rest any part, sector by sector.

import type { Image } from '../attacks/image-disk.ts'
import type { Random } from '../harness/random.ts'
import type { Empty, FileNumber, Naming, Operation, Step, Sync, Write } from './trace.ts'

/** A disk writes so much at once: all of it or nothing. */
const sectorBytes = 512

/** Part of an operation that happened or not, whatever became of the other parts. */
interface Piece {
  readonly what: Write | Empty | Naming
  readonly operation: Operation
  /** The last sync that began before the operation had ended does not speak for it. */
  hasEnded: boolean
  isPromised: boolean
  /** By chance, so that what happened can be told by a number. */
  readonly mark: number
}

/** Whether the end of an operation promises what its kind promises. The control takes that from some. */
export type Believes = (operation: Operation) => boolean

export class PowerModel {
  readonly #believes: Believes
  readonly #files = new Map<FileNumber, Buffer>()
  readonly #names = new Map<string, FileNumber>()
  /** In the order in which they were asked for, from the first one that is not promised. */
  #pieces: Piece[] = []
  /** For each sync under way, what had ended when it began. */
  readonly #covered = new Map<Operation, readonly Piece[]>()

  readonly #random: Random
  /** Of all pieces that are in the files by now. */
  #mark = 0

  constructor(believes: Believes, random: Random) {
    this.#believes = believes
    this.#random = random
  }

  take(step: Step): void {
    if (step.type === 'answered') return
    const { operation } = step
    const isSync = operation.type === 'sync' || operation.type === 'syncFolder'
    if (step.type === 'ended') return this.#end(operation)
    if (isSync) {
      const covered = this.#pieces.filter(({ hasEnded, what }) => hasEnded && speaksFor(operation, what))
      return void this.#covered.set(operation, covered)
    }
    const parts = operation.type === 'write' ? sectorsOf(operation) : [operation]
    for (const what of parts) {
      const mark = Math.floor(this.#random() * 2 ** 52)
      this.#pieces.push({ what, operation, hasEnded: false, isPromised: false, mark })
    }
  }

  /** How many pieces may have happened or not. */
  get open(): number {
    return this.#pieces.filter(({ isPromised }) => !isPromised).length
  }

  /** Equal for equal states, and very likely for no others. */
  markOf(happened: (number: number) => boolean): number {
    let [number, mark] = [0, this.#mark]
    for (const piece of this.#pieces) if (piece.isPromised || happened(number++)) mark = (mark + piece.mark) % 2 ** 52
    return mark
  }

  /** The disk if the open pieces happened of which `happened` says so, by their number. */
  image(happened: (number: number) => boolean): Image {
    const files = new Map(this.#files)
    const names = new Map(this.#names)
    let number = 0
    for (const { what, isPromised } of this.#pieces) {
      if (isPromised || happened(number++)) apply(what, files, names)
    }
    return new Map([...names].map(([path, file]) => [path, files.get(file) ?? Buffer.alloc(0)]))
  }

  #end(operation: Operation): void {
    const own = this.#pieces.filter((piece) => piece.operation === operation)
    for (const piece of own) piece.hasEnded = true
    const promised = operation.type === 'write' && operation.isSynced ? own : (this.#covered.get(operation) ?? [])
    this.#covered.delete(operation)
    if (promised.length === 0 || !this.#believes(operation)) return
    for (const piece of promised) piece.isPromised = true
    const open = this.#pieces.findIndex(({ isPromised }) => !isPromised)
    const settled = this.#pieces.splice(0, open < 0 ? this.#pieces.length : open)
    for (const { what, mark } of settled) {
      apply(what, this.#files, this.#names)
      this.#mark = (this.#mark + mark) % 2 ** 52
    }
  }
}

function speaksFor(sync: Sync, what: Piece['what']): boolean {
  if (sync.type === 'syncFolder') return what.type === 'name' && what.folder === sync.folder
  return what.type !== 'name' && what.file === sync.file
}

function sectorsOf(write: Write): Write[] {
  const parts: Write[] = []
  for (let at = 0; at < write.bytes.length; ) {
    const position = write.position + at
    const end = Math.min(write.bytes.length, at + sectorBytes - (position % sectorBytes))
    parts.push({ ...write, position, bytes: write.bytes.subarray(at, end) })
    at = end
  }
  return parts
}

/** Never changes a buffer: other states hold it, too. */
function apply(what: Piece['what'], files: Map<FileNumber, Buffer>, names: Map<string, FileNumber>): void {
  if (what.type === 'empty') files.set(what.file, Buffer.alloc(0))
  if (what.type === 'write') files.set(what.file, written(files.get(what.file) ?? Buffer.alloc(0), what))
  if (what.type !== 'name') return
  if (what.from !== undefined && names.get(what.from) === what.file) names.delete(what.from)
  if (what.file === undefined) names.delete(what.path)
  else names.set(what.path, what.file)
}

function written(before: Buffer, { position, bytes }: Write): Buffer {
  const after = Buffer.alloc(Math.max(before.length, position + bytes.length))
  before.copy(after)
  after.set(bytes, position)
  return after
}
