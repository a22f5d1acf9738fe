// Waits until the history goes as far as an answer must see: the archive is some milliseconds behind the ledger.

import type { Seq } from '../../../actors/state-storage/messages.ts'
import type { BalanceQuery } from '../../../actors/virtual-machine/messages.ts'
import type { AccountPlace, History } from '../../archive/history/history.ts'
import { isProblem, type Problem } from '../answer/problem.ts'
import { type Desk, notOpen, readBalance } from '../desk.ts'

/** A history that holds all up to `seq`: what comes after it is not shown. */
export interface Reached {
  readonly history: History
  readonly seq: Seq
}

export interface AccountReached extends Reached {
  readonly place: AccountPlace
}

const notThere: Problem = {
  code: 'not_ready',
  detail: 'The history did not go that far within 5 s.',
}
const noHistory: Problem = { code: 'not_ready', detail: 'This server keeps no history.' }

const seqForm = /^(0|[1-9][0-9]{0,15})$/

/** Undefined if this is no seq. */
export function seqIn(text: string): Seq | undefined {
  const seq = Number(text)
  return seqForm.test(text) && Number.isSafeInteger(seq) ? seq : undefined
}

/** What Ledger-Min-Seq wants to be seen; 0 without it. */
export function minimumSeq(headers: Headers): Seq | Problem {
  const seq = seqIn(headers.get('Ledger-Min-Seq') ?? '0')
  return seq ?? { code: 'malformed_request', detail: 'Ledger-Min-Seq is a seq: a number in digits.' }
}

/** All that the ledger held when it was asked, and `minimum`. */
export async function ledgerReached(desk: Desk, minimum: Seq): Promise<Reached | Problem> {
  if (desk.history === undefined) return noHistory
  if (desk.ledger.status() !== 'open') return notOpen
  const seq = Math.max(desk.ledger.head().seq, minimum)
  return (await reaches(desk, desk.history, seq)) ? { history: desk.history, seq } : notThere
}

/** The same for one account, which the ledger knows as of exactly one seq. */
export async function accountReached(
  desk: Desk,
  query: BalanceQuery,
  minimum: Seq,
  client: Request,
): Promise<AccountReached | Problem> {
  const { history } = desk
  if (history === undefined) return noHistory
  if (!(await reaches(desk, history, minimum))) return notThere
  const answer = await readBalance(desk, query, client)
  if (isProblem(answer)) return answer
  if (!(await reaches(desk, history, answer.seq))) return notThere
  const { last, count } = answer.balance.state
  return { history, seq: answer.seq, place: { ...query, last, count } }
}

export async function reaches({ patience }: Desk, history: History, seq: Seq): Promise<boolean> {
  if (history.committed() >= seq) return true
  const question = patience.open<true>()
  const forget = history.onceCommitted(seq, () => question.send(true))
  const answer = await question.answer
  forget()
  return answer === true
}
