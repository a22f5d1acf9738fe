// All attacks on the archive and on the sealed parts of the index of ids, on real files.

import fs from 'node:fs'
import path from 'node:path'
import { Progress } from '../harness/progress.ts'
import { type Random, wholeNumber } from '../harness/random.ts'
import { judgeArchive } from './archive-judge.ts'
import { type ArchivedLedger, makeArchivedLedger } from './archived-ledger.ts'
import type { AttackOptions } from './journal-attack.ts'

/** Changes the contents of a file; undefined: takes it away. */
type Change = (bytes: Buffer, random: Random) => Buffer | undefined

/** More of them at once would hit what SQLite itself looks at, and hide whether rows are checked. */
const mostBits = 6

const changes: Readonly<Record<string, Change>> = {
  'some bits': (bytes, random) =>
    edited(bytes, (copy) => {
      for (let count = wholeNumber(random, 1, mostBits); count > 0; count--) {
        const at = wholeNumber(random, 0, bytes.length - 1)
        copy[at] = (copy[at] ?? 0) ^ (1 << wholeNumber(random, 0, 7))
      }
    }),
  // The first bytes say how the rest is to be read.
  'a bit of the header': (bytes, random) => {
    const at = wholeNumber(random, 0, Math.min(bytes.length, 120) - 1)
    return edited(bytes, (copy) => copy.set([(copy[at] ?? 0) ^ (1 << wholeNumber(random, 0, 7))], at))
  },
  'a byte of a page header': (bytes, random) => {
    const at = Math.min(
      bytes.length - 1,
      wholeNumber(random, 0, (bytes.length - 1) >> 13) * 8192 + wholeNumber(random, 0, 15),
    )
    return edited(bytes, (copy) => copy.set([wholeNumber(random, 0, 255)], at))
  },
  'sectors zeroed': onSectors((copy, at, size) => copy.subarray(at, at + size).fill(0)),
  'sectors of ones': onSectors((copy, at, size) => copy.subarray(at, at + size).fill(255)),
  'sectors duplicated': onSectors((copy, at, size, other, bytes) => bytes.copy(copy, at, other, other + size)),
  'sectors swapped': onSectors((copy, at, size, other, bytes) => {
    bytes.copy(copy, at, other, other + size)
    bytes.copy(copy, other, at, at + size)
  }),
  truncations: (bytes, random) => bytes.subarray(0, wholeNumber(random, 0, bytes.length - 1)),
  'files missing': () => undefined,
}

const sampledCases = 40
const longCases = 1_500

export async function attackArchive(folder: string, { tally, random, long }: AttackOptions): Promise<void> {
  const ledger = await makeArchivedLedger(random, folder)
  const cases = long ? longCases : sampledCases
  const progress = new Progress('archive and index of ids', cases)
  const work = path.join(folder, 'work')
  for (let number = 0; number < cases; number++) {
    const intact = random() < 0.5 ? ledger.stopped : ledger.killed
    const files = filesIn(intact)
    const file = random() < 0.5 ? 'archive.sqlite' : (files[wholeNumber(random, 0, files.length - 1)] ?? '')
    const names = Object.keys(changes)
    const kind = names[number % names.length] ?? ''
    restore(intact, work)
    change(path.join(work, file), changes[kind] as Change, random)
    const place = file.startsWith('ids') ? 'index of ids' : 'archive'
    await tally.case(
      `${place}, ${kind}`,
      () => `${file} (${path.basename(intact)}), case ${number}`,
      async () => {
        await judgeArchive(ledger, work)
      },
    )
    progress.step()
  }
  await putOldFilesBack(ledger, work, tally)
  progress.finish()
}

/** One file after the other as it was at a third of the ledger's life, and all of them. */
async function putOldFilesBack(ledger: ArchivedLedger, work: string, tally: AttackOptions['tally']): Promise<void> {
  for (const intact of [ledger.stopped, ledger.killed]) {
    for (const old of [...filesIn(ledger.older).map((file) => [file]), filesIn(ledger.older)]) {
      restore(intact, work)
      for (const file of old) fs.cpSync(path.join(ledger.older, file), path.join(work, file))
      const name = () => `${old.join(', ')} (${path.basename(intact)})`
      await tally.case('archive, old files put back', name, async () => void (await judgeArchive(ledger, work)))
    }
  }
}

function filesIn(folder: string): string[] {
  const names = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const files = names.filter((name) => fs.statSync(path.join(folder, name)).isFile())
  // The lock holds nothing, and the other is made anew at each start.
  return files.filter((name) => !name.startsWith('lock.') && !name.endsWith('-shm')).sort()
}

function restore(intact: string, work: string): void {
  fs.rmSync(work, { recursive: true, force: true })
  fs.cpSync(intact, work, { recursive: true })
}

function change(file: string, by: Change, random: Random): void {
  const bytes = fs.readFileSync(file)
  const changed = bytes.length === 0 ? undefined : by(bytes, random)
  if (changed === undefined) fs.rmSync(file)
  else fs.writeFileSync(file, changed)
}

function edited(bytes: Buffer, change: (copy: Buffer) => void): Buffer {
  const copy = Buffer.from(bytes)
  change(copy)
  return copy
}

function onSectors(change: (copy: Buffer, at: number, size: number, other: number, bytes: Buffer) => void): Change {
  return (bytes, random) => {
    const size = [512, 4096, 8192][wholeNumber(random, 0, 2)] ?? 512
    const sector = () => wholeNumber(random, 0, Math.ceil(bytes.length / size) - 1) * size
    return edited(bytes, (copy) => change(copy, sector(), size, sector(), bytes))
  }
}
