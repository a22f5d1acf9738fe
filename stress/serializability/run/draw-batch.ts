// Draws large batches: up to hundreds of transfers between many accounts, and now and then one that meets what limits forbid.

import type { Command, PostingAsked, TransferAsked } from '../../commands/command.ts'
import { type Random, wholeNumber } from '../../harness/random.ts'

/** How large a batch may be at most: small ones take turns with singles, large ones fill a record. */
const sizes = [20, 150, 500]

export interface BatchPlaces {
  /** Nobody closes or limits these: a batch of hundreds between accounts that are closed would always be refused. */
  readonly open: readonly string[]
  /** These may be closed, or limited. */
  readonly limited: readonly string[]
  /** Makes its keys and ids differ from all others. */
  readonly prefix: string
}

export function drawBatch(random: Random, places: BatchPlaces, number: number): Command {
  const name = `${places.prefix}batch${number}`
  const most = sizes[Math.floor(random() * sizes.length)] ?? 1
  const isAtomic = random() < 0.5
  const items = Array.from({ length: wholeNumber(random, 2, most) }, (_, item) =>
    // A refused item of an independent batch does not tell its seq: who took its id, and when, could not be told.
    drawOpen(random, places, isAtomic && random() < 0.1 ? `${name}-${item}` : undefined),
  )
  const [again] = items.filter(({ id }) => id !== undefined)
  if (again !== undefined && random() < 0.2) items.push(again)
  if (random() < 0.15) items[wholeNumber(random, 0, items.length - 1)] = drawLimited(random, places)
  return { kind: 'batch', key: name, body: { mode: isAtomic ? 'atomic' : 'independent', items } }
}

/** A transfer that nothing stands against. */
export function drawOpen(random: Random, { open }: BatchPlaces, id: string | undefined): TransferAsked {
  const postings = Array.from({ length: random() < 0.9 ? 1 : 2 }, () => drawPosting(random, open, open))
  return { ...(id !== undefined && { id }), postings, ...(random() < 0.1 && { pending: true as const }) }
}

function drawLimited(random: Random, { open, limited }: BatchPlaces): TransferAsked {
  return { postings: [random() < 0.5 ? drawPosting(random, open, limited) : drawPosting(random, limited, open)] }
}

function drawPosting(random: Random, givers: readonly string[], takers: readonly string[]): PostingAsked {
  const pick = (accounts: readonly string[]) => accounts[Math.floor(random() * accounts.length)] ?? ''
  const asset = random() < 0.8 ? 'UNIT' : 'USD/2'
  return { from: pick(givers), to: pick(takers), amount: `${wholeNumber(random, 1, 50)}`, asset }
}
