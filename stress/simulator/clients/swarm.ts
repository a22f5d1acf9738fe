// Large holds that all end at the same second: more of them than one record can take.

import type { Command, PostingAsked } from '../../commands/command.ts'
import { type Random, wholeNumber } from '../../harness/random.ts'
import { pick } from '../climate.ts'

export function swarm(random: Random, key: string, accounts: readonly string[]): Command {
  const seconds = pick(random, [1, 5, 30])
  const [first = '', ...others] = accounts
  const posting = (): PostingAsked => ({
    from: pick(random, [first, ...others]),
    to: pick(random, [first, ...others]),
    amount: `${wholeNumber(random, 1, 3)}`,
    asset: 'UNIT',
  })
  const hold = () => ({ postings: Array.from({ length: 4 }, posting), pending: true as const, expires_in: seconds })
  const items = Array.from({ length: wholeNumber(random, 2, 5) }, hold)
  return { kind: 'batch', key, body: { mode: 'atomic', items } }
}
