// The ledger that is to be damaged: what both copies hold after a life and a kill, and what they held on the way.

import { MemoryArchive } from '../../src/archive/memory-archive.ts'
import { type Image, ImageDisk } from '../attacks/image-disk.ts'
import { isSegment, main, smallJournal } from '../attacks/journals.ts'
import { SampleLife } from '../attacks/sample-life.ts'
import { SampleNode } from '../attacks/sample-node.ts'
import type { Random } from '../harness/random.ts'

export interface Sample {
  /** Both copies, after a kill. */
  readonly image: Image
  /** The same after a clean stop. */
  readonly stopped: Image
  /** What was there before, now and then. */
  readonly older: readonly Image[]
  /** Every record, without its newline. */
  readonly lines: readonly string[]
}

/** Batches between two looks at what is there. */
const lookEvery = 4

/** A ledger of at least so many bytes of records in each copy. */
export async function makeSample(random: Random, bytes: number): Promise<Sample> {
  const disk = new ImageDisk()
  const node = new SampleNode(smallJournal(disk), new MemoryArchive())
  await node.start()
  const life = new SampleLife(random)
  const older: Image[] = []
  for (let batch = 1; textBytes(disk.image()) < bytes; batch++) {
    await life.live(node)
    if (batch % lookEvery === 0) older.push(frozen(disk.image()))
  }
  const image = frozen(disk.image())
  await node.drain()
  const stopped = frozen(disk.image())
  return { image, stopped, older, lines: linesOf(image) }
}

/** With buffers of its own: those of a disk that lives on may change. The unfinished next segment is left out. */
function frozen(image: Image): Image {
  const files = [...image].filter(([path]) => !path.endsWith('.new'))
  return new Map(files.map(([path, bytes]) => [path, Buffer.from(bytes)]))
}

/** The bytes of one copy's segments, without their blank rests. */
function textBytes(image: Image): number {
  let bytes = 0
  for (const path of segmentPaths(image, main)) bytes += textLength(image.get(path))
  return bytes
}

export function textLength(bytes: Buffer | undefined): number {
  let end = bytes?.length ?? 0
  while (end > 0 && bytes?.[end - 1] === 0x20) end--
  return end
}

export function segmentPaths(image: Image, folder: string): string[] {
  return [...image.keys()].filter((path) => path.startsWith(`${folder}/`) && isSegment(path)).sort()
}

function linesOf(image: Image): string[] {
  const texts = segmentPaths(image, main).map((path) => image.get(path)?.toString().trimEnd() ?? '')
  return texts.join('\n').split('\n').slice(1)
}
