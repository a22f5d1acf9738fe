// What a process that died while it wrote may leave of a record, and what recovery must make of it.

import { expect } from 'chai'
import { journalOn, killedLedger, linesOn, placesIn, readAll, survivesAll } from '../journals.ts'
import { folder, type MemoryDisk, mirror } from '../memory-disk.ts'

/** All records in one segment. */
export const oneSegment = { segmentBytes: 4000, preallocateBytes: 4000 }
const name = '00000000000000000000.jsonl'
export const [main, other] = [`${folder}/${name}`, `${mirror}/${name}`]

/** What a file that held `bytes` may look like when only the first `length` of them reached the disk. */
export const remains = {
  'ends there': (bytes: Buffer, length: number) => bytes.subarray(0, length),
  'is blank from there': (bytes: Buffer, length: number) => Buffer.from(bytes).fill(' ', length),
  'is zero from there': (bytes: Buffer, length: number) => Buffer.from(bytes).fill(0, length),
} as const

export type Remains = keyof typeof remains

/** Both copies of a ledger end after any byte behind the genesis: every whole record is kept, and nothing else. */
export async function expectCutAfterAnyByte(counts: readonly number[], how: Remains): Promise<void> {
  const { disk, lines } = await killedLedger(counts, oneSegment)
  const bytes = disk.contents(main)
  const [genesis, ...places] = placesIn(bytes)
  for (let length = genesis?.end ?? 0; length <= (places.at(-1)?.end ?? 0); length++) {
    const torn = disk.afterPowerCut(survivesAll)
    for (const path of [main, other]) torn.put(path, remains[how](bytes, length))
    const whole = places.filter(({ end }) => end <= length)
    const tornBytes = length - (whole.at(-1)?.end ?? genesis?.end ?? 0)
    await expectCutTo(torn, lines.slice(0, whole.length), tornBytes, how)
  }
}

/** One copy of a ledger ends after any byte, even of the genesis: the other has it all. */
export async function expectKeptByTheOther(counts: readonly number[], how: Remains, path: string): Promise<void> {
  const { disk, lines } = await killedLedger(counts, oneSegment)
  const bytes = disk.contents(main)
  for (let length = 0; length <= (placesIn(bytes).at(-1)?.end ?? 0); length++) {
    const torn = disk.afterPowerCut(survivesAll)
    torn.put(path, remains[how](bytes, length))
    expect(await linesOn(torn, oneSegment), `${length}`).to.deep.equal(lines)
    expect(torn.contents(path).equals(torn.contents(main)), `${length}`).to.equal(true)
  }
}

function cuts(disk: MemoryDisk): string[] {
  return [...disk.paths(folder), ...disk.paths(mirror)].filter((path) => path.endsWith('.cut'))
}

async function expectCutTo(disk: MemoryDisk, lines: readonly string[], tornBytes: number, how: string): Promise<void> {
  const before = disk.contents(main)
  const journal = journalOn(disk, oneSegment)
  const { notices } = await journal.open()
  const records = await readAll(journal)
  await journal.close()
  expect(records.map(({ line }) => line)).to.deep.equal(lines)
  const end = placesIn(disk.contents(main)).at(-1)?.end ?? 0
  for (const path of [main, other]) expect(disk.contents(path).subarray(end).toString().trim()).to.equal('')
  if (how === 'is zero from there') return // zeros are not blank: they are kept, too
  expect(notices.length).to.equal(tornBytes > 0 ? 2 : 0)
  expect(cuts(disk).length).to.equal(notices.length)
  for (const path of cuts(disk))
    expect(disk.contents(path).equals(before.subarray(end, end + tornBytes))).to.equal(true)
}
