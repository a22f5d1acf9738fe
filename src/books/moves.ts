// What a fact's postings move, hold and release.

import type { Hold } from '../../actors/contracts/holds/hold.ts'
import type { PostingJson, SettlementFact, TransferFact } from '../../actors/contracts/transfer.ts'
import type { Move } from './account-book.ts'

export interface Moves {
  readonly moves: readonly Move[]
  readonly wrong: string[]
}

export function transferMoves({ state, postings }: TransferFact): Moves {
  const wrong = state === 'posted' || state === 'pending' ? [] : [`has the unknown state ${state}`]
  if (postings.length === 0) wrong.push('moves nothing')
  const moves = postings.map((posting) => {
    const amount = amountOf(posting)
    return state === 'pending' ? { posting, posted: 0n, held: amount } : { posting, posted: amount, held: 0n }
  })
  return { moves, wrong }
}

const states = { Post: 'posted', Void: 'voided', Expire: 'expired' } as const

export function settlementMoves({ method, state, postings }: SettlementFact, hold: Hold): Moves {
  const wrong = state === states[method] ? [] : [`has the state ${state} after ${method}`]
  const isOfHold = method === 'Post' ? postings.length === hold.postings.length : postings.length === 0
  if (!isOfHold) wrong.push('does not move what was held')
  const moves = hold.postings.map((posting, index) => {
    const held = amountOf(posting)
    const moved = method === 'Post' ? postings[index] : undefined
    const posted = moved === undefined ? 0n : amountOf(moved)
    if (moved !== undefined && !isPartOf(moved, posting, hold.postings.length === 1)) {
      wrong.push(`posts ${JSON.stringify(moved)} of the held ${JSON.stringify(posting)}`)
    }
    return { posting, posted, held: -held }
  })
  return { moves, wrong }
}

/** A hold of one posting may be posted in part. */
function isPartOf(moved: PostingJson, held: PostingJson, isOnly: boolean): boolean {
  if (moved.from !== held.from || moved.to !== held.to || moved.asset !== held.asset) return false
  return isOnly ? BigInt(moved.amount) <= BigInt(held.amount) : moved.amount === held.amount
}

/** Throws an Error if it is no whole number above 0, as it is written. */
function amountOf({ amount }: PostingJson): bigint {
  if (typeof amount !== 'string' || !/^[1-9][0-9]*$/.test(amount)) throw new Error(`${amount} is no amount`)
  return BigInt(amount)
}
