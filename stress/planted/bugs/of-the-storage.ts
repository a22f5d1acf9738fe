// Bugs of storage, recovery and archive: what is applied, remembered, replayed and believed.

import type { Bug } from '../bug.ts'

const storage = 'actors/state-storage/state-storage.ts'
const recovery = 'actors/state-storage/recovery.ts'
const append = 'this.#input.journal.append({ first, last, time, transactions, writes }).then('
/** What is done once a record is on disk. */
const applying = `    map.apply(request.writes)
    for (const { ids = [], seq } of request.transactions) for (const id of ids) index.add(id, seq)
    facts.add(request.transactions)
    this.#head = appended.head
    this.#writing = false
    this.#input.committed(this.#head)
    request.replyTo.send({ type: 'KeysWritten', head: this.#head })
`
const early = `const { map, index, facts } = this.#input.recovered
    const appended = { head: { seq: last, hash: '', time } }
${applying}`

export const bugsOfTheStorage: readonly Bug[] = [
  {
    name: 'applied-before-durable',
    what: 'the map changes, and it is told, before the record is on disk',
    edits: [
      { file: storage, find: applying, replace: '' },
      { file: storage, find: append, replace: `${early}    ${append}` },
    ],
    caughtBy: ['specs of storage', 'simulator'],
  },
  {
    name: 'id-not-persisted',
    what: 'the names that a fact takes are not in the journal',
    edits: [
      {
        file: storage,
        find: append,
        replace: append.replace('transactions,', 'transactions: transactions.map(({ ids: _, ...rest }) => rest),'),
      },
    ],
    caughtBy: ['simulator', 'crash'],
  },
  {
    name: 'id-not-indexed',
    what: 'names are in the journal, and recovery forgets them',
    edits: [{ file: recovery, find: '    addNames(index, record)\n', replace: '' }],
    caughtBy: ['specs of storage', 'simulator', 'crash'],
  },
  {
    name: 'replay-off-by-one',
    what: 'recovery leaves out the first record behind the checkpoint',
    edits: [
      {
        file: recovery,
        find: 'if (record.last > start.checkpoint) {',
        replace: 'if (record.first > start.checkpoint + 1) {',
      },
    ],
    caughtBy: ['specs of storage', 'simulator'],
  },
  {
    name: 'write-left-out',
    what: 'the last write of a record with several is not applied',
    edits: [
      {
        file: storage,
        find: 'map.apply(request.writes)',
        replace: 'map.apply([...request.writes].slice(0, Math.max(1, request.writes.size - 1)))',
      },
    ],
    caughtBy: ['simulator', 'serializability'],
  },
  {
    name: 'head-of-another-moment',
    what: 'a transfer is told as it was, with the head of later',
    edits: [
      {
        file: storage,
        find: "{ type: 'TransactionsFound', byId, bySeq, head }",
        replace: "{ type: 'TransactionsFound', byId, bySeq, head: this.#head }",
      },
    ],
    caughtBy: ['specs of storage', 'many reads'],
  },
  {
    name: 'forgotten-too-early',
    what: 'facts leave memory before the archive has them',
    edits: [
      {
        file: storage,
        find: '    this.#feed.add(appended.line, last)\n',
        replace: '    facts.forget(last)\n    this.#feed.add(appended.line, last)\n',
      },
    ],
    caughtBy: ['specs of storage', 'simulator'],
  },
  {
    name: 'no-witness',
    what: 'an archive that is ahead of the journal is no reason to stop',
    edits: [
      {
        file: recovery,
        find: 'journal.open(archived.head.seq > 0 ? archived.head : undefined)',
        replace: 'journal.open(undefined)',
      },
    ],
    caughtBy: ['specs of storage', 'lost records'],
  },
  {
    name: 'no-digest',
    what: 'a page of the checkpoint is believed without its digest',
    edits: [
      {
        file: 'src/archive/sqlite/checkpoint-rows.ts',
        find: ' || row.digest !== digestOf(generation, page, row.payload)',
        replace: '',
      },
    ],
    caughtBy: ['specs of the archive', 'archive damage'],
  },
]
