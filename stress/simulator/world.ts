// One world from its seed to its end: a server, its disk, its clients and its weather, on one virtual clock.

import type { Journal } from '../../actors/state-storage/journal.ts'
import type { Disk } from '../../src/journal/disk.ts'
import { type Random, randomFrom, wholeNumber } from '../harness/random.ts'
import { Answers } from './audit/answers.ts'
import { Auditor } from './audit/auditor.ts'
import { checkRecovered } from './audit/recovery-check.ts'
import { demand, Wrong } from './audit/tape.ts'
import { Client, crashOne } from './clients/client.ts'
import { Knowledge } from './clients/knowledge.ts'
import { Network } from './clients/network.ts'
import type { Climate } from './climate.ts'
import { Durability } from './disk/durability.ts'
import { SimulatedDisk } from './disk/simulated-disk.ts'
import { ArchiveStore } from './node/archive-store.ts'
import { folders, Process } from './node/process.ts'
import { WatchedJournal } from './node/watched-journal.ts'
import { type Owner, Scheduler } from './time/scheduler.ts'
import { Trace } from './time/trace.ts'
import { Weather } from './weather.ts'

/** Everybody and everything that outlives a process. */
const outside: Owner = { gone: false }

/** A bug, put between the node and what is outside: the journal, or the disk. */
export interface Tamper {
  readonly journal?: (journal: Journal) => Journal
  readonly disk?: (disk: Disk) => Disk
}

/** Starts one after another that may fail before that is a finding: a disk that is broken for good heals before. */
const failedStartsAtMost = 500

export class World {
  readonly climate: Climate
  readonly trace: Trace
  readonly scheduler: Scheduler
  readonly auditor = new Auditor()
  readonly weather: Weather
  readonly knowledge: Knowledge
  readonly clients: readonly Client[]
  process: Process
  starts = 0
  wrong: Error | undefined
  readonly #random: { readonly [Name in 'disk' | 'archive' | 'start']: Random }
  readonly #tamper: Tamper
  readonly #disk = new SimulatedDisk()
  readonly #durability = new Durability(this.#disk)
  readonly #archive = new ArchiveStore((seq, line) => this.auditor.tape.factsIn(seq, line))
  readonly #answers = new Answers(this.auditor)
  readonly #network: Network
  readonly #pending = { entry: undefined }
  #isOpen = false
  #failedStarts = 0
  /** Milliseconds by which the computer's clock is wrong. */
  #clockWrongBy = 0

  constructor(climate: Climate, print?: (line: string) => void, tamper: Tamper = {}) {
    const stream = (number: number) => randomFrom(climate.seed * 31 + number)
    this.climate = climate
    this.#tamper = tamper
    this.trace = new Trace(print)
    this.scheduler = new Scheduler(stream(1), this.trace)
    this.#random = { disk: stream(3), archive: stream(4), start: stream(5) }
    this.weather = new Weather(stream(6), climate, this.#victim(), () => this.scheduler.now)
    this.#network = new Network({
      ...{ scheduler: this.scheduler, trace: this.trace, random: stream(2), server: () => this.process },
      cable: this.weather.cable,
      check: (question, answer) => this.guard(() => this.#answers.check(question, answer)),
    })
    this.knowledge = new Knowledge(this.auditor, climate)
    this.clients = Array.from({ length: climate.clients }, (_, number) => this.#client(number, stream(100 + number)))
    this.process = this.#start()
    for (const client of this.clients) client.start()
    this.#nextEvil()
  }

  /** Whether the server serves. */
  get isOpen(): boolean {
    return this.#isOpen && !this.process.gone && this.process.node.status() === 'open'
  }

  /** Runs until `isOver`. Throws what was found wrong. */
  async run(isOver: () => boolean): Promise<void> {
    await this.scheduler.run(() => this.wrong !== undefined || isOver())
    if (this.wrong !== undefined) throw this.wrong
  }

  /** For the end: a process that starts on what the last one has left. */
  startAgain(): void {
    this.process.gone = true
    this.#isOpen = false
    this.process = this.#start()
  }

  /** Whatever is thrown by what the world itself does is a finding. */
  guard(action: () => void): void {
    try {
      action()
    } catch (error) {
      this.wrong ??= error as Error
    }
  }

  #victim() {
    return {
      disk: this.#disk,
      folders,
      crash: (how: 'kill' | 'power') => this.#crash(how),
      deleteArchive: () => this.#archive.delete(),
      // It may be asked for in the midst of something else.
      drain: () => this.scheduler.after(0, 'drain', outside, () => this.#drain()),
      crashClient: (random: Random) => crashOne(this.clients, random),
      setClock: (wrongBy: number) => {
        this.trace.note(`clock: ${wrongBy}`)
        this.#clockWrongBy = wrongBy
      },
    }
  }

  #nextEvil(): void {
    const delay = this.weather.next()
    if (delay === undefined) return
    this.scheduler.after(delay, 'evil', outside, () => {
      this.weather.strike()
      this.#nextEvil()
    })
  }

