// Whether a recorded history could have happened one call after another, in an order that agrees with the clock.

import type { Findings } from '../checks/findings.ts'
import { unfilled } from './gaps.ts'
import { type Call, operationsIn } from './history.ts'
import { Judge } from './judge.ts'
import { SerialLedger } from './ledger/serial-ledger.ts'
import { LooseEnds, touchedBy } from './loose-ends.ts'
import { Places } from './places.ts'
import type { Recorder } from './recorder.ts'
import { type Violation, Violations } from './violations.ts'

/** The whole history of a new ledger. Sorting is what it costs: n log n of the calls. */
export function violationsIn(calls: readonly Call[]): readonly Violation[] {
  return new Checker().check(calls)
}

/** Checks what was recorded; answers how many operations it was. What it finds is told to `findings`. */
export function checkRecorded(recorder: Recorder, findings: Findings, checker = new Checker()): number {
  const calls = recorder.take()
  for (const { kind, message } of checker.check(calls)) findings.add(`${kind}: ${message}`)
  return calls.reduce((sum, call) => sum + operationsIn(call), 0)
}

/** A long history in pieces, so that it need not be kept: between two pieces nothing is in flight. */
export class Checker {
  readonly #ledger = new SerialLedger()
  #seq = 0
  #loose: readonly string[] = []

  /** The highest seq that any answer has told. */
  get head(): number {
    return this.#seq
  }

  /** What it finds in the calls since the last time. A write that was lost before then has not happened since. */
  check(calls: readonly Call[]): readonly Violation[] {
    const violations = new Violations()
    const places = new Places(calls, this.#seq, (name) => this.#ledger.owner(name) !== undefined, violations)
    const gaps = this.#gaps(places, violations)
    const loose = new LooseEnds(this.#loose, gaps, places.lost, namesOfTransfers(this.#ledger, places))
    const judge = new Judge(this.#ledger, loose, (name) => places.lostNames.has(name), violations)
    const others = places.unplaced.sort((one, other) => seen(one) - seen(other) || one.completed - other.completed)
    let next = 0
    for (const deed of [...places.deeds.values()].sort((one, other) => one.seq - other.seq)) {
      for (let call = others[next]; call !== undefined && seen(call) < deed.seq; call = others[++next])
        judge.other(call)
      judge.deed(deed)
    }
    for (const call of others.slice(next)) judge.other(call)
    this.#seq = places.head
    this.#loose = loose.stillLoose(places.head)
    return violations.list
  }

  #gaps({ deeds, fillers, head }: Places, violations: Violations): readonly number[] {
    const count = head - this.#seq - deeds.size
    const isPlausible = count <= fillers.length + mostListed
    violations.demand(isPlausible, 'gap', () => `${count} seqs up to ${head} belong to no write that was sent`)
    if (!isPlausible) return []
    const gaps: number[] = []
    for (let seq = this.#seq + 1; seq <= head; seq++) if (!deeds.has(seq)) gaps.push(seq)
    for (const seq of unfilled(gaps, fillers)) {
      violations.demand(false, 'gap', () => `seq ${seq} belongs to no write that was sent`)
    }
    return gaps
  }
}

/** The accounts of a transfer of an earlier piece, or of this one; of one that a lost write may have made, those of all of them. */
function namesOfTransfers(ledger: SerialLedger, { lost, deeds }: Places): (transfer: string) => readonly string[] {
  if (lost.length === 0) return () => []
  const names = new Map<string, readonly string[]>()
  for (const { parts } of deeds.values()) {
    for (const { id, balances } of parts) if (id !== undefined) names.set(id, Object.keys(balances))
  }
  const ofLost = lost.flatMap(({ command }) => ('transfer' in command ? [] : touchedBy(command, () => [])))
  return (transfer) => {
    const known = names.get(transfer) ?? ledger.namesOf(transfer)
    return known.length > 0 ? known : ofLost
  }
}

const mostListed = 100

function seen({ told }: Call): number {
  return told?.ledgerSeq ?? 0
}
