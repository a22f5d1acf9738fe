// Which names are taken: what was added is found, what was not is not, whatever the hash.

import { expect } from 'chai'
import { type IdHash, IdIndex } from '../../actors/state-storage/id-index.ts'
import { randomFrom } from '../setup/random.ts'

/** Spreads names over all 64 bits. */
const good: IdHash = (id) => [mixed(id, 0x9e3779b9), mixed(id, 0x85ebca6b)]
/** All names in one shard and one chain, but no two alike. */
const crowded: IdHash = (id) => [mixed(id, 0x9e3779b9) & 0x3fffff, 0]
/** Every name the same. */
const constant: IdHash = () => [0xffffffff, 0xffffffff]
/** Few different ones. */
const poor: IdHash = (id) => [id.length, 0]

function mixed(id: string, seed: number): number {
  let state = seed
  for (const character of id) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x01000193) ^ (state >>> 15)
  return Math.imul(state ^ (state >>> 13), 0xc2b2ae35) >>> 0
}

/** One upper half for all, and one chain: only the rest of the lower half tells names apart. */
const lopsided: IdHash = (id) => [0x9e3779b9, (mixed(id, 1) << 16) >>> 0]

const hashes = { good, crowded, constant, poor, lopsided }

/** What must be found: the seqs of every name with the same hash. */
class Oracle {
  readonly #hash: IdHash
  readonly #seqs = new Map<string, Set<number>>()

  constructor(hash: IdHash) {
    this.#hash = hash
  }

  add(id: string, seq: number): void {
    const seqs = this.#seqs.get(this.#hash(id).join()) ?? new Set()
    this.#seqs.set(this.#hash(id).join(), seqs.add(seq))
  }

  candidates(id: string): number[] {
    return [...(this.#seqs.get(this.#hash(id).join()) ?? [])].sort((one, other) => one - other)
  }

  get size(): number {
    return [...this.#seqs.values()].reduce((sum, seqs) => sum + seqs.size, 0)
  }
}

function sorted(seqs: readonly number[]): number[] {
  return [...seqs].sort((one, other) => one - other)
}

describe('IdIndex', () => {
  for (const [kind, hash] of Object.entries(hashes)) {
    for (const seed of [1, 2]) {
      it(`finds what a Map of sets finds, with a ${kind} hash (seed ${seed})`, () => {
        const random = randomFrom(seed)
        const index = new IdIndex(hash)
        const oracle = new Oracle(hash)
        const count = kind === 'good' ? 8_000 : 400
        const name = () => `name ${Math.floor(random() * count * 2)}`
        for (let step = 0; step < count; step++) {
          const seq = 1 + Math.floor(random() * (random() < 0.5 ? 50 : Number.MAX_SAFE_INTEGER))
          const id = name()
          index.add(id, seq)
          oracle.add(id, seq)
          const asked = name()
          expect(sorted(index.candidates(asked))).to.deep.equal(oracle.candidates(asked))
        }
        expect(index.size).to.equal(oracle.size)
      })
    }
  }

  it('knows no name at first', () => {
    const index = new IdIndex(good)
    expect(index.candidates('a')).to.deep.equal([])
    expect([index.size, index.unsealedCount, index.sealedThrough]).to.deep.equal([0, 0, 0])
  })

  it('tells each seq that took a name, and each one once', () => {
    const index = new IdIndex(good)
    for (const seq of [1, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER, 1]) index.add('a', seq)
    expect(sorted(index.candidates('a'))).to.deep.equal([1, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER])
    expect(index.size).to.equal(4)
  })

  it('seals what came since the last sealing, and keeps knowing it', () => {
    const index = new IdIndex(good)
    index.add('a', 1)
    index.add('b', 2)
    index.add('c', 3)
    expect(index.unsealedCount).to.equal(3)
    const first = index.takeUnsealed(2)
    expect([first.after, first.through, first.entries.length]).to.deep.equal([0, 2, 8])
    expect([index.unsealedCount, index.sealedThrough]).to.deep.equal([1, 2])
    index.add('late', 2)
    const second = index.takeUnsealed(5)
    expect(second).to.deep.equal({ after: 2, through: 5, entries: Uint32Array.of(...good('c'), 0, 3) })
    expect(index.takeUnsealed(5)).to.deep.equal({ after: 5, through: 5, entries: new Uint32Array(0) })
    for (const [id, seq] of [
      ['a', 1],
      ['b', 2],
      ['c', 3],
      ['late', 2],
    ] as const) {
      expect(index.candidates(id)).to.deep.equal([seq])
    }
    expect(() => index.takeUnsealed(4)).to.throw(RangeError, 'sealed through 5, cannot seal through 4')
  })

  it('does not seal less for a part that comes again', () => {
    const source = new IdIndex(good)
    for (const seq of [1, 2]) source.add(`name ${seq}`, seq)
    const [first, second] = [source.takeUnsealed(1), source.takeUnsealed(2)]
    const index = new IdIndex(good)
    for (const part of [first, second, first]) index.load(part)
    expect(index.sealedThrough).to.equal(2)
  })

  it('seals by the whole of a seq, not by its lower half', () => {
    const index = new IdIndex(good)
    index.add('a', 1)
    index.add('b', 2 ** 32 + 5)
    expect(index.takeUnsealed(2 ** 32).entries).to.deep.equal(Uint32Array.of(...good('a'), 0, 1))
    expect(index.takeUnsealed(2 ** 33).entries).to.deep.equal(Uint32Array.of(...good('b'), 1, 5))
  })

  it('sends a part no larger than its entries to another thread', () => {
    const index = new IdIndex(good)
    for (let seq = 1; seq <= 50; seq++) index.add(`name ${seq}`, seq)
    expect(index.takeUnsealed(20).entries.buffer.byteLength).to.equal(20 * 16)
    expect(index.takeUnsealed(50).entries.buffer.byteLength).to.equal(30 * 16)
  })

  it('is the same again when its sealed parts are loaded', () => {
    const index = new IdIndex(good)
    const loaded = new IdIndex(good)
    for (let seq = 1; seq <= 3_000; seq++) {
      index.add(`name ${seq}`, seq)
      if (seq % 700 === 0) loaded.load(index.takeUnsealed(seq - 50))
    }
    loaded.load(index.takeUnsealed(3_000))
    expect([loaded.size, loaded.sealedThrough, loaded.unsealedCount]).to.deep.equal([3_000, 3_000, 0])
    for (let seq = 1; seq <= 3_000; seq++) expect(loaded.candidates(`name ${seq}`)).to.deep.equal([seq])
  })

  it('does not count as sealed what lies behind a gap, and seals it again', () => {
    const source = new IdIndex(good)
    for (const seq of [1, 2, 3]) source.add(`name ${seq}`, seq)
    const [first, , third] = [source.takeUnsealed(1), source.takeUnsealed(2), source.takeUnsealed(3)]
    const index = new IdIndex(good)
    for (const [part, sealed] of [
      [first, 1],
      [third, 1],
      [first, 1],
    ] as const) {
      index.load(part)
      expect(index.sealedThrough).to.equal(sealed)
    }
    for (const seq of [2, 3]) index.add(`name ${seq}`, seq)
    expect([...index.takeUnsealed(3).entries.filter((_, at) => at % 4 === 3)]).to.deep.equal([2, 3])
    expect(index.size).to.equal(3)
  })
})
