// What came of a line: how many held of how many, and whether that is a pass.

import type { Line } from './lines.ts'

export interface Scored {
  readonly line: string
  readonly held: number
  readonly of: number
  readonly seed: number
  readonly seconds: number
  readonly passed: boolean
  /** What the harness told, or its last words. */
  readonly details: unknown
}

/** `last` is the last line that the harness printed; `exit` its exit code. */
export function scoreOf(
  { name }: Pick<Line, 'name'>,
  last: string,
  exit: number | null,
  seed: number,
  seconds: number,
): Scored {
  const { held, of, ...details } = readSummary(last)
  // A harness that tried nothing, or that forgot to fail, has proved nothing.
  const passed = exit === 0 && of > 0 && held === of
  return { line: name, held, of, seed, seconds, passed, details }
}

export function scoreText({ counts, name }: Line, { held, of, seed, seconds, passed, details }: Scored): string {
  const text = `${name.padEnd(16)}${held} of ${of} ${counts} (seed ${seed}, ${seconds} s)`
  return passed ? text : `${text} FAILED\n${JSON.stringify(details)}`
}

function readSummary(last: string): { readonly held: number; readonly of: number } {
  try {
    const told = JSON.parse(last) as { readonly held?: unknown; readonly of?: unknown }
    const { held, of } = told
    if (Number.isSafeInteger(held) && Number.isSafeInteger(of)) return told as { held: number; of: number }
  } catch {
    // Below.
  }
  return { held: 0, of: 0, last } as { held: number; of: number }
}
