// Holds what a ledger told against the second book: the order of its seqs decides, whoever was answered first.

import type { Holding } from './answers.ts'
import type { Book } from './book.ts'
import type { Findings } from './findings.ts'

/** A transfer that was answered as made. */
export interface TransferSeen {
  readonly from: string
  readonly to: string
  readonly amount: bigint
  readonly seq: number
  /** What its answer told of its accounts. */
  readonly holdings: ReadonlyMap<string, Holding>
  /** The highest seq that had been answered when it was sent: its own must be higher. */
  readonly sentAfter: number
}

export interface ReadSeen {
  readonly account: string
  readonly holding: Holding
  /** The highest seq that had been answered when it was sent: it must see at least this. */
  readonly sentAfter: number
  /** The Ledger-Seq of its answer: it may not know what came later. */
  readonly ledgerSeq: number
}

/**
 * Enters the transfers into the book in the order of their seq; each answer must tell what the book then says.
 * `after` is the seq before the first of them when nobody else writes: then no seq may be missing. Otherwise undefined.
 */
export function auditTransfers(
  book: Book,
  transfers: readonly TransferSeen[],
  after: number | undefined,
  findings: Findings,
): void {
  let previous = after ?? 0
  for (const transfer of transfers.toSorted((one, other) => one.seq - other.seq)) {
    const { seq, from, to, amount, sentAfter } = transfer
    findings.demand(seq !== previous, () => `seq ${seq} was given to two transfers`)
    if (after !== undefined) {
      findings.demand(seq <= previous + 1, () => `seqs ${previous + 1} to ${seq - 1} belong to no answered transfer`)
    }
    findings.demand(seq > sentAfter, () => `transfer ${seq} was sent after ${sentAfter} had been answered`)
    book.enter(seq, from, to, amount)
    for (const [account, holding] of transfer.holdings) {
      findings.demand(agrees(holding, book.latest(account)), () => {
        return `transfer ${seq} told ${shown(holding)} of ${account}, the book says ${shown(book.latest(account))}`
      })
    }
    previous = seq
  }
}

/** A read in flight may see any prefix, but none older than what was answered before it was sent. */
export function auditReads(book: Book, reads: readonly ReadSeen[], findings: Findings): void {
  for (const { account, holding, sentAfter, ledgerSeq } of reads) {
    findings.demand(
      book.linesWithin(account, sentAfter, ledgerSeq).some((line) => agrees(holding, line)),
      () =>
        `a read between ${sentAfter} and ${ledgerSeq} told ${shown(holding)} of ${account}, which it never held then`,
    )
  }
}

/** The closing balances: the book's, and in sum what the accounts held in the beginning. */
export function auditBalances(
  book: Book,
  balances: ReadonlyMap<string, Holding>,
  openingTotal: bigint,
  findings: Findings,
): void {
  let total = 0n
  for (const [account, holding] of balances) {
    total += holding.posted
    findings.demand(agrees(holding, book.latest(account)), () => {
      return `${account} holds ${shown(holding)}, the book says ${shown(book.latest(account))}`
    })
  }
  findings.demand(total === openingTotal, () => `all balances together are ${total}, they were ${openingTotal}`)
}

function agrees(holding: Holding, line: Holding): boolean {
  return holding.posted === line.posted && (holding.version ?? line.version) === line.version
}

function shown({ posted, version }: Holding): string {
  return version === undefined ? `${posted}` : `${posted} (version ${version})`
}
