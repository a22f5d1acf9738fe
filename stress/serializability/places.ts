// Puts calls on the line of seqs: writes at their own seq, all others behind the one that they saw.

import type { Command, TransferAsked } from '../commands/command.ts'
import { idOf, isIdOfOther, isNotKept, keyName, nameOf, namesOf, ownSeq } from './claims/names.ts'
import type { Filler } from './gaps.ts'
import { type Call, described, isFailure, isRead, type Part, type Told } from './history.ts'
import { type Floor, floorsOf } from './real-time.ts'
import type { Violations } from './violations.ts'

/** A write that took a seq; of an independent batch, one of its items. */
export interface Deed {
  readonly seq: number
  readonly call: Call
  readonly command: Command
  readonly parts: readonly Part[]
  /** Who told of it: its own answer; a replay, when that one never came; or it only told again, under a new key, what was done. */
  readonly source: 'answer' | 'replay' | 'repeat'
}

/** A write whose fate nobody was told. */
export interface Lost extends Filler {
  readonly command: Command
}

interface Asker {
  /** What had been told when it was asked first. */
  readonly floor: Floor
  isTold: boolean
  isLost: boolean
  /** Whether an answer of its own, and no replay, told what became of it. */
  isPlaced: boolean
  /** The replay that saw least: it may be the one that took the seq. */
  first: Call | undefined
  readonly command: Command
}

export class Places {
  readonly deeds = new Map<number, Deed>()
  /** Answers that took no seq: reads, replays, refusals that are not kept. */
  readonly unplaced: Call[] = []
  readonly fillers: Filler[] = []
  readonly lost: Lost[] = []
  /** The highest seq that any answer told. */
  head: number
  readonly #start: number
  readonly #askers = new Map<string, Asker>()
  readonly #filled = new Set<string>()
  /** `key …` and `id …` of calls that never got an answer which tells when they were taken. */
  readonly lostNames = new Set<string>()
  /** By id, requests whose answers were lost. */
  readonly #timesLost = new Map<string, number>()
  readonly #isTakenBefore: (name: string) => boolean
  readonly #violations: Violations

  /** `start` is the seq that all of them come after; `isTakenBefore` tells of names `key …` that were taken until then. */
  constructor(calls: readonly Call[], start: number, isTakenBefore: (name: string) => boolean, violations: Violations) {
    this.#isTakenBefore = isTakenBefore
    this.#start = start
    this.head = start
    this.#violations = violations
    const floors = floorsOf(calls, start)
    const order = calls.map((call, index) => [call, floors[index] as Floor] as const)
    order.sort(([one], [other]) => one.invoked - other.invoked)
    for (const [call, floor] of order) this.#meet(call, floor)
    for (const [call, floor] of order) if (call.told?.replayed === false) this.#place(call, call.told, floor)
    for (const [call] of order) if (call.told?.replayed) this.#meetReplay(call, call.told)
    for (const [name, asker] of this.#askers) this.#placeReplay(name, asker)
    for (const asker of this.#askers.values()) if (asker.isLost && !asker.isTold) this.#lose(asker)
  }

  #meet(call: Call, floor: Floor): void {
    const { asked, told } = call
    if (told !== undefined) {
      this.head = Math.max(this.head, told.ledgerSeq)
      this.#violations.demand(told.ledgerSeq >= floor.seq, 'real-time', () => `${described(call)} ${before(floor)}`)
    }
    if (isRead(asked)) return
    const name = nameOf(asked) ?? `unnamed ${this.#askers.size}`
    const asker = this.#askers.get(name) ?? {
      floor,
      isTold: false,
      isLost: false,
      isPlaced: false,
      first: undefined,
      command: asked,
    }
    this.#askers.set(name, asker)
    if (told === undefined) {
      const id = asker.isLost ? undefined : idOf(asked)
      if (id !== undefined) this.#timesLost.set(id, (this.#timesLost.get(id) ?? 0) + 1)
      asker.isLost = true
      for (const lost of namesOf(asked)) this.lostNames.add(lost)
    } else if (!isFailure(told) && !isNotKept(asked, told)) asker.isTold = true
  }

