// The evils as they come: each at its time, some at once, some lying in wait for the next operation that they fit.

import { dirname } from 'node:path'
import { type Random, wholeNumber } from '../harness/random.ts'
import { Cable, type Mishap } from './clients/cable.ts'
import { type Climate, type Evil, exponential, pick } from './climate.ts'
import type { SimulatedDisk } from './disk/simulated-disk.ts'
import { ioError, type Operation, type Verdict } from './disk/verdict.ts'

export interface Victim {
  readonly disk: SimulatedDisk
  /** The folders of the copies. */
  readonly folders: readonly [string, string]
  crash(how: 'kill' | 'power'): void
  deleteArchive(): void
  drain(): void
  /** One of those that wait for an answer. False if nobody does. */
  crashClient(random: Random): boolean
  /** Sets the computer's clock wrong by so many milliseconds. */
  setClock(wrongBy: number): void
}

const reading = new Set(['size', 'read', 'openToRead', 'list', 'freeBytes', 'close'])
const writing = new Set(['write', 'writeAndSync', 'create'])

/** Microseconds that an operation takes, at least and at most. */
function pace(name: Operation['name']): readonly [number, number] {
  if (name === 'sync' || name === 'writeAndSync' || name === 'syncFolder') return [300, 3_000]
  return reading.has(name) ? [10, 100] : [30, 300]
}

/** Waits for the operation that it fits. */
interface Ambush {
  readonly evil: Evil
  /** How many more that it fits it lets pass. */
  operations: number
  /** The second half of an evil that has come already. */
  readonly isSecond: boolean
}

/** They befall one operation. */
const single = new Set<Evil>(['eio', 'enospc', 'lost', 'misdirected'])

/** They mostly end the process. All others come three times as often: most of what goes wrong in a year ends none. */
const deadly = new Set<Evil>(['kill', 'power', 'recovery', 'drain', 'eio', 'broken', 'enospc', 'archive'])

/** Seconds. A server that starts more than 60 behind its last record refuses to. */
const clockWrongBy = 25

/** How much of what could come at any time comes when the server is at work: an idle one has not much to lose. */
const lurking = 0.7

export class Weather {
  readonly #random: Random
  readonly #climate: Climate
  readonly #likely: readonly Evil[]
  readonly #victim: Victim
  readonly #now: () => number
  #ambushes: Ambush[] = []
  #broken: { readonly folder: string; readonly until: number } | undefined
  #slowUntil = 0
  #fullUntil = 0
  #isOver = false
  readonly cable: Cable
  /** How many evils of each kind have come. */
  readonly came = new Map<Evil, number>()

