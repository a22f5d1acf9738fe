// Which names are taken, in memory: 16 bytes a name, so that "never seen" needs no look-up on disk and cannot be wrong.

import type { IdPart } from './archive.ts'
import type { Id, Seq } from './messages.ts'

/** A keyed hash of a name: two unsigned 32-bit halves. Keyed, so that nobody can choose names that collide. */
export type IdHash = (id: Id) => readonly [high: number, low: number]

/** An entry is four words: high and low half of the hash, high and low half of the seq. */
const entryWords = 4

/** Each shard grows by itself, so that no single pause is long: at 100M names one doubling moves 100k entries. */
const shardBits = 10

/** As many as V8 keeps inside its heap: a larger array costs an allocation of its own, and a start makes a thousand. */
const firstSlots = 4

const none: readonly Seq[] = Object.freeze([])

/** A set of pairs (hash of a name, seq that took it). */
export class IdIndex {
  readonly #hash: IdHash
  /** Each made with its first name: a thousand of them would take most of a small ledger's start. */
  readonly #shards: (Shard | undefined)[] = []
  #unsealed = new Uint32Array(firstSlots * entryWords)
  #unsealedWords = 0
  #sealed: Seq = 0
  #size = 0

  constructor(hash: IdHash) {
    this.#hash = hash
  }

  /** Pairs in the index. */
  get size(): number {
    return this.#size
  }

  /** Entries added since the last sealing: what the next sealed part would hold, at most. */
  get unsealedCount(): number {
    return this.#unsealedWords / entryWords
  }

  /** The sealed parts, loaded or taken, hold every name up to this seq; the rest comes from the journal. */
  get sealedThrough(): Seq {
    return this.#sealed
  }

  /** `seq` ≥ 1 took this name. */
  add(id: Id, seq: Seq): void {
    const [high, low] = this.#hash(id)
    this.#put(high, low, upperHalf(seq), lowerHalf(seq))
    // Kept even if the pair was known: a part that holds it may lie behind a gap, and does not count then.
    if (seq > this.#sealed) this.#keepUnsealed(high, low, seq)
  }

  /** The seqs that may have taken this name, in no order: all those with an equal hash. The fact tells which one did. */
  candidates(id: Id): readonly Seq[] {
    const [high, low] = this.#hash(id)
    return this.#shards[placeOf(high)]?.find(high, low) ?? none
  }

  /** Takes a sealed part in. One that begins after `sealedThrough` leaves a gap, so it does not count as sealed. */
  load({ after, through, entries }: IdPart): void {
    for (let at = 0; at < entries.length; at += entryWords) {
      this.#put(word(entries, at), word(entries, at + 1), word(entries, at + 2), word(entries, at + 3))
    }
    if (after <= this.#sealed && through > this.#sealed) this.#sealed = through
  }

  /** Seals all up to `through`, which must not lie before the last sealing: the entries since then, in order of adding. */
  takeUnsealed(through: Seq): IdPart {
    if (through < this.#sealed) throw new RangeError(`sealed through ${this.#sealed}, cannot seal through ${through}`)
    const after = this.#sealed
    const all = this.#unsealed.subarray(0, this.#unsealedWords)
    this.#sealed = through
    this.#unsealed = new Uint32Array(firstSlots * entryWords)
    this.#unsealedWords = 0
    // The part must have a buffer of its own size: it is sent to another thread, which copies the whole buffer.
    const entries = new Uint32Array(all.length)
    let words = 0
    for (let at = 0; at < all.length; at += entryWords) {
      const seq = joined(word(all, at + 2), word(all, at + 3))
      if (seq > through) {
        this.#keepUnsealed(word(all, at), word(all, at + 1), seq)
        continue
      }
      entries.set(all.subarray(at, at + entryWords), words)
      words += entryWords
    }
    return { after, through, entries: words === entries.length ? entries : entries.slice(0, words) }
  }

  #shard(high: number): Shard {
    const place = placeOf(high)
    this.#shards[place] ??= new Shard()
    return this.#shards[place]
  }

  #put(high: number, low: number, seqHigh: number, seqLow: number): void {
    if (this.#shard(high).add(high, low, seqHigh, seqLow)) this.#size++
  }

  #keepUnsealed(high: number, low: number, seq: Seq): void {
    const at = this.#unsealedWords
    if (at === this.#unsealed.length) this.#unsealed = resized(this.#unsealed)
    write(this.#unsealed, at, high, low, upperHalf(seq), lowerHalf(seq))
    this.#unsealedWords += entryWords
  }
}

function placeOf(high: number): number {
  return high >>> (32 - shardBits)
}

/** Open addressing with linear probing. A seq of 0, which no transaction has, marks a free slot. */
class Shard {
  #words: Uint32Array = new Uint32Array(firstSlots * entryWords)
  #count = 0

  /** False if the pair was there. */
  add(high: number, low: number, seqHigh: number, seqLow: number): boolean {
    const words = this.#words
    const mask = words.length - 1
    let at = (low * entryWords) & mask
    while (!isFree(words, at)) {
      const sameHash = words[at] === high && words[at + 1] === low
      if (sameHash && words[at + 2] === seqHigh && words[at + 3] === seqLow) return false
      at = (at + entryWords) & mask
    }
    write(words, at, high, low, seqHigh, seqLow)
    this.#count++
    // Three quarters full at most: a look-up of a name that is not there walks to the next free slot.
    if (this.#count * entryWords * 4 > words.length * 3) this.#words = grown(words)
    return true
  }

  find(high: number, low: number): readonly Seq[] {
    const words = this.#words
    const mask = words.length - 1
    let found: Seq[] | undefined
    for (let at = (low * entryWords) & mask; !isFree(words, at); at = (at + entryWords) & mask) {
      if (words[at] !== high || words[at + 1] !== low) continue
      found ??= []
      found.push(joined(word(words, at + 2), word(words, at + 3)))
    }
    return found ?? none
  }
}

function grown(old: Uint32Array): Uint32Array {
  const words = new Uint32Array(old.length * 2)
  const mask = words.length - 1
  for (let from = 0; from < old.length; from += entryWords) {
    if (isFree(old, from)) continue
    let at = (word(old, from + 1) * entryWords) & mask
    while (!isFree(words, at)) at = (at + entryWords) & mask
    write(words, at, word(old, from), word(old, from + 1), word(old, from + 2), word(old, from + 3))
  }
  return words
}

function isFree(words: Uint32Array, at: number): boolean {
  return words[at + 3] === 0 && words[at + 2] === 0
}

function write(words: Uint32Array, at: number, high: number, low: number, seqHigh: number, seqLow: number): void {
  words[at] = high
  words[at + 1] = low
  words[at + 2] = seqHigh
  words[at + 3] = seqLow
}

/** The word at an index that is known to be inside. */
function word(words: Uint32Array, at: number): number {
  return words[at] as number
}

function resized(words: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(words.length * 2)
  larger.set(words)
  return larger
}

function upperHalf(seq: Seq): number {
  return Math.floor(seq / 2 ** 32)
}

function lowerHalf(seq: Seq): number {
  return seq >>> 0
}

function joined(high: number, low: number): Seq {
  return high * 2 ** 32 + low
}
