// What a command needs of the world: where its answer and its troubles go, and whether somebody watches.

export interface Terminal {
  /** The answer. */
  out(text: string): void
  /** Progress and troubles. */
  error(text: string): void
  /** Whether `error` goes to somebody's eyes, so that a line may be written over. */
  readonly isWatched: boolean
  readonly environment: Readonly<Record<string, string | undefined>>
}

export const processTerminal: Terminal = {
  out: (text) => void process.stdout.write(text),
  error: (text) => void process.stderr.write(text),
  isWatched: process.stderr.isTTY === true,
  environment: process.env,
}

/** 3 as when a start finds the journal damaged. */
export const exitCodes = { ok: 0, failed: 1, usage: 2, damaged: 3 } as const

/** What was asked for can't be done; the message says what to write instead. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
