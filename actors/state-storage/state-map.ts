// The map: the only code that changes the state.

import type { CheckpointPage } from './archive.ts'
import type { Key, Value } from './messages.ts'

/**
 * Many small maps from the start, by key hash: one growing `Map` paused for 2 s while it was rehashed at 8.4 million
 * entries, and V8 ends at 2^24.
 */
const shardCount = 1_024

/** Entries in a checkpoint page, at least; a page holds whole shards. */
const pageEntries = 1_024

/** A value that takes its key out of the map. */
const nothing: Value = 'null'

export class StateMap {
  /** Each made with its first entry: a thousand maps would take most of a small ledger's start. */
  readonly #shards: (Map<Key, Value> | undefined)[] = []
  /** Counted along: it is asked for at every batch. */
  #size = 0

  get(key: Key): Value | undefined {
    return this.#shards[shardOf(key)]?.get(key)
  }

  get size(): number {
    return this.#size
  }

  /** All of it; nothing in here can fail half-way. */
  apply(writes: Iterable<readonly [Key, Value]>): void {
    for (const [key, value] of writes) {
      const shard = this.#shard(key)
      const before = shard.size
      if (value === nothing) shard.delete(key)
      else shard.set(key, value)
      this.#size += shard.size - before
    }
  }

  /** All entries whose key begins with `prefix`: a walk through the whole map, for recovery. */
  *entriesUnder(prefix: string): Generator<readonly [Key, Value]> {
    for (const shard of this.#shards) for (const entry of shard ?? []) if (entry[0].startsWith(prefix)) yield entry
  }

  /**
   * The whole map in pages, in an order that depends on nothing but the keys. Each page is read when it is asked for, so
   * that a slow reader holds nobody up: together they are the state as of the first page, or newer.
   */
  *pages(): Generator<CheckpointPage> {
    let page: (readonly [Key, Value])[] = []
    for (const shard of this.#shards) {
      if (shard === undefined) continue
      page.push(...[...shard].sort(byKey))
      if (page.length < pageEntries) continue
      yield page
      page = []
    }
    if (page.length > 0) yield page
  }

  #shard(key: Key): Map<Key, Value> {
    const number = shardOf(key)
    this.#shards[number] ??= new Map()
    return this.#shards[number]
  }
}

function byKey(one: readonly [Key, Value], other: readonly [Key, Value]): number {
  return one[0] < other[0] ? -1 : 1
}

/** FNV-1a over UTF-16 code units. It only spreads: a client who makes keys collide gets one large shard, as before. */
function shardOf(key: Key): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < key.length; index++) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193)
  return (hash >>> 0) % shardCount
}