  #client(number: number, random: Random): Client {
    return new Client(number, random, this.climate, this.knowledge, {
      later: (delay, label, action, owner = outside) => this.scheduler.after(delay, label, owner, action),
      send: (asked, told) => this.#network.send(asked, told),
      floor: () => this.#answers.highest,
    })
  }

  #start(): Process {
    this.starts += 1
    const { disk: tamperDisk = same, journal: tamperJournal = same } = this.#tamper
    const process = new Process({
      climate: this.climate,
      scheduler: this.scheduler,
      trace: this.trace,
      archive: this.#archive,
      archivePace: () => this.#archivePace(),
      clockWrongBy: () => this.#clockWrongBy,
      randomLedgerId: () =>
        wholeNumber(this.#random.start, 0, 2 ** 31)
          .toString(16)
          .padStart(32, '0'),
      diskFor: (owner) => tamperDisk(this.#disk.portFor(owner, this.scheduler, (each) => this.weather.judge(each))),
      watch: (journal) =>
        new WatchedJournal(
          tamperJournal(journal),
          this.#watch(() => process.gone),
          this.#pending,
        ),
    })
    this.process = process
    process.node.start().then(
      (recovered) => {
        if (process.gone) return
        this.guard(() => checkRecovered(recovered, this.auditor.tape))
        this.trace.note(`open at ${recovered.head.seq}`)
        this.#isOpen = true
        this.#failedStarts = 0
        process.node.onFailure((error) => this.#ended(process, error))
      },
      (error) => this.#ended(process, error),
    )
    return process
  }

  #watch(isOver: () => boolean) {
    const { tape } = this.auditor
    const trusted = this.#trusted()
    return {
      tape,
      isOver,
      isDurable: (line: string) => trusted.every((folder) => this.#durability.holds(folder, line)),
      told: (line: string) => this.trace.note(`durable ${line.slice(-67)}`),
    }
  }

  /** Folders on disks that do not lie. */
  #trusted(): readonly string[] {
    const lies = (['lost', 'misdirected', 'rot'] as const).some((evil) => this.climate.evils.includes(evil))
    return folders.filter((_, copy) => !lies || copy !== this.climate.suspect)
  }

  #archivePace(): number {
    const isSlow = this.#random.archive() < 0.02
    return wholeNumber(this.#random.archive, 1_000, isSlow ? 5e6 : 40_000)
  }

  /** The end of a process. `power`: of what was not synced, the disk keeps what it likes. */
  #crash(how: 'kill' | 'power'): void {
    this.trace.note(`crash: ${how}`)
    if (how === 'power') {
      const random = this.#random.disk
      const dice = random()
      // Nothing, all, or each part by itself.
      this.#disk.cutPower(() => (dice < 0.2 ? false : dice < 0.3 || random() < dice))
      this.#archive.cutPower(random)
    }
    if (this.process.gone) return
    this.#end()
  }

  /** Somebody restarts the server in good order; it may crash meanwhile. */
  #drain(): void {
    const { process } = this
    if (!this.isOpen) return
    process.node.drain().then(
      () => {
        if (!process.gone) this.#end()
      },
      (error) => this.#ended(process, error),
    )
  }

  /** The next process starts by itself: ever later, as long as none comes to serve. */
  #end(): void {
    this.process.gone = true
    this.#isOpen = false
    const pause = wholeNumber(this.#random.start, 1_000, 2e6) * 2 ** Math.min(this.#failedStarts, 3)
    this.scheduler.after(pause, 'start', outside, () => this.#start())
  }

  #ended(process: Process, error: unknown): void {
    if (process.gone) return
    this.trace.note(`ended: ${error}`)
    this.guard(() => {
      if (error instanceof Wrong) throw error
      const { code } = error as NodeJS.ErrnoException
      demand(code === 'EIO' || code === 'ENOSPC', () => `the server ended: ${(error as Error)?.stack ?? error}`)
      this.#failedStarts += 1
      demand(this.#failedStarts < failedStartsAtMost, () => `it does not start any more: ${error}`)
    })
    this.#crash('kill')
  }
}

function same<Value>(value: Value): Value {
  return value
}
