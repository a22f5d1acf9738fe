// What a journal line says: taken apart, or, where it is exactly what was to be written, just that.

import type { Fact } from '../../../actors/contracts/facts.ts'
import type { JournalEntry } from '../../../actors/state-storage/journal.ts'
import type { Hash, Seq, Timestamp } from '../../../actors/state-storage/messages.ts'
import type { BatchFact } from '../../../actors/virtual-machine/messages.ts'

export type KeptFact = Fact | BatchFact

export interface Line {
  readonly seq: readonly [first: Seq, last: Seq]
  readonly time: Timestamp
  readonly transactions: readonly KeptFact[]
  /** Each value as JSON text; `null` takes its key away. */
  readonly writes: Iterable<readonly [key: string, value: string]>
  readonly prev: Hash
  readonly hash: Hash
}

/**
 * `wanted`: what somebody asked the journal to write as this line. If the line is, character by character, what that reads
 * as in JSON, then reading it would make the same again, at twice the cost.
 */
export function readLine(text: string, prev: Hash, wanted: JournalEntry | undefined): Line {
  const hash = wanted && hashBehind(textOf(wanted, prev), text)
  if (wanted === undefined || hash === undefined) return parsed(text)
  const { first, last, time, transactions, writes } = wanted
  return { seq: [first, last], time, transactions: transactions as readonly KeptFact[], writes, prev, hash }
}

function parsed(text: string): Line {
  const line = JSON.parse(text) as Omit<Line, 'writes'> & { readonly writes: readonly (readonly [string, unknown])[] }
  return { ...line, writes: line.writes.map(([key, value]) => [key, JSON.stringify(value)] as const) }
}

/** Whether the facts still are what the line says: they may be the server's own, which it must not change any more. */
export function isUnchanged(text: string, facts: readonly KeptFact[]): boolean {
  return text.startsWith(JSON.stringify(facts), text.indexOf(factsBegin) + factsBegin.length)
}

const factsBegin = ',"transactions":'

/** All of the line but its own hash. */
function textOf({ first, last, time, transactions, writes }: JournalEntry, prev: Hash): string {
  const pairs = Array.from(writes, ([key, value]) => `[${JSON.stringify(key)},${value}]`).join()
  const facts = JSON.stringify(transactions)
  return `{"v":1,"seq":[${first},${last}],"time":${time},"transactions":${facts},"writes":[${pairs}],"prev":"${prev}"`
}

function hashBehind(wanted: string, text: string): Hash | undefined {
  return text.startsWith(wanted) ? ending.exec(text.slice(wanted.length))?.[1] : undefined
}

const ending = /^,"hash":"([0-9a-f]{64})"\}$/
