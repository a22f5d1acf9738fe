// A round: every spec of a suite once, in an order of its own, and what failed in it.

import { randomFrom } from '../harness/random.ts'

export interface Failure {
  /** From the root. */
  readonly file: string
  readonly title: string
  readonly message: string
}

export interface Round {
  /** Of the order of the specs, and of all that they draw. */
  readonly seed: number
  readonly specs: number
  readonly seconds: number
  readonly failures: readonly Failure[]
  /** The command that plays it again, with the rounds of the same process before it. */
  readonly replay: string
}

/** The first of a series has the seed of the series, so that any seed that is told can begin one. */
export function seedOf(series: number, number: number): number {
  return number === 0 ? series : Math.floor(randomFrom(series + number)() * 2 ** 31)
}

export function roundText({ seed, specs, seconds, failures, replay }: Round): string {
  const told = failures.map(({ file, title, message }) => `\n  FLAKE ${file}: ${title}\n    ${message}\n    ${replay}`)
  return `${specs} specs, ${failures.length} failed (seed ${seed}, ${seconds} s)${told.join('')}`
}
