// A ledger's life with a power cut at one of its operations on the disk, and what must be there after it.

import { expect } from 'chai'
import type { Witness } from '../../../actors/state-storage/journal.ts'
import { entryAfter, journalOn, readAll } from '../journals.ts'
import { cutPowerAt, folder, MemoryDisk } from '../memory-disk.ts'

/**
 * Opens, appends, closes, and opens and appends again, until the power is cut at operation `number`. False if it never
 * came to that. What was acknowledged must be there then, and nothing else but the one record under way.
 */
export async function surviveAPowerCut(number: number, random: () => number): Promise<boolean> {
  const disk = new MemoryDisk()
  const power = cutPowerAt(disk, number)
  const acknowledged: string[] = []
  const witness = { seq: 0, hash: '' }
  await live(disk, acknowledged, witness).catch(() => {})
  const left = disk.afterPowerCut(random)
  const journal = journalOn(left, { now: () => 5000 })
  const { head } = await journal.open(witness)
  const lines = (await readAll(journal)).map(({ line }) => line)
  expect(lines.slice(0, acknowledged.length), 'acknowledged records').to.deep.equal(acknowledged)
  expect(lines.length, 'records').to.be.at.most(acknowledged.length + 1)
  const { line } = await journal.append(entryAfter(head))
  await journal.close()
  expect(await linesAgain(left)).to.deep.equal([...lines, line])
  return power.happened()
}

async function live(disk: MemoryDisk, acknowledged: string[], witness: { seq: number; hash: string }): Promise<void> {
  for (let start = 0; start < 2; start++) {
    const journal = journalOn(disk)
    let { head } = await journal.open()
    for (let record = 0; record < 3; record++) {
      const appended = await journal.append(entryAfter(head, 1 + (record % 2)))
      head = appended.head
      acknowledged.push(appended.line)
      Object.assign(witness satisfies Witness, { seq: head.seq, hash: head.hash })
    }
    await journal.close()
  }
}

async function linesAgain(disk: MemoryDisk): Promise<string[]> {
  const journal = journalOn(disk)
  const { notices } = await journal.open()
  expect(notices, `notices of the second start in ${folder}`).to.deep.equal([])
  const records = await readAll(journal)
  await journal.close()
  return records.map(({ line }) => line)
}
