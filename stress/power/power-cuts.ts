// Cuts the power at every moment of a recorded life and recovers from what may be left.

import { type Image, ImageDisk } from '../attacks/image-disk.ts'
import { smallJournal } from '../attacks/journals.ts'
import { type Random, wholeNumber } from '../harness/random.ts'
import { type Believes, PowerModel } from './power-model.ts'
import { type RecordedLife, tinySegments } from './recorded-life.ts'

export interface CutOptions {
  readonly random: Random
  readonly believes: Believes
  /** How many states are tried at each moment, at most. */
  readonly statesEach: number
}

export interface Cut {
  readonly name: string
  readonly image: () => Image
  /** The highest seq that had been answered. */
  readonly answered: number
}

/** Different states, moment by moment: all that are possible where they are few, else some by chance, and all and nothing. */
export function* powerCuts({ trace }: RecordedLife, { random, believes, statesEach }: CutOptions): Generator<Cut> {
  const model = new PowerModel(believes, random)
  const seen = new Set<string>()
  let answered = 0
  function* cutsAt(index: number): Generator<Cut> {
    for (const [number, happened] of subsets(model.open, statesEach, random).entries()) {
      const state = `${answered} ${model.markOf(happened)}`
      if (seen.has(state)) continue
      seen.add(state)
      yield { name: `before step ${index}, state ${number}`, image: () => model.image(happened), answered }
    }
  }
  for (const [index, step] of trace.steps.entries()) {
    // The moment before a change is the last one with these states: then the most has been answered.
    if (step.type === 'answered') answered = Math.max(answered, step.seq)
    else if (changesStates(step.type, step.operation.type)) yield* cutsAt(index)
    model.take(step)
  }
}

/** The begin of a sync changes nothing yet. */
function changesStates(step: 'begun' | 'ended', operation: string): boolean {
  return step === 'ended' || (operation !== 'sync' && operation !== 'syncFolder')
}

type Choice = (number: number) => boolean

function subsets(open: number, most: number, random: Random): Choice[] {
  if (2 ** open <= most) return Array.from({ length: 2 ** open }, (_, mask) => (number) => ((mask >> number) & 1) === 1)
  const masks = new Map<string, Choice>()
  const add = (mask: readonly boolean[]) => masks.set(mask.join(), (number) => mask[number] === true)
  add(Array.from({ length: open }, () => true))
  add(Array.from({ length: open }, () => false))
  for (let tries = 0; tries < 2 * most && masks.size < most; tries++) {
    const share = [0.1, 0.5, 0.9][wholeNumber(random, 0, 2)] ?? 0.5
    add(Array.from({ length: open }, () => random() < share))
  }
  return [...masks.values()]
}

/** Throws where an answered record is not there, or anything is there that was not written so. */
export async function recover(life: RecordedLife, { image, answered }: Cut, goesOn: boolean): Promise<void> {
  const { folder, mirror, records } = life
  const disk = new ImageDisk(image())
  const open = () => smallJournal(disk, { folder, mirror, ...tinySegments })
  const journal = open()
  const { head } = await journal.open()
  const found: string[] = []
  for await (const { line } of journal.read(0)) found.push(line)
  for (const [index, line] of found.entries()) {
    if (line !== records[index]?.line) throw new Error(`record ${index} reads as another than was written`)
  }
  const needed = records.findLastIndex(({ last }) => last <= answered) + 1
  if (found.length < needed) throw new Error(`${needed} records had been answered, ${found.length} are there`)
  if (!goesOn) return
  const time = head.time + 1
  const entry = {
    first: head.seq + 1,
    last: head.seq + 1,
    time,
    transactions: [{ seq: head.seq + 1, time }],
    writes: new Map(),
  }
  const { head: next } = await journal.append(entry)
  const again = await open().open()
  if (again.head.hash !== next.hash) throw new Error(`a record written after the recovery is gone after the next one`)
}