  #place(call: Call, told: Told, floor: Floor): void {
    const { asked } = call
    if (isFailure(told)) return
    if (isRead(asked)) return void this.unplaced.push(call)
    if (asked.kind === 'batch' && asked.body.mode === 'independent') {
      this.unplaced.push(call)
      return this.#placeItems(call, told, asked.body.items)
    }
    const seq = ownSeq(asked, told)
    const asker = this.#askers.get(nameOf(asked) ?? '')
    if (asker !== undefined && seq !== undefined) asker.isPlaced = true
    if (seq === undefined) return void this.unplaced.push(call)
    this.#violations.demand(seq === told.ledgerSeq, 'seq', () => `${described(call)} took ${seq}, not its Ledger-Seq`)
    this.#add({ seq, call, command: asked, parts: told.parts, source: 'answer' }, floor)
  }

  /** What had happened before all of these, or stands already, is only compared. */
  #meetReplay(call: Call, told: Told): void {
    const { asked } = call
    if (isFailure(told) || isRead(asked)) return
    this.unplaced.push(call)
    if (asked.kind === 'batch' && asked.body.mode === 'independent')
      return this.#placeItems(call, told, asked.body.items)
    const asker = this.#askers.get(nameOf(asked) ?? '')
    if (asker === undefined) return
    if (told.ledgerSeq < (asker.first?.told?.ledgerSeq ?? Number.POSITIVE_INFINITY)) asker.first = call
  }

  /** A key that no answer of its own took has been taken by one of its replays. */
  #placeReplay(name: string, asker: Asker): void {
    const { first: call, floor } = asker
    const { asked, told } = call ?? {}
    if (call === undefined || asked === undefined || isRead(asked) || told === undefined || asker.isPlaced) return
    const { key } = asked
    if (key !== undefined && this.#isTakenBefore(keyName(key))) return
    if (asker.isLost) return this.#placeLost(name, floor, { call, command: asked, parts: told.parts }, told)
    // Nothing but another request with its id can have answered, and its own seq is what the first of them saw.
    if (key === undefined || idOf(asked) === undefined || isIdOfOther(told)) return
    this.#add({ seq: told.ledgerSeq, call, command: asked, parts: told.parts, source: 'repeat' }, floor)
  }

  /** The first trace of a lost answer is a deed, unless another one's stands there: then it has only repeated that one. */
  #placeLost(name: string, floor: Floor, deed: Pick<Deed, 'call' | 'command' | 'parts'>, told: Told): void {
    const { command, parts } = deed
    const seq = Math.max(...parts.map((part) => part.seq ?? 0))
    const isOwn = told.status < 400 && seq > Math.max(this.#start, floor.seq) && !this.deeds.has(seq)
    if (isOwn) this.#add({ ...deed, seq, source: 'replay' }, floor)
    const isRepeat = command.key !== undefined && (command.kind === 'batch' || idOf(command) !== undefined)
    if (isOwn ? this.#isLostTwice(command) : told.status >= 400 || isRepeat) this.#fill(name, floor, told)
  }

  /** Two lost requests with one id: nobody knows which of them was first. */
  #isLostTwice(command: Command): boolean {
    const id = idOf(command)
    return id !== undefined && (this.#timesLost.get(id) ?? 0) > 1
  }

  /** Each item has a seq of its own; a refusal of one does not tell it. */
  #placeItems(call: Call, told: Told, items: readonly TransferAsked[]): void {
    const { asked } = call
    if (isRead(asked)) return
    if (isNotKept(asked, told)) return
    const floor = this.#askers.get(nameOf(asked) ?? '')?.floor
    // When a refused first item took the key is not told.
    if (asked.key !== undefined && told.parts[0]?.seq === undefined) this.lostNames.add(keyName(asked.key))
    for (const [index, part] of told.parts.entries()) {
      const body = items[index]
      if (floor === undefined || body === undefined) return
      const { seq } = part
      const known = this.deeds.get(seq ?? 0)
      const name = asked.key ?? body.id
      if (seq === undefined && name !== undefined) this.#fill(`${name} ${index}`, floor, told)
      else if (seq === undefined) continue
      else if (seq > this.#start && (known === undefined || known.parts[0]?.id !== part.id)) {
        const command: Command = { kind: 'transfer', body }
        this.#add({ seq, call, command, parts: [part], source: 'answer' }, floor)
      }
    }
  }

  #fill(name: string, floor: Floor, { ledgerSeq }: Told): void {
    if (this.#filled.has(name)) return
    this.#filled.add(name)
    this.fillers.push({ lower: floor.seq, upper: ledgerSeq })
  }

  #lose({ floor, command }: Asker): void {
    const lost = { lower: floor.seq, upper: Number.POSITIVE_INFINITY, command }
    this.lost.push(lost)
    const times = command.kind === 'batch' && command.body.mode === 'independent' ? command.body.items.length : 1
    for (let time = 0; time < times; time++) this.fillers.push(lost)
  }

  #add(deed: Deed, floor: Floor): void {
    const { seq, call } = deed
    this.head = Math.max(this.head, seq)
    const other = this.deeds.get(seq)
    this.#violations.demand(other === undefined, 'seq', () => {
      return `${seq} was given twice: to ${described(call)} and to ${other === undefined ? '' : described(other.call)}`
    })
    this.#violations.demand(seq > floor.seq, 'real-time', () => `${described(call)} took seq ${seq}, ${before(floor)}`)
    this.#violations.demand(
      seq <= (call.told?.ledgerSeq ?? 0),
      'seq',
      () => `${described(call)} is ahead of its Ledger-Seq`,
    )
    if (other === undefined) this.deeds.set(seq, deed)
  }
}

function before({ seq, toldBy }: Floor): string {
  return `began after seq ${seq} had been told${toldBy === undefined ? '' : `, to ${described(toldBy)}`}`
}
