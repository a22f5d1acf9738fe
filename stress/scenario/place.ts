// Finds out which seq each transfer through the origin's endpoint got: the seqs that no other answer told are looked up.

import { transferFound } from '../checks/answers.ts'
import type { TransferSeen } from '../checks/audit.ts'
import type { Findings } from '../checks/findings.ts'
import type { Client } from '../harness/client.ts'
import type { UnplacedTransfer } from './run.ts'

const lookUpsAtOnce = 32

/**
 * Looks up the transfers with these seqs, takes each match out of `unplaced`, and answers them with their seqs.
 * `alone`: nobody else writes, so a seq that matches nothing is a finding.
 */
export async function placeTransfers(
  client: Client,
  seqs: readonly number[],
  unplaced: readonly UnplacedTransfer[],
  alone: boolean,
  findings: Findings,
): Promise<readonly TransferSeen[]> {
  const waiting = new Map<string, UnplacedTransfer[]>()
  for (const transfer of unplaced) {
    const key = keyOf(transfer.from, transfer.to, transfer.amount, transfer.sender.posted)
    waiting.set(key, [...(waiting.get(key) ?? []), transfer])
  }
  const placed: TransferSeen[] = []
  const rest = [...seqs].values()
  await Promise.all(Array.from({ length: lookUpsAtOnce }, lookUp))
  const left = unplaced.length - placed.length
  findings.demand(left === 0, () => `${left} transfers were answered by /api/transfer but have no seq in the ledger`)
  return placed

  async function lookUp(): Promise<void> {
    for (const seq of rest) {
      try {
        const found = await place(seq)
        if (found !== undefined) placed.push(found)
        else if (alone) findings.add(`transfer ${seq} is in the ledger, but nobody was told so`)
      } catch (error) {
        findings.add(`look-up of transfer ${seq}: ${error instanceof Error ? error.message : error}`)
      }
    }
  }

  async function place(seq: number): Promise<TransferSeen | undefined> {
    const answer = await client.get(`/v1/transfers/tr_${seq}`)
    if (answer.status === 404) return undefined
    const body = JSON.parse(answer.text)
    const [{ from, to, amount }] = body.postings
    const key = keyOf(from, to, amount, body.balances?.[from]?.UNIT?.posted)
    const candidates = waiting.get(key) ?? []
    const match = candidates.find(({ sentAfter, ledgerSeq }) => sentAfter < seq && seq <= ledgerSeq)
    if (match === undefined) return undefined
    candidates.splice(candidates.indexOf(match), 1)
    const { holdings } = transferFound(answer, match)
    return { ...match, seq, holdings }
  }
}

function keyOf(from: string, to: string, amount: bigint | string, sender: bigint | string): string {
  return `${from} ${to} ${amount} ${sender}`
}
