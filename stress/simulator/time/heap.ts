// What happens next: a heap ordered by deadline, then by a draw of the seed.

export interface Due {
  /** Microseconds of virtual time. */
  readonly at: number
  /** Drawn: what is due at the same time happens in an order that the seed decides. */
  readonly tie: number
}

export class Heap<Item extends Due> {
  readonly #items: Item[] = []

  push(item: Item): void {
    const items = this.#items
    let at = items.push(item) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      const other = items[parent] as Item
      if (!isBefore(item, other)) break
      items[at] = other
      at = parent
    }
    items[at] = item
  }

  pop(): Item | undefined {
    const items = this.#items
    const first = items[0]
    const last = items.pop()
    if (first === undefined || last === undefined || items.length === 0) return first
    this.#sink(last)
    return first
  }

  #sink(item: Item): void {
    const items = this.#items
    let at = 0
    for (;;) {
      const left = 2 * at + 1
      if (left >= items.length) break
      const right = left + 1
      const child = right < items.length && isBefore(items[right] as Item, items[left] as Item) ? right : left
      if (!isBefore(items[child] as Item, item)) break
      items[at] = items[child] as Item
      at = child
    }
    items[at] = item
  }
}

function isBefore(one: Due, other: Due): boolean {
  return one.at === other.at ? one.tie < other.tie : one.at < other.at
}
