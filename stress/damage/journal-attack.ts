// All attacks on the journal, and what must come of each.

import type { Witness } from '../../actors/state-storage/journal.ts'
import { main, mirror, witnessOf } from '../attacks/journals.ts'
import type { Tally } from '../attacks/summary.ts'
import { Progress } from '../harness/progress.ts'
import { type Random, wholeNumber } from '../harness/random.ts'
import { BitAttack, bitsOf, countOfBits, someBits, turned, withoutFolder } from './journal-bits.ts'
import { JournalJudge } from './journal-judge.ts'
import {
  fileHarms,
  type Harm,
  harmed,
  mirrored,
  misplaced,
  oldCopies,
  sectorHarms,
  together,
  truncations,
} from './journal-shapes.ts'
import type { Sample } from './sample.ts'

export interface AttackOptions {
  readonly tally: Tally
  readonly random: Random
  /** Every case, not a sample of them. */
  readonly long: boolean
  /** Of each copy of the journal, where not all of them are. */
  readonly bits: number
}

const sampledHarms = 50

export async function attackJournal(sample: Sample, options: AttackOptions): Promise<void> {
  await attackBits(sample, options)
  const attack = new HarmAttack(sample, options.tally)
  const cases = harmCases(sample, attack, options)
  const progress = new Progress('files and sectors of the journal', cases.length)
  for (const run of cases) {
    await run()
    progress.step()
  }
  await attack.missingCopies()
  await attack.marks()
  progress.finish()
}

function harmCases(sample: Sample, attack: HarmAttack, options: AttackOptions): (() => Promise<void>)[] {
  const { image } = sample
  const { random } = options
  const some = (harms: Iterable<Harm>) => sampled([...harms], options)
  const ofOneCopy = (folder: string) =>
    [sectorHarms(image, folder, random), truncations(image, folder), fileHarms(sample, folder, random)].map(some)
  const oneOfTwo = [main, mirror].flatMap((folder) => [...ofOneCopy(folder).flat(), ...oldCopies(sample, folder)])
  const onlyCopy = ofOneCopy(main).flat()
  const others = [...sectorHarms(image, mirror, random)]
  const pairs = some(sectorHarms(image, main, random)).map((harm) => {
    return together(harm, others[wholeNumber(random, 0, others.length - 1)] ?? harm)
  })
  const both = [...[...onlyCopy, ...oldCopies(sample, main)].map(mirrored), ...pairs]
  return [
    ...oneOfTwo.map((harm) => () => attack.oneOfTwo(harm)),
    ...onlyCopy.map((harm) => () => attack.onlyCopy(harm)),
    ...both.map((harm) => () => attack.both(harm)),
  ]
}

async function attackBits(sample: Sample, { tally, random, long, bits }: AttackOptions): Promise<void> {
  const { image } = sample
  const attack = new BitAttack(sample, tally)
  const progress = new Progress('bits of the journal', long ? countOfBits(image, main) : bits)
  for (const bit of long ? bitsOf(image, main) : someBits(image, main, bits, random)) {
    await attack.turn(bit)
    progress.step()
  }
  for (const bit of someBits(image, mirror, Math.ceil(bits / 5), random)) await attack.turn(bit)
  progress.finish()
}

class HarmAttack {
  readonly #sample: Sample
  readonly #judge: JournalJudge
  readonly #tally: Tally
  readonly #witness: Witness

  constructor(sample: Sample, tally: Tally) {
    this.#sample = sample
    this.#judge = new JournalJudge(sample)
    this.#tally = tally
    this.#witness = witnessOf(sample.lines.at(-1) ?? '')
  }

  /** Repaired from the other copy, with the archive as a witness that nothing is missing. */
  async oneOfTwo(harm: Harm): Promise<void> {
    // A whole record in the place of another one: a person must say which of the copies is the truth.
    if (harm.kind === misplaced) return this.both(harm)
    await this.#case(harm.kind, harm, async () => {
      const damaged = harmed(this.#sample.image, harm)
      const { outcome, told, left } = await this.#judge.judge({ damaged, copies: 2, witness: this.#witness })
      if (outcome !== 'whole') throw new Error(`it was ${outcome}: ${told.join('; ')}`)
      this.#judge.demandEqualCopies(left)
    })
  }

  /** Whole, refused, or a torn last record was cut off and told; and with a witness not even that. */
  async onlyCopy(harm: Harm): Promise<void> {
    await this.#case(`${harm.kind}, of the only copy`, harm, async () => {
      const damaged = withoutFolder(harmed(this.#sample.image, harm), mirror)
      const { told } = await this.#wholeOrRefused({ damaged, copies: 1, witness: this.#witness })
      if (told.length > 0) return
      this.#judge.demandEqualCopies(damaged, [main]) // nobody was told: then nothing may have been damaged
    })
  }

  /** Whatever befell both copies: the witness proves every loss. */
  async both(harm: Harm): Promise<void> {
    await this.#case(harm.kind, harm, async () => {
      const damaged = harmed(this.#sample.image, harm)
      await this.#wholeOrRefused({ damaged, copies: 2, witness: this.#witness })
    })
  }

  /** An empty folder may be a disk that is not mounted: it is filled again only when told so. */
  async missingCopies(): Promise<void> {
    for (const folder of [main, mirror]) {
      const harm = { kind: 'copies missing', where: folder, changes: new Map() }
      await this.#case(harm.kind, harm, async () => {
        const damaged = withoutFolder(this.#sample.image, folder)
        const refused = await this.#judge.judge({ damaged, copies: 2 })
        if (refused.outcome !== 'refused') throw new Error('it was made anew unasked')
        const { outcome, left } = await this.#judge.judge({ damaged, copies: 2, rebuildMirror: true })
        if (outcome !== 'whole') throw new Error(`it was ${outcome}`)
        this.#judge.demandEqualCopies(left)
      })
    }
  }

  /** The mark of a clean stop only bears witness: with any of its bits turned, nothing is lost. */
  async marks(): Promise<void> {
    const { stopped } = this.#sample
    const [path, mark] = [...stopped].find(([name]) => name.startsWith(`${main}/clean-stop`)) ?? [
      'no mark',
      Buffer.alloc(1),
    ]
    for (let place = 0; place < 8 * mark.length; place++) {
      const bit = { path, byte: place >> 3, bit: place & 7 }
      await this.#tally.case(
        'bits of the mark of a stop',
        () => `bit ${place}`,
        async () => {
          const { outcome, told } = await this.#judge.judge({ damaged: turned(stopped, bit), copies: 2 })
          if (outcome !== 'whole') throw new Error(`it was ${outcome}: ${told.join('; ')}`)
        },
      )
    }
  }

  async #wholeOrRefused(trial: Parameters<JournalJudge['judge']>[0]) {
    const verdict = await this.#judge.judge(trial)
    if (verdict.outcome === 'cut') throw new Error('a record that the archive knows was cut off')
    return verdict
  }

  #case(kind: string, { where }: Harm, work: () => Promise<void>): Promise<void> {
    return this.#tally.case(kind, () => where, work)
  }
}

function sampled<Item>(items: readonly Item[], { random, long }: AttackOptions): readonly Item[] {
  if (long || items.length <= sampledHarms) return items
  return Array.from({ length: sampledHarms }, () => items[wholeNumber(random, 0, items.length - 1)] as Item)
}
