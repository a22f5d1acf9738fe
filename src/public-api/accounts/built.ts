// Waits until the account lists go as far as an answer must see, and asks them.

import type { Seq } from '../../../actors/state-storage/messages.ts'
import type { AccountLists } from '../../archive/accounts/account-lists.ts'
import type { Problem } from '../answer/problem.ts'
import { type Desk, notOpen } from '../desk.ts'
import { minimumSeq } from '../history/reached.ts'

const noLists: Problem = { code: 'not_ready', detail: 'This server keeps no lists of accounts.' }

/** An answer that saw all that the ledger held when it was asked, and what Ledger-Min-Seq wants. Rejects if building fails. */
export async function askBuilt<Read extends { readonly seq: Seq }>(
  desk: Desk,
  headers: Headers,
  ask: (lists: AccountLists) => Promise<Read | undefined>,
): Promise<Read | Problem> {
  const minimum = minimumSeq(headers)
  if (typeof minimum === 'object') return minimum
  const { accounts: lists, ledger } = desk
  if (lists === undefined) return noLists
  if (ledger.status() !== 'open') return notOpen
  const seq = Math.max(ledger.head().seq, minimum)
  if (!(await isBuilt(desk, lists, seq))) return notBuilt(lists.built(), seq)
  const read = await ask(lists)
  // What was built may have been found damaged since: then it begins at 0, as if there were no accounts.
  return read === undefined || read.seq < seq ? notBuilt(0, seq) : read
}

async function isBuilt({ patience }: Desk, lists: AccountLists, seq: Seq): Promise<boolean> {
  const question = patience.open<true | Error>()
  const forget = lists.onceBuilt(seq, (failure) => question.send(failure ?? true))
  const answer = await question.answer
  forget()
  if (answer instanceof Error) throw answer
  return answer === true
}

function notBuilt(built: Seq, seq: Seq): Problem {
  return { code: 'not_ready', detail: `The lists of accounts are built up to seq ${built} of ${seq}. It goes on.` }
}
