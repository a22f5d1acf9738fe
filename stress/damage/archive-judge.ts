// What a ledger makes of a damaged archive: every answer right, or none and a rebuilt archive. Never a wrong one.

import { isDeepStrictEqual } from 'node:util'
import { ArchiveDamaged } from '../../actors/state-storage/archive.ts'
import type { SqliteArchive } from '../../src/archive/sqlite-archive.ts'
import { ImageDisk } from '../attacks/image-disk.ts'
import { inThread } from '../attacks/in-thread.ts'
import { smallJournal } from '../attacks/journals.ts'
import { SampleNode } from '../attacks/sample-node.ts'
import { type ArchivedLedger, historyOf } from './archived-ledger.ts'

/** The first one may find the damage when it is asked, the second one rebuilds, the third one must find all well. */
const mostStarts = 3

/** Starts on what is in `folder` until all is answered. Resolves to the count of starts; throws for a wrong answer. */
export async function judgeArchive(ledger: ArchivedLedger, folder: string): Promise<number> {
  for (let start = 1; ; start++) {
    try {
      await askEverything(ledger, folder)
      return start
    } catch (error) {
      if (!(error instanceof ArchiveDamaged) || start === mostStarts) throw error
    }
  }
}

async function askEverything(ledger: ArchivedLedger, folder: string): Promise<void> {
  const archive = inThread(folder)
  const node = new SampleNode(smallJournal(new ImageDisk(ledger.journal)), archive)
  try {
    const { head } = await node.start()
    if (head.seq !== ledger.seq) throw new Error(`the ledger ends at seq ${head.seq}`)
    await askForNames(ledger, node)
    await askForBalances(ledger, node)
    await askForHistory(ledger, archive)
    await node.drain()
  } finally {
    await archive.close()
  }
}

/** Every name is found, with its fact; one that was never taken is not. */
async function askForNames({ life, seq }: ArchivedLedger, node: SampleNode): Promise<void> {
  const names = [...life.seqByName.keys()]
  const seqs = Array.from({ length: seq }, (_, index) => index + 1)
  const { byId, bySeq } = await node.find(seqs, [...names, 'transfer/never'])
  for (const [name, its] of life.seqByName) {
    if (byId.get(name)?.seq !== its) throw new Error(`${name} of seq ${its} was found as ${byId.get(name)?.seq}`)
  }
  if (byId.size !== names.length) throw new Error('a name was found that was never taken')
  for (const fact of life.facts) {
    const [found] = bySeq.get(fact.seq) ?? []
    if (!isDeepStrictEqual(found, JSON.parse(fact.text))) throw new Error(`the fact of seq ${fact.seq} is another`)
  }
}

async function askForBalances({ balances, life }: ArchivedLedger, node: SampleNode): Promise<void> {
  for (const [account, state] of await life.balances(node)) {
    if (!isDeepStrictEqual(state, balances.get(account))) throw new Error(`the balance of ${account} is wrong`)
  }
}

async function askForHistory({ history, balances, seq }: ArchivedLedger, archive: SqliteArchive): Promise<void> {
  if ((await historyOf(archive, balances, seq)) !== history) throw new Error('history was told otherwise')
}
