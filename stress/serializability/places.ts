// Puts calls on the line of seqs: writes at their own seq, all others behind the one that they saw.

import type { Command, TransferAsked } from '../commands/command.ts'
import type { Filler } from './gaps.ts'
import { type Call, described, isFailure, isRead, type Part, type Told } from './history.ts'
import { contentOf } from './ledger/serial-ledger.ts'
import { type Floor, floorsOf } from './real-time.ts'
import type { Violations } from './violations.ts'

/** A write that took a seq; of an independent batch, one of its items. */
export interface Deed {
  readonly seq: number
  readonly call: Call
  readonly command: Command
  readonly parts: readonly Part[]
  /** Whether its own answer never came, and a replay told of it. */
  readonly isFromReplay: boolean
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
  /** `key …` and `id …` of calls that never got an answer of their own. */
  readonly lostNames = new Set<string>()
  readonly #violations: Violations

  /** `start` is the seq that all of them come after. */
  constructor(calls: readonly Call[], start: number, violations: Violations) {
    this.#start = start
    this.head = start
    this.#violations = violations
    const floors = floorsOf(calls, start)
    const order = calls.map((call, index) => [call, floors[index] as Floor] as const)
    order.sort(([one], [other]) => one.invoked - other.invoked)
    for (const [call, floor] of order) this.#meet(call, floor)
    for (const [call, floor] of order) if (call.told?.replayed === false) this.#place(call, call.told, floor)
    for (const [call] of order) if (call.told?.replayed) this.#placeReplay(call, call.told)
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
    const asker = this.#askers.get(name) ?? { floor, isTold: false, isLost: false, isPlaced: false, command: asked }
    this.#askers.set(name, asker)
    if (told === undefined) {
      asker.isLost = true
      for (const lost of namesOf(asked)) this.lostNames.add(lost)
    } else if (!isFailure(told) && !isNotKept(told)) asker.isTold = true
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
    this.#add({ seq, call, command: asked, parts: told.parts, isFromReplay: false }, floor)
  }

  /** What had happened before all of these, or stands already, is only compared; the first trace of a lost answer is a deed. */
  #placeReplay(call: Call, told: Told): void {
    const { asked } = call
    if (isFailure(told) || isRead(asked)) return
    this.unplaced.push(call)
    if (asked.kind === 'batch' && asked.body.mode === 'independent')
      return this.#placeItems(call, told, asked.body.items)
    const asker = this.#askers.get(nameOf(asked) ?? '')
    if (asker === undefined || !asker.isLost || asker.isPlaced) return
    const seq = Math.max(...told.parts.map((part) => part.seq ?? 0))
    const isUntold = told.status >= 400 || (asked.kind === 'batch' && this.deeds.has(seq))
    if (isUntold) this.#fill(nameOf(asked) ?? '', asker.floor, told)
    else if (seq > this.#start && !this.deeds.has(seq)) {
      this.#add({ seq, call, command: asked, parts: told.parts, isFromReplay: true }, asker.floor)
    }
  }

  /** Each item has a seq of its own; a refusal of one does not tell it. */
  #placeItems(call: Call, told: Told, items: readonly TransferAsked[]): void {
    const { asked } = call
    if (isRead(asked)) return
    const floor = this.#askers.get(nameOf(asked) ?? '')?.floor
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
        this.#add({ seq, call, command, parts: [part], isFromReplay: false }, floor)
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

/** The name under which asking again is the same request, with what is asked. A key comes before an id. */
function nameOf(asked: Command): string | undefined {
  const [name] = namesOf(asked)
  return name === undefined ? undefined : `${name} ${contentOf(asked)}`
}

/** The names that a request takes, if it is kept. */
export function namesOf(asked: Command): readonly string[] {
  const id = idOf(asked)
  return [...(asked.key === undefined ? [] : [`key ${asked.key}`]), ...(id === undefined ? [] : [`id ${id}`])]
}

export function idOf(asked: Command): string | undefined {
  return asked.kind === 'transfer' || asked.kind === 'reverse' ? asked.body.id : undefined
}

const neverKept = new Set(['idempotency_key_reused', 'id_exists_with_different_content'])

/** For an item's id the whole batch is refused, and that is kept under the batch's key. */
function isNotKept({ parts }: Told): boolean {
  const { code = '', item } = parts[0] ?? {}
  return item === undefined && neverKept.has(code)
}

/** What an answer of its own tells; undefined when the request took none. */
function ownSeq(command: Command, told: Told): number | undefined {
  const { status, ledgerSeq, parts } = told
  if (status >= 400) {
    const isKept = [404, 409, 412, 422].includes(status) && !isNotKept(told)
    return isKept && namesOf(command).length > 0 ? ledgerSeq : undefined
  }
  if (command.kind !== 'batch') return parts[0]?.seq
  // Every item may be one that happened before; then only the key takes a seq.
  return command.key !== undefined || parts.some(({ seq }) => seq === ledgerSeq) ? ledgerSeq : undefined
}

function before({ seq, toldBy }: Floor): string {
  return `began after seq ${seq} had been told${toldBy === undefined ? '' : `, to ${described(toldBy)}`}`
}
