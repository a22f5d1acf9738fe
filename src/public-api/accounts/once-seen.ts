// Ledger-Min-Seq on reads of what is now: they wait until the ledger goes that far.

import type { Context, Handler } from 'hono'
import type { Seq } from '../../../actors/state-storage/messages.ts'
import { type Problem, problemResponse } from '../answer/problem.ts'
import type { Desk } from '../desk.ts'
import { minimumSeq, reaches } from '../history/reached.ts'

const notThere: Problem = { code: 'not_ready', detail: 'The ledger did not go that far within 5 s.' }

/** Without the header the handler is asked at once. */
export function onceSeen(desk: Desk, handler: Handler): Handler {
  return function readOnceSeen(context, next) {
    const { headers } = context.req.raw
    return headers.has('ledger-min-seq') ? waitAndRead(context, headers) : handler(context, next)
  }

  async function waitAndRead(context: Context, headers: Headers): Promise<Response> {
    const minimum = minimumSeq(headers)
    const problem = typeof minimum === 'object' ? minimum : (await isSeen(desk, minimum)) ? undefined : notThere
    if (problem === undefined) return handler(context, nothingNext)
    return problemResponse(problem, desk.ledger.head().seq, desk.nextRequestId())
  }
}

async function nothingNext(): Promise<void> {}

/** The ledger tells nobody when it moves, but the archive does, some milliseconds later: soon enough for who asked too early. */
async function isSeen(desk: Desk, seq: Seq): Promise<boolean> {
  if (desk.ledger.head().seq >= seq) return true
  return desk.history !== undefined && (await reaches(desk, desk.history, seq))
}
