// Every bit of one copy of the journal, turned alone: repaired from the other copy, or found out where there is none.

import type { Witness } from '../../actors/state-storage/journal.ts'
import type { Image } from '../attacks/image-disk.ts'
import { main, mirror, witnessOf } from '../attacks/journals.ts'
import type { Tally } from '../attacks/summary.ts'
import { type Random, wholeNumber } from '../harness/random.ts'
import { JournalJudge, type Verdict } from './journal-judge.ts'
import { type Sample, segmentPaths } from './sample.ts'

export interface Bit {
  readonly path: string
  readonly byte: number
  readonly bit: number
}

/** Every bit of a copy. */
export function* bitsOf(image: Image, folder: string): Generator<Bit> {
  for (const path of segmentPaths(image, folder)) {
    const length = image.get(path)?.length ?? 0
    for (let byte = 0; byte < length; byte++) for (let bit = 0; bit < 8; bit++) yield { path, byte, bit }
  }
}

export function countOfBits(image: Image, folder: string): number {
  return segmentPaths(image, folder).reduce((sum, path) => sum + 8 * (image.get(path)?.length ?? 0), 0)
}

/** Some bits, by chance, of the same copy. */
export function someBits(image: Image, folder: string, count: number, random: Random): Bit[] {
  const paths = segmentPaths(image, folder)
  return Array.from({ length: count }, () => {
    const path = paths[wholeNumber(random, 0, paths.length - 1)] ?? ''
    return { path, byte: wholeNumber(random, 0, (image.get(path)?.length ?? 1) - 1), bit: wholeNumber(random, 0, 7) }
  })
}

/** Attacks with one bit after the other. */
export class BitAttack {
  readonly #image: Image
  readonly #judge: JournalJudge
  readonly #tally: Tally
  readonly #end: Witness

  constructor(sample: Sample, tally: Tally) {
    this.#image = sample.image
    this.#judge = new JournalJudge(sample)
    this.#tally = tally
    this.#end = witnessOf(sample.lines.at(-1) ?? '')
  }

  async turn(bit: Bit): Promise<void> {
    const damaged = turned(this.#image, bit)
    const name = () => `${bit.path}, byte ${bit.byte}, bit ${bit.bit}`
    await this.#tally.case('bits with a mirror', name, () => this.#expectRepair(damaged, bit))
    if (!bit.path.startsWith(`${main}/`)) return
    await this.#tally.case('bits of the only copy', name, () => this.#expectDetection(damaged, bit))
  }

  async #expectRepair(damaged: Image, { path }: Bit): Promise<void> {
    const { outcome, told, left } = await this.#judge.judge({ damaged, copies: 2, only: path })
    if (outcome !== 'whole') throw new Error(`it was ${outcome}: ${told.join('; ')}`)
    this.#judge.demandEqualCopies(left)
    if (told.length === 0) throw new Error('it was repaired and nobody told')
  }

  async #expectDetection(damaged: Image, { path, byte }: Bit): Promise<void> {
    const alone = withoutFolder(damaged, mirror)
    const verdict = await this.#judge.judge({ damaged: alone, copies: 1, only: path })
    const { outcome, told, left } = verdict
    if (told.length === 0) throw new Error('nobody was told')
    if (!told.some((text) => namesPlace(text, path))) throw new Error(`no file and place is named: ${told.join('; ')}`)
    if (outcome === 'whole') return this.#judge.demandEqualCopies(left, [main])
    if (outcome === 'cut') await this.#expectKept(alone, verdict, path, byte)
  }

  /** What was cut off is kept, and a witness of it does not let it be cut off. */
  async #expectKept(alone: Image, { left }: Verdict, path: string, byte: number): Promise<void> {
    const kept = [...left].find(([name]) => name.endsWith('.cut'))?.[1] ?? Buffer.alloc(0)
    const at = alone.get(path)?.indexOf(kept) ?? -1
    const isKept = at >= 0 && at <= byte && byte < at + kept.length
    if (!isKept) throw new Error('the bytes of the last record were not kept')
    const { outcome } = await this.#judge.judge({ damaged: alone, copies: 1, only: path, witness: this.#end })
    if (outcome !== 'refused') throw new Error('a record that the archive knows was cut off')
  }
}

export function turned(image: Image, { path, byte, bit }: Bit): Image {
  const bytes = Buffer.from(image.get(path) ?? [])
  bytes[byte] = (bytes[byte] ?? 0) ^ (1 << bit)
  return new Map(image).set(path, bytes)
}

export function withoutFolder(image: Image, folder: string): Image {
  return new Map([...image].filter(([path]) => !path.startsWith(`${folder}/`)))
}

/** The file and the offset of what is damaged, or the seq of what is missing. */
function namesPlace(text: string, path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1)
  return text.includes(name) || /\bseq \d+/.test(text)
}
