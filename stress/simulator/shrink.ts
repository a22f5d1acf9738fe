// Makes a failure smaller: fewer evils, fewer clients, fewer commands, less time, as long as the world still fails.

import { climateOf, type Evil, evils, type Limits } from './climate.ts'
import { type Outcome, simulate } from './simulate.ts'

/** Worlds that may be tried. */
const attempts = 60

export interface Shrunk {
  readonly limits: Limits
  readonly outcome: Outcome
}

export async function shrink(seed: number, limits: Limits, outcome: Outcome): Promise<Shrunk> {
  let smallest: Shrunk = { limits: { ...limits, minutes: minutesOf(outcome, limits.minutes) }, outcome }
  let tried = 0
  const attempt = async (change: Partial<Limits>): Promise<boolean> => {
    if (tried++ >= attempts) return false
    const smaller = { ...smallest.limits, ...change }
    const again = await simulate(climateOf(seed, smaller))
    if (again.wrong === undefined) return false
    smallest = { limits: { ...smaller, minutes: minutesOf(again, smaller.minutes) }, outcome: again }
    return true
  }
  for (const evil of evils) await attempt({ without: [...smallest.limits.without, evil satisfies Evil] })
  for (const clients of [1, 2, 3]) if (await attempt({ clients })) break
  while (await attempt({ commands: Math.floor(smallest.outcome.commands / 2) }));
  while (await attempt({ commands: smallest.outcome.commands - 1 }));
  return smallest
}

/** What comes after the failure does not matter. */
function minutesOf({ seconds }: Outcome, minutes: number): number {
  return Math.min(minutes, Math.ceil(seconds / 6) / 10)
}

/** The one line that makes it happen again. */
export function replayLine(seed: number, { minutes, without, clients, commands }: Limits): string {
  const parts = [`npm run simulate -- --seed ${seed} --minutes ${minutes}`]
  if (without.length > 0) parts.push(`--without ${without.join(',')}`)
  if (Number.isFinite(clients)) parts.push(`--clients ${clients}`)
  if (Number.isFinite(commands)) parts.push(`--commands ${commands}`)
  return parts.join(' ')
}
