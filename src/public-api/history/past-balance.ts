// A balance as it was: GET /v1/accounts/{id}/balance with as_of or as_of_seq.

import type { BalanceQuery } from '../../../actors/virtual-machine/messages.ts'
import type { Moment } from '../../archive/history/history.ts'
import { isProblem, type Problem } from '../answer/problem.ts'
import type { Desk } from '../desk.ts'
import { malformed, timeIn } from './page.ts'
import { accountReached, minimumSeq, seqIn } from './reached.ts'

/** Undefined if the query asks for the balance of now. */
export function momentIn(query: URLSearchParams): Moment | undefined | Problem {
  const text = query.get('as_of_seq')
  const time = timeIn(query, 'as_of')
  if (typeof time === 'object') return time
  if (text === null) return time === undefined ? undefined : { time }
  if (time !== undefined) return malformed("'as_of' and 'as_of_seq' do not go together.")
  const seq = seqIn(text)
  return seq === undefined ? malformed("'as_of_seq' is a seq: a number in digits.") : { seq }
}

/** Only what was posted: holds make no entries, so that what was pending then can't be told. */
export async function pastBalance(desk: Desk, query: BalanceQuery, moment: Moment, client: Request) {
  const minimum = minimumSeq(client.headers)
  if (typeof minimum === 'object') return minimum
  // A seq that is yet to come is waited for, as with Ledger-Min-Seq: before, its balance is not known.
  const least = 'seq' in moment ? Math.max(minimum, moment.seq) : minimum
  const reached = await accountReached(desk, query, least, client)
  if (isProblem(reached)) return reached
  const posted = await reached.history.postedAsOf(reached.place, moment)
  return { body: `{"posted":"${posted}"}`, seq: reached.seq }
}
