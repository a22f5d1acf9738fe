// npm run stress:power: records what the journal asks of a disk, and recovers from all that a power cut may leave of it.

import { Tally, tell } from '../attacks/summary.ts'
import { Findings } from '../checks/findings.ts'
import { runCommand } from '../harness/command.ts'
import { toggle, type Values, whole } from '../harness/flags.ts'
import { Progress } from '../harness/progress.ts'
import { type Random, randomFrom } from '../harness/random.ts'
import { temporaryFolder } from '../harness/server-process.ts'
import { powerCuts, recover } from '../power/power-cuts.ts'
import type { Believes } from '../power/power-model.ts'
import { type RecordedLife, recordLife } from '../power/recorded-life.ts'

const usage = `npm run stress:power -- [flags]

A node serves seeded commands on the real disk, with small segments, a clean stop, a death and new starts; every write,
sync, rename and answer is recorded. Then the power is cut at every moment: what no sync had promised is there or not,
sector by sector and name by name. From each state the journal must recover every answered record, and no other bytes.
The controls do not believe some kind of sync, and must lose something: else the harness sees nothing. The seed draws the commands and the
states; how the writes interleave is the machine's doing. Exit 0: all held; 1: one state did not, or the control did.`

const flags = {
  seed: whole('N', Math.floor(Math.random() * 2 ** 31), 'of the commands and of the states', 0),
  states: whole('N', 3_000, 'different states, about'),
  long: toggle('at least 100,000 states'),
  json: toggle('the summary as JSON'),
}

const longStates = 110_000
const [shortBatches, longBatches] = [6, 24]

async function power({ seed, states, long, json }: Values<typeof flags>): Promise<boolean> {
  const random = randomFrom(seed)
  const life = await recordLife(random, await temporaryFolder('power'), long ? longBatches : shortBatches)
  const wanted = long ? longStates : states
  const tally = new Tally(new Findings())
  await cutAll(life, wanted, random, tally)
  const losses = await controls(life, random, tally.findings)
  const details = { records: life.records.length, steps: life.trace.steps.length, kinds: tally.kinds, controls: losses }
  tell(json, tally.score('power', seed), details, tally.findings)
  return tally.all
}

async function cutAll(life: RecordedLife, wanted: number, random: Random, tally: Tally): Promise<void> {
  const statesEach = statesEachFor(life, wanted)
  const progress = new Progress('power cuts', wanted)
  for (const cut of powerCuts(life, { random, believes: () => true, statesEach })) {
    const goesOn = random() < 0.1
    await tally.case(
      goesOn ? 'recovered, and went on' : 'recovered',
      () => cut.name,
      () => recover(life, cut, goesOn),
    )
    progress.step()
  }
  progress.finish()
}

/** Moments with little in flight have few states; the others must make up for them. */
function statesEachFor(life: RecordedLife, wanted: number): number {
  for (let statesEach = 4; ; statesEach = Math.ceil(statesEach * 1.3)) {
    let count = 0
    for (const _ of powerCuts(life, { random: randomFrom(1), believes: () => true, statesEach })) count++
    if (count >= wanted || statesEach > wanted) return statesEach
  }
}

/** What is not believed in each; each must lose what was answered. */
const unbelieved: Readonly<Record<string, Believes>> = {
  'no sync at all': () => false,
  'no write that syncs': ({ type }) => type !== 'write',
  'no sync of a file': ({ type }) => type !== 'sync',
  'no sync of a folder': ({ type }) => type !== 'syncFolder',
}

async function controls(life: RecordedLife, random: Random, findings: Findings): Promise<Record<string, string>> {
  const told: Record<string, string> = {}
  for (const [name, believes] of Object.entries(unbelieved)) {
    const loss = await firstLoss(life, random, believes)
    if (loss === undefined) findings.add(`with ${name} nothing was lost: the harness would not see it`)
    told[name] = loss ?? 'lost nothing'
  }
  return told
}

async function firstLoss(life: RecordedLife, random: Random, believes: Believes): Promise<string | undefined> {
  let states = 0
  for (const cut of powerCuts(life, { random, believes, statesEach: 4 })) {
    if (cut.answered === 0) continue
    states++
    try {
      await recover(life, cut, false)
    } catch (error) {
      return `lost after ${states} states: ${(error as Error).message}`
    }
  }
  return undefined
}

await runCommand(usage, flags, power)
