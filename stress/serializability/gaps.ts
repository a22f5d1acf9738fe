// Seqs that no answer told: each must be of a write that nobody knows the fate of, and of another one each.

/** A write that may have taken a seq above `lower`, up to `upper`. */
export interface Filler {
  readonly lower: number
  readonly upper: number
}

/**
 * The gaps that no filler is left for; `gaps` rise. The filler that ends first takes the first free gap above its
 * lower end: no other choice fills more, because what it takes is of more use to nobody who ends later.
 */
export function unfilled(gaps: readonly number[], fillers: readonly Filler[]): readonly number[] {
  const nextFree = Int32Array.from({ length: gaps.length + 1 }, (_, index) => index)
  const free = (index: number): number => {
    let root = index
    while (nextFree[root] !== root) root = nextFree[root] ?? gaps.length
    for (let at = index; at !== root; ) {
      const next = nextFree[at] ?? root
      nextFree[at] = root
      at = next
    }
    return root
  }
  const taken = new Set<number>()
  for (const { lower, upper } of [...fillers].sort((one, other) => one.upper - other.upper)) {
    const index = free(firstAbove(gaps, lower))
    if (index === gaps.length || (gaps[index] ?? 0) > upper) continue
    taken.add(index)
    nextFree[index] = index + 1
  }
  return gaps.filter((_, index) => !taken.has(index))
}

/** The index of the first of the rising numbers that is above `point`, by halving. */
export function firstAbove(rising: readonly number[], point: number): number {
  let low = 0
  let high = rising.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((rising[middle] ?? 0) > point) high = middle
    else low = middle + 1
  }
  return low
}
