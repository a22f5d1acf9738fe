// Bugs of the journal: what is told before it is on disk, what is not put there, and what is believed without a look.

import type { Bug } from '../bug.ts'

const writer = 'src/journal/file/segment-writer.ts'
const append = 'await allSettled(this.#files, (file) => file.writeAndSync(bytes, position))'

export const bugsOfTheJournal: readonly Bug[] = [
  {
    name: 'answer-before-sync',
    what: 'an append settles while the bytes are on their way',
    edits: [
      {
        file: writer,
        find: append,
        replace: 'allSettled(this.#files, (file) => file.writeAndSync(bytes, position)).catch(() => {})',
      },
    ],
    caughtBy: ['specs of the journal', 'simulator'],
  },
  {
    name: 'no-sync',
    what: 'a record is written, and not synced',
    edits: [{ file: writer, find: append, replace: append.replace('writeAndSync', 'write') }],
    caughtBy: ['specs of the journal', 'power cuts'],
  },
  {
    name: 'sync-retried',
    what: 'a failed sync is tried again, and believed',
    edits: [
      { file: writer, find: append, replace: `${append}.catch(() => allSettled(this.#files, (file) => file.sync()))` },
    ],
    caughtBy: ['specs of the journal', 'broken disk'],
  },
  {
    name: 'mirror-not-written',
    what: 'the second copy is made, and gets no record',
    edits: [{ file: writer, find: append, replace: append.replace('this.#files', 'this.#files.slice(0, 1)') }],
    caughtBy: ['specs of the journal', 'simulator'],
  },
  {
    name: 'mirror-not-read',
    what: 'what the first copy has lost is not looked for in the second',
    edits: [
      {
        file: 'src/journal/file/walk.ts',
        find: 'for (const copy of copies) {',
        replace: 'for (const copy of copies.slice(0, 1)) {',
      },
    ],
    caughtBy: ['specs of the journal', 'simulator'],
  },
  {
    name: 'cut-at-first-damage',
    what: 'the journal is cut at the first bad hash, though records follow',
    edits: [
      {
        file: 'src/journal/file/examine.ts',
        find: 'if (seal === undefined || seal.first < proven) continue',
        replace: 'if (seal === undefined || seal.first > 0) continue',
      },
    ],
    caughtBy: ['specs of the journal', 'lost records'],
  },
  {
    name: 'rename-not-synced',
    what: 'a new file gets its name, and the folder is not synced',
    edits: [
      {
        file: 'src/journal/file/new-file.ts',
        find: '    await this.#disk.syncFolder(this.#folder)\n',
        replace: '',
      },
    ],
    caughtBy: ['specs of the journal', 'simulator'],
  },
  {
    name: 'link-not-checked',
    what: 'a record is believed by its own hash, wherever it stands',
    edits: [
      {
        file: 'src/journal/record.ts',
        find: 'return line.first === after.seq + 1 && line.last >= line.first && line.prev === after.hash && line.time >= after.time',
        replace: 'return line.first > after.seq && line.last >= line.first',
      },
    ],
    caughtBy: ['specs of the journal', 'forged ledgers'],
  },
]
