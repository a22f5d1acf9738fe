// A small ledger that moves amounts by the simplest of rules, and the journal lines and entries that follow from it.

import { createHash } from 'node:crypto'
import type { Position } from '../../../actors/contracts/account.ts'
import type { AccountAfter, PostingJson, TransferFact } from '../../../actors/contracts/transfer.ts'
import type { Transaction } from '../../../actors/state-storage/messages.ts'

export interface StatementLine {
  readonly position: Position
  readonly change: bigint
  readonly posted: bigint
}

export class SampleLedger {
  readonly id = '0123456789abcdef0123456789abcdef'
  /** What each account's statement must show, by `asset/account`. */
  readonly statements = new Map<string, StatementLine[]>()
  readonly facts: Transaction[] = []
  head = { seq: 0, hash: hashOf('genesis') }

  /** A journal line with one transfer a list of postings, `from>to:amount` each. */
  line(...transfers: readonly (readonly string[])[]): string {
    const first = this.head.seq + 1
    return this.lineOf(transfers.map((postings, index) => this.transfer(first + index, postings)))
  }

  /** A journal line with these facts. */
  lineOf(transactions: readonly Transaction[]): string {
    const [first, last] = [this.head.seq + 1, transactions.at(-1)?.seq ?? 0]
    const facts = JSON.stringify(transactions)
    const writes = '["account/UNIT/[\\"]},{",{"posted":"1","prev":"x"}]'
    const start = `{"v":1,"seq":[${first},${last}],"time":${timeOf(first)},"transactions":${facts},"writes":[${writes}]`
    const body = `${start},"prev":"${this.head.hash}"`
    this.head = { seq: last, hash: hashOf(body) }
    this.facts.push(...transactions)
    return `${body},"hash":"${this.head.hash}"}`
  }

  /** The fact of a transfer; `offset` is where its postings begin within its seq. */
  transfer(seq: number, texts: readonly string[], offset = 0): TransferFact {
    const postings = texts.map(postingOf)
    const before = new Map<string, readonly StatementLine[]>()
    for (const { from, to, asset } of postings) {
      for (const account of [from, to]) before.set(`${asset}/${account}`, [...this.statement(asset, account)])
    }
    postings.forEach((posting, index) => {
      if (posting.from === posting.to) return
      const position: Position = [seq, offset + index]
      this.#enter(posting.asset, posting.from, -BigInt(posting.amount), position)
      this.#enter(posting.asset, posting.to, BigInt(posting.amount), position)
    })
    const balances = [...before].map(([key, earlier]) => this.#balance(key, earlier))
    const fact = { seq, time: timeOf(seq), method: 'Transfer', renderer: 1, id: `tr_${seq}`, state: 'posted' } as const
    return { ...fact, postings, balances, metadata: { note: 'brackets ]}," and \\ quotes "' } }
  }

  statement(asset: string, account: string): StatementLine[] {
    return this.statements.get(`${asset}/${account}`) ?? []
  }

  #enter(asset: string, account: string, change: bigint, position: Position): void {
    const statement = this.statement(asset, account)
    this.statements.set(`${asset}/${account}`, statement)
    statement.push({ position, change, posted: (statement.at(-1)?.posted ?? 0n) + change })
  }

  #balance(key: string, before: readonly StatementLine[]): AccountAfter {
    const slash = key.lastIndexOf('/')
    const statement = this.statements.get(key) ?? []
    const after: AccountAfter = {
      account: key.slice(slash + 1),
      asset: key.slice(0, slash),
      posted: String(statement.at(-1)?.posted ?? 0n),
      pending_in: '0',
      pending_out: '0',
      version: statement.length,
      count: statement.length,
    }
    const isUnchanged = before.length === statement.length
    return isUnchanged ? after : { ...after, previous: before.at(-1)?.position ?? null }
  }
}

export function timeOf(seq: number): number {
  return 1_700_000_000_000 + seq * 10
}

function postingOf(text: string): PostingJson {
  const [, from = '', to = '', amount = '', asset = 'UNIT'] = /^(\S+)>(\S+):(\d+)(?: (\S+))?$/.exec(text) ?? []
  return { from, to, amount, asset }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
