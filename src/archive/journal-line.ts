// Takes a journal line apart for the archive: the facts as the very text that stands in the line, and the links.

import type { Head, Seq, Timestamp, Transaction } from '../../actors/state-storage/messages.ts'
import { plainFact } from './plain-fact.ts'

export interface ArchivedFact {
  readonly seq: Seq
  readonly time: Timestamp
  /** Its number among the facts with the same seq: 0, except within an atomic batch. */
  readonly item: number
  /** How many facts share its seq. */
  readonly items: number
  /** JSON, byte for byte as in the journal. */
  readonly body: string
  readonly transaction: Transaction
}

export interface JournalLine {
  readonly first: Seq
  readonly last: Seq
  readonly prev: string
  readonly hash: string
  readonly facts: readonly ArchivedFact[]
}

export type ArchiveHead = Pick<Head, 'seq' | 'hash'>

/** The lines handed over do not follow the head, or are no journal lines. Nothing was taken. */
export class LinesRefused extends Error {
  override readonly name = 'LinesRefused'
}

const start = /^\{"v":1,"seq":\[(\d+),(\d+)\],"time":\d+,"transactions":\[/
const end = /,"prev":"(\w*)","hash":"(\w*)"\}$/
/** Longer than what `end` can match: two hashes of 64 digits and the members' names. */
const endCharacters = 200

/** The lines, if they follow the head and each other without a gap. Throws LinesRefused. */
export function readLines(head: ArchiveHead, texts: readonly string[]): readonly JournalLine[] {
  const lines: JournalLine[] = []
  let last = head
  for (const text of texts) {
    const line = readLine(text)
    if (line.first !== last.seq + 1) refuse(`seq ${line.first} does not follow ${last.seq}`)
    // An empty archive does not know the genesis's hash.
    if (last.seq > 0 && line.prev !== last.hash)
      refuse(`the record of seq ${line.first} is not linked to the one before`)
    lines.push(line)
    last = { seq: line.last, hash: line.hash }
  }
  return lines
}

function readLine(text: string): JournalLine {
  const opening = start.exec(text)
  const closing = end.exec(text.slice(-endCharacters))
  if (opening === null || closing === null) refuse('this is no journal line')
  const [, first, last] = opening.map(Number) as [number, number, number]
  const [, prev, hash] = closing as unknown as [string, string, string]
  return { first, last, prev, hash, facts: numbered(elements(text, opening[0].length), first, last) }
}

interface Element {
  readonly body: string
  readonly transaction: Transaction
}

/**
 * The elements of the array that begins at `from`, each with its text. Cutting the texts out costs half of parsing the
 * line and writing each fact as JSON again, and it cannot change a byte.
 */
function elements(text: string, from: number): Element[] {
  const found: Element[] = []
  let depth = 0
  let begin = from
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === quote) at = endOfString(text, at)
    else if (code === openBrace || code === openBracket) {
      const plain = depth === 0 ? plainFact(text, at) : undefined
      if (plain !== undefined) {
        found.push(plain)
        at += plain.body.length - 1
      } else if (depth++ === 0) begin = at
    } else if (code === closeBrace || code === closeBracket) {
      if (depth-- === 0) return found
      if (depth === 0) found.push(parsed(text.slice(begin, at + 1)))
    }
  }
  return refuse('this is no journal line')
}

function parsed(body: string): Element {
  return { body, transaction: JSON.parse(body) as Transaction }
}

const quote = 0x22
const backslash = 0x5c
const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d

function endOfString(text: string, from: number): number {
  let at = text.indexOf('"', from + 1)
  while (at !== -1 && isEscaped(text, at)) at = text.indexOf('"', at + 1)
  return at === -1 ? text.length : at
}

function isEscaped(text: string, at: number): boolean {
  let first = at
  while (text.charCodeAt(first - 1) === backslash) first--
  return (at - first) % 2 === 1
}

function numbered(elements: readonly Element[], first: Seq, last: Seq): ArchivedFact[] {
  let expected = first - 1
  for (const {
    transaction: { seq, time },
  } of elements) {
    if (seq !== expected && seq !== expected + 1) refuse(`the fact of seq ${seq} stands after ${expected}`)
    if (!Number.isSafeInteger(time)) refuse(`the time of seq ${seq} is not a whole number`)
    expected = seq
  }
  if (expected !== last || elements[0]?.transaction.seq !== first)
    refuse(`the facts of seq ${first} to ${last} are not all there`)
  const facts: ArchivedFact[] = []
  while (facts.length < elements.length) facts.push(...sameSeq(elements, facts.length))
  return facts
}

/** The facts that share the seq of the one at `from`: just that one, except within an atomic batch. */
function sameSeq(elements: readonly Element[], from: number): ArchivedFact[] {
  const { seq } = (elements[from] as Element).transaction
  let items = 1
  while (elements[from + items]?.transaction.seq === seq) items++
  return elements.slice(from, from + items).map(({ body, transaction }, item) => {
    return { seq, time: transaction.time, item, items, body, transaction }
  })
}

function refuse(reason: string): never {
  throw new LinesRefused(`the archive cannot take this: ${reason}`)
}
