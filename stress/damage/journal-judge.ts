// What the journal makes of a damaged image: whole again, refused, or cut at its end. Anything else is a loss that nobody was told of.

import { JournalDamaged, type Witness } from '../../actors/state-storage/journal.ts'
import { type Image, ImageDisk } from '../attacks/image-disk.ts'
import { firstSeqOf, isSegment, main, mirror, smallJournal, witnessOf } from '../attacks/journals.ts'
import { type Sample, segmentPaths, textLength } from './sample.ts'

export interface Verdict {
  readonly outcome: 'whole' | 'refused' | 'cut'
  /** What the operator was told. */
  readonly told: readonly string[]
  /** What is on the disk afterwards. */
  readonly left: Image
}

export interface Trial {
  readonly damaged: Image
  readonly copies: 1 | 2
  readonly witness?: Witness | undefined
  readonly rebuildMirror?: boolean
  /** Read only the records of this segment: nothing else was damaged. */
  readonly only?: string
}

export class JournalJudge {
  readonly #lines: readonly string[]
  readonly #lineBySeq: ReadonlyMap<number, number>
  readonly #starts: readonly number[]
  readonly #original: Image

  constructor({ lines, image }: Sample) {
    this.#lines = lines
    this.#lineBySeq = new Map(lines.map((line, index) => [JSON.parse(line).seq[0] as number, index]))
    this.#starts = segmentPaths(image, main).map(firstSeqOf)
    this.#original = image
  }

  /** Throws where what is read is not what was written, or an operator would not learn what was lost. */
  async judge(trial: Trial): Promise<Verdict> {
    const { damaged, copies, witness, rebuildMirror = false } = trial
    const disk = new ImageDisk(damaged)
    const told: string[] = []
    const report = (notice: string) => void told.push(notice)
    const options = { preallocateBytes: 0, rebuildMirror, report, ...(copies === 1 && { mirror: undefined }) }
    const journal = smallJournal(disk, options)
    let opened = false
    try {
      const { head, notices } = await journal.open(witness)
      opened = true
      told.push(...notices)
      await this.#compare(journal, trial.only)
      const outcome = head.seq === this.#lastSeq ? 'whole' : this.#demandCut(head.seq, told)
      return { outcome, told, left: disk.image() }
    } catch (error) {
      if (!(error instanceof JournalDamaged)) throw error
      const left = disk.image()
      if (!opened) demandUntouched(damaged, left)
      return { outcome: 'refused', told: [error.message], left }
    }
  }

  /** Both copies hold what they held, but for blanks at their ends and what was kept of a cut. */
  demandEqualCopies(left: Image, folders: readonly string[] = [main, mirror]): void {
    for (const [path, bytes] of this.#original) {
      if (!folders.some((folder) => path.startsWith(`${folder}/`)) || !isSegment(path)) continue
      const now = left.get(path)
      if (now !== bytes && !isSameText(now, bytes)) throw new Error(`${path} is not as it was before the damage`)
    }
    const strangers = [...left.keys()].filter((path) => isSegment(path) && !this.#original.has(path))
    if (strangers.length > 0) throw new Error(`there are new files: ${strangers.join(', ')}`)
  }

  async #compare(journal: ReturnType<typeof smallJournal>, only: string | undefined): Promise<void> {
    const first = only === undefined ? 1 : Math.max(1, firstSeqOf(only))
    const next = only === undefined ? undefined : this.#starts.find((start) => start > first)
    let index = this.#lineBySeq.get(first) ?? this.#lines.length
    for await (const { line, last } of journal.read(first - 1)) {
      if (line !== this.#lines[index]) throw new Error(`seq ${last} reads as another record than was written`)
      index++
      if (next !== undefined && last + 1 >= next) return
    }
    if (index < this.#lines.length - 1) throw new Error(`records ${index} to ${this.#lines.length} were silently lost`)
  }

  /** Only the last record, which may never have been acknowledged. */
  #demandCut(seq: number, told: readonly string[]): 'cut' {
    const before = this.#lines.at(-2)
    if (seq !== (before === undefined ? 0 : witnessOf(before).seq))
      throw new Error(`the journal ends at seq ${seq} now`)
    if (told.length === 0) throw new Error(`the record after seq ${seq} was cut off and nobody told`)
    return 'cut'
  }

  get #lastSeq(): number {
    return witnessOf(this.#lines.at(-1) ?? '{"seq":[0,0]}').seq
  }
}

function isSameText(now: Buffer | undefined, then: Buffer): boolean {
  if (now === undefined) return false
  const length = textLength(then)
  return length === textLength(now) && now.subarray(0, length).equals(then.subarray(0, length))
}

function demandUntouched(before: Image, after: Image): void {
  for (const [path, bytes] of before) if (after.get(path) !== bytes) throw new Error(`refused, yet ${path} was changed`)
  if (after.size !== before.size) throw new Error('refused, yet files were made')
}
