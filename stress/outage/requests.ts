// The transfers of the crash harness: each has a reference of its own, so that what happened to it can be told for sure.

import type { Asked, TransferTold } from '../checks/answers.ts'
import type { Command } from '../commands/command.ts'
import { type Random, wholeNumber } from '../harness/random.ts'

/** A transfer that was sent, and what is known of it by now. */
export interface Sent {
  readonly asked: Asked & { readonly reference: string }
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
  /** The highest seq that had been answered when it was sent. */
  readonly sentAfter: number
  /** The bytes that tell of it, and what they say: from its answer, or from a look-up after the outage. */
  known?: { readonly text: string; readonly told: TransferTold }
}

/** Whether sending it again asks for the same transfer and not for a second one. */
export function isRepeatable({ asked, headers }: Sent): boolean {
  return asked.id !== undefined || headers['idempotency-key'] !== undefined
}

export function accountName(index: number): string {
  return `users:${index}:wallet`
}

/** A quarter each without any name, with an Idempotency-Key, with a client-made id, with both. */
export function newRequest(random: Random, users: number, reference: string, sentAfter: number): Sent {
  const user = () => accountName(wholeNumber(random, 0, users - 1))
  const [from, to, amount] = [user(), user(), BigInt(wholeNumber(random, 1, 1_000))]
  const [withKey, withId] = [random() < 0.5, random() < 0.5]
  const named = withId ? { id: `crash:${reference}` } : {}
  return {
    asked: { from, to, amount, reference, ...named },
    body: JSON.stringify({ from, to, amount: `${amount}`, reference, ...named }),
    headers: withKey ? { 'idempotency-key': `key of ${reference}` } : {},
    sentAfter,
  }
}

/** What is asked, as the checker of serializability knows it. */
export function commandOf({ asked, headers }: Sent, more = 0n): Command {
  const { from, to, amount, id } = asked
  const key = headers['idempotency-key']
  const postings = [{ from, to, amount: `${amount + more}`, asset: 'UNIT' }]
  return {
    kind: 'transfer',
    body: { postings, ...(id !== undefined && { id }) },
    ...(key !== undefined && { key }),
  }
}

/** The same names for another amount: nobody may get away with it. */
export function contradicting({ asked, headers }: Sent): { readonly body: string; readonly code: string } {
  const { amount, ...rest } = asked
  return {
    body: JSON.stringify({ ...rest, amount: `${amount + 1n}` }),
    code: headers['idempotency-key'] === undefined ? 'id_exists_with_different_content' : 'idempotency_key_reused',
  }
}
