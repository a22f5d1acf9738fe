// What an attack tells at its end: how many of how many cases held, and the first that did not.

import type { Findings } from '../checks/findings.ts'

export interface Score {
  readonly line: string
  readonly held: number
  readonly of: number
  readonly seed: number
  readonly seconds: number
}

/** Counts cases by kind. A case that adds a finding has not held. */
export class Tally {
  readonly findings: Findings
  readonly #started = performance.now()
  readonly #kinds = new Map<string, { held: number; of: number }>()

  constructor(findings: Findings) {
    this.findings = findings
  }

  /** Runs one case. An error is a finding. */
  async case(kind: string, name: () => string, work: () => Promise<void>): Promise<void> {
    const count = this.#kinds.get(kind) ?? { held: 0, of: 0 }
    this.#kinds.set(kind, count)
    count.of++
    const before = this.findings.count
    try {
      await work()
    } catch (error) {
      this.findings.add(`${kind}, ${name()}: ${reasonOf(error)}`)
    }
    if (this.findings.count === before) count.held++
  }

  get kinds(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.#kinds].map(([kind, { held, of }]) => [kind, `${held} of ${of}`]))
  }

  score(line: string, seed: number): Score {
    const counts = [...this.#kinds.values()]
    const sum = (member: 'held' | 'of') => counts.reduce((total, count) => total + count[member], 0)
    const seconds = Math.round((performance.now() - this.#started) / 100) / 10
    return { line, held: sum('held'), of: sum('of'), seed, seconds }
  }

  get all(): boolean {
    return this.findings.count === 0
  }
}

/** The last line of a script: one JSON object, or the same for people. */
export function tell(
  asJson: boolean,
  score: Score,
  details: Readonly<Record<string, unknown>>,
  findings: Findings,
): void {
  const told = findings.told()
  if (asJson) return console.log(JSON.stringify({ ...score, ...details, findings: told }))
  const { line, held, of, seed, seconds } = score
  const lines = Object.entries(details).map(([name, detail]) => `  ${name}: ${shown(detail)}`)
  console.log([`${line}: ${held} of ${of} held (seed ${seed}, ${seconds} s)`, ...lines, ...told.map(wrong)].join('\n'))
}

function shown(detail: unknown): string {
  if (typeof detail !== 'object' || detail === null) return String(detail)
  const members = Object.entries(detail).map(([name, value]) => `${name} ${value}`)
  return members.join('; ')
}

function wrong(finding: string): string {
  return `WRONG: ${finding}`
}

/** With the place where it was thrown if it is none of ours: then it is a bug. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.constructor === Error ? error.message : (error.stack ?? error.message)
}
