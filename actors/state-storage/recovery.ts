// Makes the state anew from what is on disk: the checkpoint, the sealed parts of the id index, and the journal's tail.

import { type Archive, ArchiveDamaged } from './archive.ts'
import { type IdHash, IdIndex } from './id-index.ts'
import { type Journal, JournalDamaged, type JournalRecord } from './journal.ts'
import type { Head, Seq } from './messages.ts'
import { RecentFacts } from './recent-facts.ts'
import { StateMap } from './state-map.ts'

export interface Recovered {
  readonly ledger: string
  readonly head: Head
  readonly map: StateMap
  readonly index: IdIndex
  /** Empty at first: recovery ends only when the archive has taken everything over. */
  readonly facts: RecentFacts
  /** Transactions since the checkpoint that recovery began with. */
  readonly sinceCheckpoint: number
  /** What was found and done, one sentence each, for the operator. */
  readonly notices: readonly string[]
}

/** Journal lines handed to the archive at once: bounds the memory that a rebuild takes. */
const portionBytes = 4 * 1_024 * 1_024

export interface RecoveryPorts {
  readonly journal: Journal
  readonly archive: Archive
  /** The keyed hash for the names of this ledger. */
  readonly idHash: (ledger: string) => IdHash
  /** Told now and then how far the replay is. */
  readonly progress: (seq: Seq, of: Seq) => void
}

/**
 * Rejects with JournalDamaged where acknowledged records are missing. An archive that is behind is fed, one that is
 * damaged is rebuilt; one that is ahead proves a loss.
 */
export async function recover({ journal, archive, idHash, progress }: RecoveryPorts): Promise<Recovered> {
  const archived = await archive.open()
  const opened = await journal.open(archived.head.seq > 0 ? archived.head : undefined)
  await archive.bind(opened.ledger)
  const { head } = opened
  const start = await loadCheckpoint(archive, opened.ledger, archived.head.seq, archived.checkpoint)
  const index = new IdIndex(idHash(opened.ledger))
  const sealed = await loadIds(archive, index)
  if (Math.max(start.checkpoint, sealed) > head.seq) {
    throw new JournalDamaged(
      `the archive knows of seq ${Math.max(start.checkpoint, sealed)}, but the journal ends at ${head.seq}: ` +
        'acknowledged records are missing; put the journal that belongs to this archive back',
    )
  }
  const sinceCheckpoint = await replay(journal, archive, start, index, sealed, (seq) => progress(seq, head.seq))
  const notices = [...archived.notices, ...opened.notices, ...start.notices]
  const facts = new RecentFacts(head.seq)
  return { ledger: opened.ledger, head, map: start.map, index, facts, sinceCheckpoint, notices }
}

interface Start {
  readonly map: StateMap
  readonly checkpoint: Seq
  readonly archived: Seq
  readonly notices: readonly string[]
}

async function loadCheckpoint(archive: Archive, ledger: string, archived: Seq, checkpoint: Seq): Promise<Start> {
  const map = new StateMap()
  try {
    for await (const page of archive.checkpointPages()) map.apply(page)
    return { map, checkpoint, archived, notices: [] }
  } catch (error) {
    if (!(error instanceof ArchiveDamaged)) throw error
    await archive.reset()
    await archive.bind(ledger)
    const notices = [`the archive is rebuilt from the journal: ${error.message}`]
    return { map: new StateMap(), checkpoint: 0, archived: 0, notices }
  }
}

/** Loads the parts that follow each other from the ledger's start; what a bad one held comes from the journal. */
async function loadIds(archive: Archive, index: IdIndex): Promise<Seq> {
  let sealed = 0
  for await (const part of archive.idParts()) {
    if (part.after !== sealed) break
    index.load(part)
    sealed = part.through
  }
  return sealed
}

async function replay(
  journal: Journal,
  archive: Archive,
  start: Start,
  index: IdIndex,
  sealed: Seq,
  progress: (seq: Seq) => void,
): Promise<number> {
  let sinceCheckpoint = 0
  let lines: string[] = []
  let bytes = 0
  for await (const record of journal.read(Math.min(start.checkpoint, start.archived, sealed))) {
    if (record.last > start.checkpoint) {
      start.map.apply(record.writes)
      sinceCheckpoint += record.transactions.length
    }
    addNames(index, record)
    if (record.last <= start.archived) continue
    lines.push(record.line)
    bytes += record.line.length
    if (bytes < portionBytes) continue
    await archive.take(lines)
    progress(record.last)
    lines = []
    bytes = 0
  }
  if (lines.length > 0) await archive.take(lines)
  return sinceCheckpoint
}

/** Names that are sealed already come again where the checkpoint is behind them: the index knows them. */
function addNames(index: IdIndex, { transactions }: JournalRecord): void {
  for (const { seq, ids = [] } of transactions) for (const id of ids) index.add(id, seq)
}
