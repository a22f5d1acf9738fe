// Chance for specs: one seeded generator a spec, and its seed in the spec's name or message.

/** Numbers in [0, 1), the same ones for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** SPEC_SEED, asked for within a spec: a later round of the same process has another. It is told at the start of a run. */
export function seedOfRun(): number {
  return Number(process.env.SPEC_SEED ?? 1)
}

/** A new array with the same items in an order drawn from `random` (Fisher–Yates). */
export function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  const result = [...items]
  for (let index = result.length - 1; index > 0; index--) {
    const other = Math.floor(random() * (index + 1))
    const item = result[index] as Item
    result[index] = result[other] as Item
    result[other] = item
  }
  return result
}
