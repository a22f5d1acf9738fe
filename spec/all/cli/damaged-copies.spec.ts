// What verify finds in the copies themselves: what a disk lost, what somebody changed, and what is only left of a crash.

import path from 'node:path'
import { expect } from 'chai'
import { markText } from '../../../src/journal/file/witness.ts'
import { encodeGenesis, encodeRecord } from '../../../src/journal/record.ts'
import type { MemoryDisk } from '../../journal/memory-disk.ts'
import { diskWith, nowhere, told, verified } from './setup/verified.ts'

const ledger = '0123456789abcdef0123456789abcdef'

/** Records of refusals: nothing follows from them. */
function linesOf(count: number, note = 'this'): string[] {
  const genesis = encodeGenesis(ledger, 1_000)
  const lines = [genesis.line]
  let { head } = genesis
  for (let seq = 1; seq <= count; seq++) {
    const refused = { state: 'refused', refusal: { code: 'not_found' }, balances: [], postings: [] }
    const transactions = [{ seq, time: 1_000, method: 'Transfer', id: `tr_${seq}`, ...refused, note }]
    const record = encodeRecord({ first: seq, last: seq, time: 1_000, transactions, writes: new Map() }, head)
    lines.push(record.line)
    head = record.head
  }
  return lines
}

const lines = linesOf(6)
const names = ['00000000000000000000.jsonl', '00000000000000000003.jsonl'] as const

function text(...parts: readonly string[]): string {
  return parts.map((line) => `${line}\n`).join('')
}

const [first, second] = [text(...lines.slice(0, 3)), text(...lines.slice(3))]
const end = JSON.parse(lines.at(-1) ?? '').hash

function place(copy: string, name: string): string {
  return path.join(nowhere, copy, name)
}

/** Turns one bit of the line with this seq. */
function turn(disk: MemoryDisk, copy: string, seq: number): void {
  const file = place(copy, seq < 3 ? names[0] : names[1])
  const bytes = disk.contents(file)
  const at = bytes.indexOf(`"id":"tr_${seq}"`) + 8
  bytes[at] = (bytes[at] ?? 0) ^ 1
  disk.put(file, bytes)
}

function put(disk: MemoryDisk, copies: readonly string[], name: string, contents: string): void {
  for (const copy of copies) disk.put(place(copy, name), Buffer.from(contents))
}

function mark(disk: MemoryDisk, seq = 6, hash = end): void {
  put(disk, ['journal', 'mirror'], 'clean-stop.json', markText({ seq, hash }))
}

const both = ['journal', 'mirror'] as const

describe('verify, on copies of the journal', () => {
  const rows: readonly (readonly [string, (disk: MemoryDisk) => void, readonly RegExp[]])[] = [
    ['that are whole', (disk) => mark(disk), []],
    ['that end in blanks', (disk) => put(disk, both, names[1], `${second}     `), []],
    ['of which one has a bit turned', (disk) => turn(disk, 'mirror', 2), [/mirror.* 2: does not hold the record/]],
    ['of which the other has a bit turned', (disk) => turn(disk, 'journal', 4), [/journal.* 4: does not hold the rec/]],
    [
      'that have the same bit turned',
      (disk) => both.forEach((copy) => void turn(disk, copy, 4)),
      [/journal.* 4: .*hash is wrong/, /mirror.* 4: .*hash is wrong/, / 5: does not follow seq 3/, / 5: is not linked/],
    ],
    [
      'of which one holds other records',
      (disk) => put(disk, ['mirror'], names[1], text(...linesOf(6, 'that').slice(3))),
      [3, 4, 5, 6].map((seq) => new RegExp(`mirror.* ${seq}: holds another record`)),
    ],
    [
      'of which one lost a line break',
      (disk) => put(disk, ['mirror'], names[0], first.replace('\n', ' ')),
      [/mirror.* 0: does not hold/, /mirror.* 1: does not hold/],
    ],
    ['of which one lost a file', (disk) => disk.delete(place('mirror', names[1])), [/mirror.* 3: is missing/]],
    [
      'that lost a file',
      (disk) => both.forEach((copy) => void disk.delete(place(copy, names[0]))),
      [/ 3: does not follow seq -1/, / 3: is not linked/, / 3: the journal does not begin with its genesis/],
    ],
    [
      'with a segment that has another name',
      (disk) => {
        for (const copy of both) disk.delete(place(copy, names[1]))
        put(disk, both, '00000000000000000004.jsonl', second)
      },
      [/ 3: begins with seq 3/],
    ],
    [
      'with something between the records',
      (disk) => {
        put(disk, both, names[1], text(...lines.slice(3, 5), 'something', ...lines.slice(5)))
      },
      [/journal.* 5: is no whole record/, /mirror.* 5: is no whole record/],
    ],
    [
      'that end before a clean stop says',
      (disk) => {
        mark(disk)
        put(disk, both, names[1], text(...lines.slice(3, 6)))
      },
      [/journal 6: the mark of a clean stop/, /mirror 6: the mark of a clean stop/],
    ],
    [
      'of which one lost the last record after a clean stop',
      (disk) => {
        mark(disk)
        put(disk, ['mirror'], names[1], text(...lines.slice(3, 6), '{"v":1,'))
      },
      [/mirror.* 6: does not hold the record/],
    ],
    [
      'without any record',
      (disk) => {
        for (const copy of both) for (const name of names) disk.delete(place(copy, name))
      },
      [/the journal holds no whole line/],
    ],
  ]
  for (const [what, change, expected] of rows) {
    it(`${what}, finds ${expected.length === 0 ? 'nothing' : expected.map(({ source }) => source).join(' and ')}`, async () => {
      const disk = diskWith({ [names[0]]: first, [names[1]]: second })
      change(disk)
      const found = told(await verified(nowhere, disk))
      for (const [index, finding] of expected.entries()) expect(found[index]).to.match(finding)
      expect(found, found.join('\n')).to.have.length(expected.length)
    })
  }

  const leftOvers: readonly (readonly [string, readonly string[], string])[] = [
    ['a record that is not whole', both, `${second}${lines[6]?.slice(0, 60)}     `],
    ['a last record in one copy only', ['mirror'], text(...lines.slice(3, 6))],
    ['half of the last record in one copy', ['journal'], `${text(...lines.slice(3, 6))}${lines[6]?.slice(0, 90)}`],
  ]
  for (const [what, copies, contents] of leftOvers) {
    it(`after a crash in the middle of a write takes ${what} for no damage`, async () => {
      const disk = diskWith({ [names[0]]: first, [names[1]]: second })
      put(disk, copies, names[1], contents)
      const { findings, seq } = await verified(nowhere, disk)
      expect([findings.count, seq]).to.deep.equal([0, 6])
      expect(findings.notices.join()).to.include('the next start mends it')
    })
  }

  it('says how far what follows from the records was checked', async () => {
    const disk = diskWith({ [names[0]]: first, [names[1]]: second })
    for (const copy of both) turn(disk, copy, 4)
    expect((await verified(nowhere, disk)).findings.notices.join()).to.include('from seq 5 on only')
  })
})
