// A transfer's 201 as Surety's own renderer writes it, without a ledger: what the echoes answer.

import type { AccountAfter, PostingJson } from '../../actors/contracts/transfer.ts'
import { transferHeaders } from '../../src/public-api/answer/headers.ts'
import { renderTransfer } from '../../src/public-api/answer/render-v1.ts'

/** What the accounts of a bench hold after some rounds, in length. */
const typical = {
  asset: 'UNIT',
  posted: '-1234',
  pending_in: '0',
  pending_out: '0',
  version: 23,
  count: 23,
} as const

export function renderedTransfer(posting: PostingJson, seq: number): string {
  const balances: AccountAfter[] = [{ account: posting.from, ...typical }]
  if (posting.from !== posting.to) balances.push({ account: posting.to, ...typical })
  const fact = { method: 'Transfer', renderer: 1, state: 'posted', id: `tr_${seq}`, seq, time: Date.now() } as const
  return renderTransfer({ ...fact, postings: [posting], balances })
}

export function transferHeadersOf(seq: number): Record<string, string> {
  return transferHeaders(`tr_${seq}`, false, seq, `req_AAAAAAAAAAAA_${seq.toString(36)}`)
}
