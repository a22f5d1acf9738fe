// Whether a room withstood: every survivor is argued, every argument still has its survivor, and the share is reached.

import type { Argued } from './argued.ts'
import { type Found, keyOf } from './report.ts'
import type { MutatedRoom } from './rooms.ts'

export interface Verdict {
  readonly room: string
  readonly killed: number
  /** Of those killed: the specs did not come to an end. */
  readonly timeouts: number
  readonly survived: number
  readonly equivalent: number
  readonly accepted: number
  /** Killed of all that mean something else than the code, in percent. */
  readonly score: number
  readonly least: number
  readonly unargued: readonly Found[]
  /** Arguments for what was killed, or is not there any more. */
  readonly outdated: readonly Argued[]
  readonly passed: boolean
}

/** Those that could not be loaded at all (CompileError, RuntimeError) or were left out (Ignored) count as nothing. */
export function verdictOn({ name, least }: MutatedRoom, mutants: readonly Found[], argued: readonly Argued[]): Verdict {
  const timeouts = mutants.filter(({ status }) => status === 'Timeout').length
  const killed = mutants.filter(({ status }) => status === 'Killed').length + timeouts
  const survivors = mutants.filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
  const { unargued, used, outdated } = matched(survivors, argued)
  const equivalent = used.filter(({ verdict }) => verdict === 'equivalent').length
  const counted = killed + survivors.length - equivalent
  const score = counted === 0 ? 0 : (100 * killed) / counted
  return {
    room: name,
    killed,
    timeouts,
    survived: survivors.length,
    equivalent,
    accepted: used.length - equivalent,
    score,
    least,
    unargued,
    outdated,
    passed: score >= least && unargued.length === 0 && outdated.length === 0,
  }
}

/** Each argument is for one survivor: of two that read the same, both must be argued. */
function matched(survivors: readonly Found[], argued: readonly Argued[]) {
  const open = Map.groupBy(argued, keyOf)
  const unargued: Found[] = []
  const used: Argued[] = []
  for (const survivor of survivors) {
    const argument = open.get(keyOf(survivor))?.shift()
    if (argument === undefined) unargued.push(survivor)
    else used.push(argument)
  }
  return { unargued, used, outdated: [...open.values()].flat() }
}
