// Larger damage to the journal: sectors, truncations, old files put back, files that are missing or stand in each other's place.

import type { Image } from '../attacks/image-disk.ts'
import { main, mirror } from '../attacks/journals.ts'
import { type Random, wholeNumber } from '../harness/random.ts'
import { type Sample, segmentPaths } from './sample.ts'

/** Changes files. `where` says which, for a person. */
export interface Harm {
  readonly kind: string
  readonly where: string
  readonly changes: ReadonlyMap<string, Buffer | undefined>
}

export const misplaced = 'files misplaced'
const sectorSizes = [512, 4096]

/** One copy's sectors, each zeroed, filled with ones, overwritten by another one of the file, and exchanged with it. */
export function* sectorHarms(image: Image, folder: string, random: Random): Generator<Harm> {
  for (const path of segmentPaths(image, folder)) {
    const original = image.get(path) ?? Buffer.alloc(0)
    for (const size of sectorSizes) {
      const count = Math.ceil(original.length / size)
      for (let sector = 0; sector < count; sector++) {
        const [at, other] = [sector * size, wholeNumber(random, 0, count - 1) * size]
        const where = `${path}, sector of ${size} at byte ${at}`
        const changed = (kind: string, change: (bytes: Buffer) => void) =>
          harm(kind, where, path, edited(original, change))
        yield changed('sectors zeroed', (bytes) => bytes.subarray(at, at + size).fill(0))
        yield changed('sectors of ones', (bytes) => bytes.subarray(at, at + size).fill(255))
        yield changed('sectors duplicated', (bytes) => original.copy(bytes, at, other, other + size))
        yield changed('sectors swapped', (bytes) => {
          original.copy(bytes, at, other, other + size)
          original.copy(bytes, other, at, at + size)
        })
      }
    }
  }
}

export function* truncations(image: Image, folder: string): Generator<Harm> {
  for (const path of segmentPaths(image, folder)) {
    const original = image.get(path) ?? Buffer.alloc(0)
    for (let length = 0; length < original.length; length++) {
      yield harm('truncations', `${path} to ${length} bytes`, path, original.subarray(0, length))
    }
  }
}

/** Whole files: as they were before, gone, or with the contents of another one. */
export function* fileHarms({ image, older }: Sample, folder: string, random: Random): Generator<Harm> {
  const paths = segmentPaths(image, folder)
  for (const path of paths) {
    yield harm('files missing', path, path, undefined)
    const other = paths[wholeNumber(random, 0, paths.length - 1)] ?? path
    if (other !== path) yield harm(misplaced, `${other} as ${path}`, path, image.get(other))
    for (const [age, then] of older.entries()) {
      const before = then.get(path)
      if (before !== undefined && !before.equals(image.get(path) ?? before)) {
        yield harm('old files put back', `${path} of look ${age}`, path, before)
      }
    }
  }
}

/** A whole copy as it was before: newer files are gone. */
export function* oldCopies({ image, older }: Sample, folder: string): Generator<Harm> {
  for (const [age, then] of older.entries()) {
    const changes = new Map(segmentPaths(image, folder).map((path) => [path, then.get(path)]))
    yield { kind: 'old copies put back', where: `${folder} of look ${age}`, changes }
  }
}

/** The same in the other copy. */
export function mirrored({ kind, where, changes }: Harm): Harm {
  const both = new Map(changes)
  for (const [path, bytes] of changes) both.set(path.replace(main, mirror), bytes)
  return { kind: `${kind}, in both`, where, changes: both }
}

/** Two harms at once. */
export function together(one: Harm, other: Harm): Harm {
  const changes = new Map([...one.changes, ...other.changes])
  return { kind: `${one.kind}, one in each`, where: `${one.where} and ${other.where}`, changes }
}

export function harmed(image: Image, { changes }: Harm): Image {
  const files = new Map(image)
  for (const [path, bytes] of changes) {
    if (bytes === undefined) files.delete(path)
    else files.set(path, bytes)
  }
  return files
}

function harm(kind: string, where: string, path: string, bytes: Buffer | undefined): Harm {
  return { kind, where, changes: new Map([[path, bytes]]) }
}

function edited(original: Buffer, change: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.from(original)
  change(bytes)
  return bytes
}
