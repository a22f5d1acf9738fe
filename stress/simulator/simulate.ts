// The three phases of a world: evil things happen, then all is healed, then everything must come to its end.

import { checkConservation } from './audit/recovery-check.ts'
import { demand, Wrong } from './audit/tape.ts'
import type { Climate, Evil } from './climate.ts'
import { type Tamper, World } from './world.ts'

export interface Outcome {
  readonly seed: number
  /** What was found; undefined if nothing was. */
  readonly wrong: string | undefined
  readonly hash: string
  readonly seconds: number
  readonly commands: number
  readonly transfers: number
  readonly records: number
  readonly evils: number
  /** How many of each kind have come. */
  readonly came: ReadonlyMap<Evil, number>
  readonly starts: number
  readonly events: number
}

/** Simulated seconds in which everything must have come to its end once all is healed; holds last up to two minutes. */
const patience = 400

/** Of so many lines one is looked at once more at the end. */
const sampled = 8

/** `print` is told all that happens; `tamper` puts a bug into each process, for the harness to prove itself on. */
export async function simulate(climate: Climate, print?: (line: string) => void, tamper?: Tamper): Promise<Outcome> {
  const world = new World(climate, print, tamper)
  let wrong: string | undefined
  try {
    await survive(world)
    await comeToRest(world)
    await reopen(world)
  } catch (error) {
    wrong = error instanceof Wrong ? error.message : ((error as Error).stack ?? `${error}`)
  }
  const { scheduler, knowledge, auditor, weather, starts } = world
  return {
    seed: climate.seed,
    wrong,
    hash: world.trace.digest(),
    seconds: scheduler.now / 1e6,
    commands: knowledge.sent,
    transfers: auditor.tape.transfers,
    records: auditor.tape.lines.length,
    evils: weather.count,
    came: weather.came,
    starts,
    events: scheduler.events,
  }
}

async function survive(world: World): Promise<void> {
  const { climate, scheduler, knowledge } = world
  const end = climate.minutes * 60e6
  const isDrawn = () => climate.evils.length === 0 && knowledge.isOver
  await world.run(() => scheduler.now >= end || isDrawn())
}

/** Liveness: every question is answered, every hold that is due has ended, and the server drains. */
async function comeToRest(world: World): Promise<void> {
  const { scheduler, knowledge, weather, auditor, clients } = world
  weather.heal()
  knowledge.end()
  const end = scheduler.now + patience * 1e6
  const isResting = () => {
    if (!world.isOpen || clients.some(({ waiting }) => waiting > 0)) return false
    auditor.auditThrough(auditor.tape.seq)
    return auditor.ledger.expiring === 0
  }
  let rests = false
  await world.run(() => {
    rests = isResting()
    return rests || scheduler.now > end
  })
  const waiting = clients.reduce((sum, client) => sum + client.waiting, 0)
  demand(
    rests,
    () => `${patience} s after all was healed it is not at rest: open ${world.isOpen}, ${waiting} unanswered`,
  )
  await settled(world, world.process.node.drain())
}

/** A last start on what is left: it finds nothing to repair, and every record from the first to the last. */
async function reopen(world: World): Promise<void> {
  const { tape } = world.auditor
  world.startAgain()
  await world.run(() => world.isOpen)
  await settled(world, readAll(world))
  world.auditor.auditThrough(tape.seq)
  // A sample, another one in each world: a server that changes facts does so in many.
  tape.checkUnchanged(world.climate.seed % sampled, sampled)
  checkConservation(tape)
}

async function readAll({ process, auditor: { tape } }: World): Promise<void> {
  let count = 0
  // Only looked at: each start has replayed some of them, and taking all of them apart again would cost as much as they did.
  for await (const bytes of process.lines(0, tape.seq)) {
    const [line, known] = [Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString(), tape.lines[count]]
    demand(line === known, () => `record ${count} was ${known}, but reads as ${line}`)
    count += 1
  }
  demand(count === tape.lines.length, () => `the journal reads as ${count} records, not ${tape.lines.length}`)
}

/** Lets the world go on until the work is done. */
async function settled(world: World, work: Promise<void>): Promise<void> {
  let isDone = false
  work.then(
    () => {
      isDone = true
    },
    (error) =>
      world.guard(() => {
        throw error
      }),
  )
  await world.run(() => isDone)
  demand(isDone, () => 'nothing happens any more, but not all is done')
}
