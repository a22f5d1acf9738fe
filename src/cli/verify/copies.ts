// Walks along all copies of the journal at once and checks each line by itself, against the one before, and against the other copy.

import { join } from 'node:path'
import type { Head, Seq } from '../../../actors/state-storage/messages.ts'
import type { Disk } from '../../journal/disk.ts'
import { type Segment, segmentName, segmentsIn } from '../../journal/file/segment.ts'
import { follows, headOf, origin, readSeal, type Seal } from '../../journal/record.ts'
import type { Findings, Place } from './findings.ts'
import { openLines, type RawLine } from './raw-lines.ts'

/** A line whose hash is right, in one copy at least. */
export interface CheckedLine {
  readonly seal: Seal
  readonly bytes: Buffer
  readonly place: Place
  /** False where records before it are missing: what follows from them can't be told any more. */
  readonly linked: boolean
}

interface Copy {
  readonly path: string
  readonly lines: AsyncGenerator<RawLine> | undefined
  next: RawLine | undefined
}

interface Doubt {
  readonly place: Place
  readonly message: string
}

export class Copies {
  readonly #disk: Disk
  readonly #folders: readonly string[]
  readonly #findings: Findings
  /** Harmless if nothing follows: a crash may leave the last record in one copy only, or half of it. */
  #doubts: Doubt[] = []
  #head = origin
  /** The segments that were walked, for a second look. */
  readonly segments: Segment[] = []

  constructor(disk: Disk, folders: readonly string[], findings: Findings) {
    this.#disk = disk
    this.#folders = folders
    this.#findings = findings
  }

  /** The last line that was whole. */
  get head(): Head {
    return this.#head
  }

  async *walk(): AsyncGenerator<CheckedLine> {
    for (const first of await segmentsIn(this.#disk, this.#folders)) {
      this.segments.push({ first, start: this.#head })
      yield* this.#walkSegment(first)
    }
  }

  /** `known`: the last seq that somebody else (the archive, a clean stop) knows to have been acknowledged. */
  conclude(known: Seq): void {
    if (known >= this.#head.seq && this.#doubts.some(({ place }) => (place.seq ?? 0) <= known)) this.#refuse()
    for (const { place, message } of this.#doubts) {
      this.#findings.notices.push(
        `${place.file}, byte ${place.offset}: ${message}; a stop in the middle of a write leaves this, and the next start mends it`,
      )
    }
  }

  async *#walkSegment(first: Seq): AsyncGenerator<CheckedLine> {
    const copies = await Promise.all(this.#folders.map((folder) => this.#open(join(folder, segmentName(first)))))
    let isFirst = true
    for (;;) {
      const there = copies.flatMap(({ next }) => (next === undefined ? [] : [next.position]))
      if (there.length === 0) return
      const position = Math.min(...there)
      const here = copies.map(({ next }) => (next?.position === position ? next : undefined))
      const line = this.#judge(copies, here, position, isFirst)
      if (line !== undefined) {
        if (isFirst && line.seal.first !== first) this.#findings.add(line.place, `begins with seq ${line.seal.first}`)
        isFirst = false
        yield line
      }
      for (const [index, copy] of copies.entries()) if (here[index] !== undefined) await advance(copy)
    }
  }

  async #open(path: string): Promise<Copy> {
    const lines = await openLines(this.#disk, path)
    const copy: Copy = { path, lines, next: undefined }
    await advance(copy)
    return copy
  }

  #judge(copies: readonly Copy[], here: readonly (RawLine | undefined)[], position: number, isFirst: boolean) {
    const seals = here.map((line) => (line?.ended ? readSeal(line.bytes) : undefined))
    const inPlace = seals.findIndex((seal) => seal !== undefined && follows(seal, this.#head))
    const chosen = inPlace >= 0 ? inPlace : seals.findIndex((seal) => seal !== undefined)
    const [seal, bytes, copy] = [seals[chosen], here[chosen]?.bytes, copies[chosen]]
    if (seal === undefined || bytes === undefined || copy === undefined) return this.#doubt(copies, here)
    this.#refuse()
    const place = { file: copy.path, offset: position, seq: seal.first }
    const linked = this.#link(seal, place)
    copies.forEach(({ path, lines }, index) => {
      if (index === chosen || here[index]?.bytes.equals(bytes)) return
      this.#disagree({ ...place, file: path }, seals[index] !== undefined, lines === undefined, isFirst)
    })
    return { seal, bytes, place, linked }
  }

  #link(seal: Seal, place: Place): boolean {
    const { seq, hash, time } = this.#head
    const linked = follows(seal, this.#head)
    if (seal.version !== 1) this.#findings.add(place, `its format version ${seal.version} is unknown`)
    if (seal.first !== seq + 1) this.#findings.add(place, `does not follow seq ${seq}: seqs are missing or come twice`)
    if (seal.last < seal.first) this.#findings.add(place, 'ends before it begins')
    if (seal.prev !== hash) this.#findings.add(place, `is not linked to the record before it (seq ${seq})`)
    if (seal.time < time)
      this.#findings.add(place, `its time ${seal.time} is before ${time}, the time of the record before`)
    this.#head = headOf(seal)
    return linked
  }

  #disagree(place: Place, isWhole: boolean, isMissing: boolean, isFirst: boolean): void {
    if (isWhole) return this.#findings.add(place, 'holds another record than the other copy')
    if (!isMissing) this.#doubts.push({ place, message: 'does not hold the record that the other copy holds here' })
    else if (isFirst) this.#doubts.push({ place, message: 'is missing, and the other copy has it' })
  }

  /** No copy holds a whole record here. */
  #doubt(copies: readonly Copy[], here: readonly (RawLine | undefined)[]): undefined {
    here.forEach((line, index) => {
      if (line === undefined || isBlank(line)) return
      const place = { file: copies[index]?.path ?? '', offset: line.position, seq: this.#head.seq + 1 }
      this.#doubts.push({ place, message: 'is no whole record: its hash is wrong' })
    })
  }

  /** What was doubtful is damage, because a record came after it. */
  #refuse(): void {
    for (const { place, message } of this.#doubts) this.#findings.add(place, message)
    this.#doubts = []
  }
}

async function advance(copy: Copy): Promise<void> {
  const result = await copy.lines?.next()
  copy.next = result?.done === false ? result.value : undefined
}

/** Room that was taken ahead of need. */
function isBlank({ bytes, ended }: RawLine): boolean {
  return !ended && bytes.every((byte) => byte === 0x20)
}
