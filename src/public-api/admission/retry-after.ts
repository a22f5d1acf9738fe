// When to come back, as HTTP says it.

/** What never fits is told a minute: the header takes no infinity, and who asks then is told the same. */
const longestSeconds = 60

/** Whole seconds, rounded up: who comes then does not come in vain. At least 1. */
export function retryAfterSeconds(milliseconds: number): number {
  return Math.min(longestSeconds, Math.max(1, Math.ceil(milliseconds / 1_000)))
}
