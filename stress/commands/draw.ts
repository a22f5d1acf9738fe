// Draws commands that meet each other: few accounts, few ids, few keys, small limits.

import { type Random, wholeNumber } from '../harness/random.ts'
import type { Command, PostingAsked, SettingsAsked, TransferAsked } from './command.ts'

/** What has happened so far, as the one who sends the commands knows it. */
export interface Known {
  /** Sent before, in order; any of them may be sent again. */
  readonly sent: readonly Command[]
  readonly transfers: readonly string[]
  revisionOf(account: string): number
}

export interface Places {
  readonly accounts: readonly string[]
  /** Makes names of one group of accounts differ from all others. */
  readonly prefix: string
  /** How many ids and keys there are to draw from: the fewer, the more often one is used again. */
  readonly names: number
  /** Whether every POST has a key, so that it can be sent again after an outage. */
  readonly keyed: boolean
  /** Draws of seconds until a hold expires. */
  readonly expiries: readonly number[]
}

const huge = `${2n ** 126n}`

export function drawCommand(random: Random, known: Known, places: Places): Command {
  const dice = random()
  const earlier = pick(random, known.sent.slice(-40))
  if (dice < 0.06 && earlier?.key !== undefined) return earlier
  if (dice < 0.075 && earlier !== undefined && 'id' in earlier.body) return withKey(random, earlier, places)
  const command = withKey(random, drawNew(random, known, places), places)
  const isMisled = dice < 0.105 && earlier?.key !== undefined && command.kind !== 'settings'
  return isMisled ? { ...command, key: earlier.key } : command
}

function drawNew(random: Random, known: Known, places: Places): Command {
  const dice = random()
  const transfer = pick(random, known.transfers.slice(-12)) ?? 'nobody'
  const at = random() < 0.04 ? `${places.prefix}unknown` : transfer
  if (dice < 0.5) return { kind: 'transfer', body: drawTransfer(random, places, known) }
  if (dice < 0.62) {
    const isWhole = random() < 0.5
    return { kind: 'post', transfer: at, body: isWhole ? {} : { amount: `${wholeNumber(random, 1, 60)}` } }
  }
  if (dice < 0.7) return { kind: 'void', transfer: at, body: {} }
  if (dice < 0.82) return { kind: 'reverse', transfer: at, body: random() < 0.3 ? { id: idFrom(random, places) } : {} }
  if (dice < 0.92) return drawSettings(random, places, known)
  const items = Array.from({ length: wholeNumber(random, 1, 5) }, () => drawTransfer(random, places, known))
  const twice = pick(
    random,
    items.filter(({ id }) => id !== undefined),
  )
  if (twice !== undefined && random() < 0.3) items.push(twice)
  const mode = places.keyed && random() < 0.5 ? 'independent' : 'atomic'
  return { kind: 'batch', body: { mode, items } }
}

function drawTransfer(random: Random, places: Places, known: Known): TransferAsked {
  const postings = Array.from({ length: random() < 0.75 ? 1 : wholeNumber(random, 2, 4) }, () =>
    drawPosting(random, places),
  )
  const isHold = random() < 0.4
  const seconds = pick(random, places.expiries)
  const guarded = random() < 0.3 ? pick(random, places.accounts) : pick(random, postings)?.from
  return {
    ...(random() < 0.4 && { id: idFrom(random, places) }),
    postings,
    ...(isHold && { pending: true as const }),
    ...(isHold && seconds !== undefined && random() < 0.5 && { expires_in: seconds }),
    ...(random() < 0.12 && guarded !== undefined && { guard: { [guarded]: drawGuard(random, known) } }),
  }
}

function drawGuard(random: Random, { sent }: Known) {
  if (random() < 0.5) return { available_gte: `${wholeNumber(random, -200, 100)}` }
  return { version: wholeNumber(random, 0, Math.min(sent.length, 12)) }
}

function drawPosting(random: Random, { accounts }: Places): PostingAsked {
  const amount = random() < 0.01 ? huge : `${wholeNumber(random, 1, 50)}`
  const [from = '', to = ''] = [pick(random, accounts), pick(random, accounts)]
  return { from, to, amount, asset: random() < 0.8 ? 'UNIT' : 'USD/2' }
}

function drawSettings(random: Random, { accounts }: Places, { revisionOf }: Known): Command {
  const account = pick(random, accounts) ?? ''
  const limit = (from: number, to: number) => (random() < 0.3 ? null : `${wholeNumber(random, from, to)}`)
  const body: SettingsAsked = {
    asset: random() < 0.8 ? 'UNIT' : 'USD/2',
    ...(random() < 0.4 && { min_balance: limit(-400, -50) }),
    ...(random() < 0.4 && { max_balance: limit(50, 400) }),
    ...(random() < 0.5 && { closed: random() < 0.25 }),
    ...(random() < 0.3 && { metadata: { [`m${wholeNumber(random, 0, 2)}`]: `${wholeNumber(random, 0, 9)}` } }),
  }
  const replace = random() < 0.4
  const isMatched = !replace && random() < 0.5
  return {
    kind: 'settings',
    account,
    replace,
    body,
    ...(isMatched && { ifMatch: revisionOf(account) + (random() < 0.8 ? 0 : 1) }),
  }
}

function withKey(random: Random, command: Command, { prefix, names, keyed }: Places): Command {
  if (command.kind === 'settings') return command
  if (!keyed && random() < 0.6) return command
  return { ...command, key: `${prefix}key${wholeNumber(random, 0, names * 8)}` }
}

function idFrom(random: Random, { prefix, names }: Places): string {
  return `${prefix}id${wholeNumber(random, 0, names)}`
}

function pick<Item>(random: Random, items: readonly Item[]): Item | undefined {
  return items[Math.floor(random() * items.length)]
}
