// A world so small that all of it can be tried: five commands, every moment of a crash, everything a disk may keep of it.

import type { Command } from '../commands/command.ts'
import { Answers } from './audit/answers.ts'
import { Auditor } from './audit/auditor.ts'
import { checkRecovered } from './audit/recovery-check.ts'
import { demand } from './audit/tape.ts'
import { requestOf } from './clients/requests.ts'
import type { Climate } from './climate.ts'
import { Durability } from './disk/durability.ts'
import { SimulatedDisk } from './disk/simulated-disk.ts'
import { ArchiveStore } from './node/archive-store.ts'
import { folders, Process } from './node/process.ts'
import { WatchedJournal } from './node/watched-journal.ts'
import { Scheduler } from './time/scheduler.ts'
import { Trace } from './time/trace.ts'

const asset = 'UNIT'
const postings = [{ from: 'a', to: 'b', amount: '17', asset }]
export const workload: readonly Command[] = [
  { kind: 'transfer', key: '1', body: { postings } },
  { kind: 'transfer', key: '2', body: { id: 'hold', postings, pending: true } },
  { kind: 'post', key: '3', transfer: 'hold', body: { amount: '10' } },
  { kind: 'batch', key: '4', body: { mode: 'atomic', items: [{ postings }, { id: 'item', postings }] } },
  { kind: 'reverse', key: '5', transfer: 'item', body: {} },
]

const climate: Climate = {
  seed: 1,
  minutes: 1,
  clients: 1,
  pause: 1,
  bulks: 0,
  bulk: 0,
  batch: 1,
  crowds: 0,
  crowd: 0,
  calm: 1,
  evils: [],
  suspect: 0,
  segmentBytes: 2_048,
  preallocateBytes: 1_024,
  checkpointEvery: 3,
  archiveLag: 1_000,
  queuedRequests: 10,
  batchRequests: 10,
  batchBytes: 20_000,
  swarms: 0,
  hashBits: 64,
  slowReads: true,
  commands: 5,
}

/** What outlives a process. */
export interface Remains {
  readonly disk: SimulatedDisk
  readonly archive: ArchiveStore
  readonly auditor: Auditor
  readonly pending: { entry: undefined }
}

export function nothing(): Remains {
  return {
    disk: new SimulatedDisk(),
    archive: new ArchiveStore(),
    auditor: new Auditor(),
    pending: { entry: undefined },
  }
}

/**
 * Starts a server on what is left and sends it the commands one after another, until its operation on the disk with the
 * number `last` would begin: then it is gone. Answers whether it came to that. Throws Wrong.
 */
export async function live(remains: Remains, commands: readonly Command[], last: number): Promise<boolean> {
  const { disk, archive, auditor, pending } = remains
  const scheduler = new Scheduler(() => 0, new Trace())
  const durability = new Durability(disk)
  let wrong: unknown
  let begun = 0
  let answered = 0
  const judge = () => {
    if (begun++ === last) process.gone = true
    return { delay: 10 }
  }
  const watch = {
    tape: auditor.tape,
    isOver: () => process.gone,
    isDurable: (line: string) => folders.every((folder) => durability.holds(folder, line)),
    told: () => {},
  }
  const process: Process = new Process({
    climate,
    scheduler,
    trace: new Trace(),
    archive,
    archivePace: () => 25,
    clockWrongBy: () => 0,
    randomLedgerId: () => '7'.padStart(32, '0'),
    diskFor: (owner) => disk.portFor(owner, scheduler, judge),
    watch: (journal) => new WatchedJournal(journal, watch, pending),
  })
  const failed = (error: unknown) => {
    wrong ??= process.gone ? undefined : error
  }
  const answers = new Answers(auditor)
  const ask = (number: number) => {
    const command = commands[number]
    if (command === undefined) return
    auditor.expect(command)
    const send = (answer: Parameters<Answers['check']>[1]) => {
      if (process.gone) return
      answers.check({ command, isDryRun: false, floor: 0 }, answer)
      answered += 1
      ask(number + 1)
    }
    process.node.virtualMachine.send({ ...requestOf(command, 'request', false), replyTo: { send } } as never)
  }
  process.node
    .start()
    .then((recovered) => {
      if (process.gone) return
      checkRecovered(recovered, auditor.tape)
      process.node.onFailure(failed)
      ask(0)
    })
    .catch(failed)
  await scheduler.run(() => wrong !== undefined || process.gone || answered === commands.length)
  if (wrong !== undefined) throw wrong
  demand(process.gone || answered === commands.length, () => `${answered} answers, and nothing happens any more`)
  const isCrash = process.gone
  process.gone = true
  return isCrash
}
