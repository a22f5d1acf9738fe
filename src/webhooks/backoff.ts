// How long a failed delivery waits for its next attempt.

const first = 1_000
const longest = 3_600_000

/**
 * Milliseconds: 1 s after the first failure, then up to twice as long each time, up to an hour. `random` (from 0 up to 1)
 * takes up to a half off, so that receivers that failed together are not asked again together.
 */
export function backoff(failures: number, random: number): number {
  const full = Math.min(first * 2 ** (failures - 1), longest)
  return Math.max(first, Math.round(full * (1 - random / 2)))
}
