// The whole stress scenario on a server that runs: balances before, the load, balances after, and the audit of it all.

import { headRead } from '../checks/answers.ts'
import { auditBalances, auditReads, auditTransfers } from '../checks/audit.ts'
import { Book } from '../checks/book.ts'
import type { Findings } from '../checks/findings.ts'
import { Client } from '../harness/client.ts'
import type { Progress } from '../harness/progress.ts'
import { checkRecorded } from '../serializability/checker.ts'
import { readBalances } from './balances.ts'
import { placeTransfers } from './place.ts'
import { abyss, accountsOf, digging, type PlanOptions, planned } from './plan.ts'
import { Run, type Seen } from './run.ts'

export interface ScenarioOptions extends PlanOptions {
  readonly concurrency: number
  /** Whether the server is the script's own. If not, others may write to it, but not to the script's accounts. */
  readonly alone: boolean
}

/** What it finds wrong goes to `findings`; rejects only when it cannot even read the balances before or after. */
export async function playScenario(
  url: string,
  options: ScenarioOptions,
  findings: Findings,
  progress: Progress,
): Promise<Seen> {
  const client = new Client(url, options.concurrency)
  try {
    const { book, seq: opening } = await openBook(client, options, findings)
    const openingTotal = book.total()
    const run = new Run(client, findings, progress)
    if (options.refused > 0 && book.latest(abyss).posted === 0n) await run.work([digging].values(), 1)
    const seen = await run.work(planned(options), options.concurrency)
    progress.finish()
    const closing = headRead(await client.get('/v1/journal/head'))
    const made = seen.transfers.length + seen.unplaced.length
    const alone = options.alone || closing - opening === made
    findings.demand(!alone || closing - opening === made, () => {
      return `the journal's head went from ${opening} to ${closing}, but ${made} transfers were answered as made`
    })
    const untold = seqsBetween(opening, closing, new Set(seen.transfers.map(({ seq }) => seq)))
    const placed = await placeTransfers(client, untold, seen.unplaced, alone, findings)
    auditTransfers(book, [...seen.transfers, ...placed], alone ? opening : undefined, findings)
    auditReads(book, seen.reads, findings)
    if (alone) seen.checked = checkRecorded(run.recorder, findings)
    auditBalances(book, await readBalances(client, book.accounts(), findings), openingTotal, findings)
    return seen
  } finally {
    await client.destroy()
  }
}

async function openBook(
  client: Client,
  options: ScenarioOptions,
  findings: Findings,
): Promise<{ book: Book; seq: number }> {
  const book = new Book()
  const seq = headRead(await client.get('/v1/journal/head'))
  const { alone } = options
  findings.demand(!alone || seq === 0, () => `a new ledger's head is at ${seq}`)
  for (const [name, { posted, version = 0 }] of await readBalances(client, accountsOf(options), findings)) {
    book.open(name, posted, version)
    findings.demand(!alone || (posted === 0n && version === 0), () => `${name} of a new ledger holds ${posted}`)
  }
  return { book, seq }
}

function seqsBetween(opening: number, closing: number, told: ReadonlySet<number>): readonly number[] {
  const all = Array.from({ length: Math.max(0, closing - opening) }, (_, index) => opening + 1 + index)
  return all.filter((seq) => !told.has(seq))
}