  constructor(random: Random, climate: Climate, victim: Victim, now: () => number) {
    this.#random = random
    this.#climate = climate
    this.#victim = victim
    this.#now = now
    this.#likely = climate.evils.flatMap((evil) => (deadly.has(evil) ? [evil] : [evil, evil, evil]))
    this.cable = new Cable(random, now, (mishap) => this.#count(mishap))
  }

  /** How many evils have come. */
  get count(): number {
    return [...this.came.values()].reduce((sum, count) => sum + count, 0)
  }

  /** Microseconds until the next evil; undefined if there is none in this climate. */
  next(): number | undefined {
    return this.#climate.evils.length === 0 || this.#isOver
      ? undefined
      : exponential(this.#random, this.#climate.calm * 1e6)
  }

  strike(): void {
    const [first, ...others] = this.#likely
    if (first === undefined || this.#isOver) return
    const evil = pick(this.#random, [first, ...others])
    if (isMishap(evil)) this.cable.befall(evil)
    else if (single.has(evil) || this.#random() < lurking) this.#lieInWait(evil, false)
    else this.#strike(evil)
  }

  /** Soon after the server begins to work, or in the midst of it. */
  #lieInWait(evil: Evil, isSecond: boolean): void {
    const most = pick(this.#random, [3, 12, 40])
    this.#ambushes.push({ evil, operations: wholeNumber(this.#random, 0, most), isSecond })
  }

  /** Nothing evil comes any more. */
  heal(): void {
    this.#isOver = true
    this.#ambushes = []
    this.#broken = undefined
    this.#slowUntil = 0
    this.#fullUntil = 0
    this.#victim.disk.free = Number.MAX_SAFE_INTEGER
    this.cable.heal()
  }

  judge(operation: Operation): Verdict {
    if (this.#fullUntil !== 0 && this.#now() > this.#fullUntil) this.#victim.disk.free = Number.MAX_SAFE_INTEGER
    const [least, most] = pace(operation.name)
    const factor = this.#now() < this.#slowUntil ? 2_000 : 1
    const isAtOnce = factor === 1 && !this.#climate.slowReads && reading.has(operation.name)
    const verdict = { delay: isAtOnce ? 0 : wholeNumber(this.#random, least, most) * factor }
    if (this.#isBroken(operation)) return { ...verdict, error: ioError('EIO', operation) }
    const ambush = this.#ambushes.find(({ evil }) => this.#fits(evil, operation))
    if (ambush === undefined || ambush.operations-- > 0) return verdict
    this.#ambushes = this.#ambushes.filter((other) => other !== ambush)
    return this.#spring(ambush, operation, verdict)
  }

  #count(evil: Evil): void {
    this.came.set(evil, 1 + (this.came.get(evil) ?? 0))
  }

  #strike(evil: Evil): void {
    if (evil === 'client') return this.#victim.crashClient(this.#random) ? this.#count(evil) : undefined
    this.#count(evil)
    const { crash, disk } = this.#victim
    const random = this.#random
    const until = (least: number, most: number) => this.#now() + wholeNumber(random, least, most) * 1e6
    switch (evil) {
      case 'kill':
      case 'power':
        return crash.call(this.#victim, evil)
      case 'drain':
        return this.#victim.drain()
      case 'archive':
        this.#victim.deleteArchive()
        return crash.call(this.#victim, 'kill')
      case 'slow':
        this.#slowUntil = until(1, 10)
        return
      case 'full':
        this.#fullUntil = until(2, 20)
        disk.free = wholeNumber(random, 0, 1_000)
        return
      case 'broken':
        this.#broken = { folder: pick(random, this.#victim.folders), until: until(1, 10) }
        return
      case 'rot':
        return this.#rot()
      case 'clock':
        return this.#victim.setClock(1_000 * wholeNumber(random, -clockWrongBy, clockWrongBy))
      case 'recovery':
        this.#lieInWait(evil, true)
        return crash.call(this.#victim, random() < 0.5 ? 'kill' : 'power')
    }
  }

  #fits(evil: Evil, { name, path }: Operation): boolean {
    const isSuspect = this.#isIn(path, this.#victim.folders[this.#climate.suspect])
    if (evil === 'lost' || evil === 'misdirected') return isSuspect && (name === 'write' || name === 'writeAndSync')
    if (evil === 'enospc') return writing.has(name)
    // A copy that can't be read is as good as a damaged one.
    if (evil === 'eio') return isSuspect || !reading.has(name)
    return true
  }

  #spring({ evil, isSecond }: Ambush, operation: Operation, verdict: Verdict): Verdict {
    if (isSecond) this.#victim.crash(this.#random() < 0.5 ? 'kill' : 'power')
    else if (single.has(evil)) return this.#befall(evil, operation, verdict)
    else this.#strike(evil)
    return verdict
  }

  #befall(evil: Evil, operation: Operation, verdict: Verdict): Verdict {
    this.#count(evil)
    if (evil === 'eio') return { ...verdict, error: ioError('EIO', operation) }
    if (evil === 'enospc') return { ...verdict, error: ioError('ENOSPC', operation) }
    if (evil === 'lost') return { ...verdict, lost: true }
    return { ...verdict, beside: 512 * pick(this.#random, [-4, -3, -2, -1, 1, 2, 3, 4]) }
  }

  #isBroken({ name, path }: Operation): boolean {
    if (this.#broken === undefined || reading.has(name)) return false
    return this.#now() < this.#broken.until && this.#isIn(path, this.#broken.folder)
  }

  #isIn(path: string, folder: string): boolean {
    return path === folder || dirname(path) === folder
  }

  /** One bit, anywhere in a segment of the suspect copy. */
  #rot(): void {
    const folder = this.#victim.folders[this.#climate.suspect]
    const [first, ...others] = this.#victim.disk.names.pathsIn(folder).filter((path) => path.endsWith('.jsonl'))
    if (first === undefined) return
    const bit = wholeNumber(this.#random, 0, 7)
    const place = this.#random()
    this.#victim.disk.names.get(pick(this.#random, [first, ...others]))?.damage((bytes) => {
      const at = Math.floor(place * bytes.length)
      bytes[at] = (bytes[at] ?? 0) ^ (1 << bit)
    })
  }
}

function isMishap(evil: Evil): evil is Mishap {
  return evil === 'cut' || evil === 'twice' || evil === 'unheard'
}
