// Chance with a seed, so that a run under load can be told to happen again.

/** Numbers in [0, 1), the same ones for the same seed (mulberry32). */
export type Random = () => number

export function randomFrom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A whole number in [from, through]. */
export function wholeNumber(random: Random, from: number, through: number): number {
  return from + Math.floor(random() * (through - from + 1))
}
