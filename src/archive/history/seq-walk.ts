// Reads all facts of a range of seqs in order, and misses none: whoever follows the ledger is told everything once.

import type { Position } from '../../../actors/contracts/account.ts'
import { ArchiveDamaged } from '../../../actors/state-storage/archive.ts'
import type { SeqFacts, SeqRange } from './history.ts'
import type { ArchivedBody, HistoryRows } from './rows.ts'
import { following, lastItem, preceding } from './transfer-search.ts'

/** Facts that are read at once: a fact may have 100 KB, and a run must not grow far past its bound. */
const portion = 64

export function readSeqs(rows: HistoryRows, range: SeqRange): readonly SeqFacts[] {
  const found: SeqFacts[] = []
  let [characters, expected] = [0, range.order === 'asc' ? range.low : range.high]
  for (const facts of groups(rows, range)) {
    if (facts[0]?.place[0] !== expected) throw new ArchiveDamaged(`the archive has lost the facts of seq ${expected}`)
    const bodies = wholeOf(facts, range).map(({ body }) => body)
    found.push({ seq: expected, facts: bodies })
    expected += range.order === 'asc' ? 1 : -1
    for (const body of bodies) characters += body.length
    if (found.length >= range.limit || characters >= range.characters) return found
  }
  const isAll = range.order === 'asc' ? expected > range.high : expected < range.low
  if (!isAll) throw new ArchiveDamaged(`the archive has lost the facts of seq ${expected}`)
  return found
}

/** The rows by their seq, each seq's rows together. */
function* groups(rows: HistoryRows, { low, high, order }: SeqRange): Generator<readonly ArchivedBody[]> {
  let group: ArchivedBody[] = []
  for (const row of all(rows, [low, 0], [high, lastItem], order)) {
    if (group.length > 0 && group[0]?.place[0] !== row.place[0]) {
      yield group
      group = []
    }
    group.push(row)
  }
  if (group.length > 0) yield group
}

function* all(rows: HistoryRows, low: Position, high: Position, order: SeqRange['order']): Generator<ArchivedBody> {
  let [first, last] = [low, high]
  while (first[0] <= last[0]) {
    const found = rows.facts(first, last, order, portion)
    yield* found
    const end = found.at(-1)?.place
    if (end === undefined || found.length < portion) return
    if (order === 'asc') first = following(end)
    else last = preceding(end)
  }
}

/** In their order in the journal; each row's checksum knows how many there are, not that they were all read. */
function wholeOf(facts: readonly ArchivedBody[], { order }: SeqRange): readonly ArchivedBody[] {
  const inOrder = order === 'asc' ? facts : facts.toReversed()
  for (const [index, { place }] of inOrder.entries()) {
    if (place[1] !== index) throw new ArchiveDamaged(`the archive has lost a fact of seq ${place[0]}`)
  }
  return inOrder
}
