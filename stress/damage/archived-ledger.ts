// A ledger with a real archive in a folder, and the right answers to all that can be asked of it.

import fs from 'node:fs'
import path from 'node:path'
import type { Account } from '../../actors/contracts/account.ts'
import type { SqliteArchive } from '../../src/archive/sqlite-archive.ts'
import { type Image, ImageDisk } from '../attacks/image-disk.ts'
import { inThread } from '../attacks/in-thread.ts'
import { smallJournal } from '../attacks/journals.ts'
import { SampleLife } from '../attacks/sample-life.ts'
import { SampleNode } from '../attacks/sample-node.ts'
import type { Random } from '../harness/random.ts'

export interface ArchivedLedger {
  readonly journal: Image
  readonly life: SampleLife
  readonly balances: ReadonlyMap<string, Account>
  readonly seq: number
  readonly history: string
  /** The archive's folder after a clean stop, as it was when the process was killed, and at a third of its life. */
  readonly stopped: string
  readonly killed: string
  readonly older: string
}

const batches = 90

export async function makeArchivedLedger(random: Random, folder: string): Promise<ArchivedLedger> {
  const stopped = path.join(folder, 'stopped')
  const disk = new ImageDisk()
  const archive = inThread(stopped)
  const node = new SampleNode(smallJournal(disk), archive)
  await node.start()
  const life = new SampleLife(random)
  const keptAs = (name: string) => {
    fs.cpSync(stopped, path.join(folder, name), { recursive: true })
    return path.join(folder, name)
  }
  let older = ''
  for (let batch = 0; batch < batches; batch++) {
    if (batch === batches / 3) older = keptAs('older')
    await life.live(node)
  }
  const balances = await life.balances(node)
  const seq = Math.max(...life.facts.map((fact) => fact.seq))
  while (archive.history.committed() < seq) await new Promise((resolve) => setImmediate(resolve))
  const history = await historyOf(archive, balances, seq)
  const killed = keptAs('killed')
  await node.drain()
  return { journal: disk.image(), life, balances, seq, history, stopped, killed, older }
}

/** All that history tells, as one text: statements, balances of the past, lists of transfers in both orders. */
export async function historyOf(
  archive: SqliteArchive,
  balances: ReadonlyMap<string, Account>,
  through: number,
): Promise<string> {
  const told: unknown[] = []
  for (const [account, { last, count }] of balances) {
    const place = { account, asset: 'UNIT', last, count }
    told.push(await archive.history.statement(place, { low: 1, high: count }))
    for (let seq = 1; seq <= through; seq += 37) told.push(await archive.history.postedAsOf(place, { seq }))
    told.push(await archive.history.transfersOf(place, { order: 'asc', after: null, limit: 1_000, filter: {} }))
  }
  for (const order of ['asc', 'desc'] as const) {
    let after: Parameters<typeof archive.history.transfers>[1]['after'] = null
    do {
      const page = await archive.history.transfers(through, { order, after, limit: 13, filter: {} })
      told.push(page.facts)
      after = page.next
    } while (after !== null)
  }
  return JSON.stringify(told)
}
