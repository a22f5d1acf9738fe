// What every archive's history promises to those who follow the ledger seq by seq.

import { expect } from 'chai'
import type { Archive } from '../../actors/state-storage/archive.ts'
import type { History, Order, SeqFacts } from '../../src/archive/history/history.ts'
import { randomFrom } from '../setup/random.ts'
import { SampleLedger } from './setup/sample-ledger.ts'

const seed = 11
const plenty = 1e9

export function seqsContract(make: () => Archive & { readonly history: History }): void {
  let archive: Archive & { readonly history: History }
  let ledger: SampleLedger

  beforeEach(async () => {
    archive = make()
    ledger = new SampleLedger()
    await archive.open()
    await archive.bind(ledger.id)
  })
  afterEach(() => archive.close())

  /** Some single transfers, some atomic batches of up to 90. */
  async function fill(): Promise<void> {
    const random = randomFrom(seed)
    const lines = Array.from({ length: 72 }, (_, at) => {
      if (at % 9 !== 0) return ledger.line(['a>b:1'])
      const [size, seq] = [1 + Math.floor(random() * 90), ledger.head.seq + 1]
      return ledger.lineOf(Array.from({ length: size }, (_, item) => ledger.transfer(seq, ['b>c:2'], item)))
    })
    await archive.take(lines)
  }

  function expected(low: number, high: number, order: Order): SeqFacts[] {
    const seqs = Array.from({ length: high - low + 1 }, (_, at) => (order === 'asc' ? low + at : high - at))
    const bySeq = Map.groupBy(ledger.facts, ({ seq }) => seq)
    return seqs.map((seq) => {
      return { seq, facts: (bySeq.get(seq) ?? []).map((fact) => JSON.stringify(fact)) }
    })
  }

  for (const order of ['asc', 'desc'] as const) {
    it(`tells all facts of a range, ${order}, those of a batch together (seed ${seed})`, async () => {
      await fill()
      for (const [low, high] of [
        [1, 72],
        [1, 1],
        [10, 10],
        [9, 12],
        [54, 66],
        [72, 72],
      ] as const) {
        const found = await archive.history.seqs({ low, high, order, limit: 1_000, characters: plenty })
        expect(found).to.deep.equal(expected(low, high, order))
      }
    })

    it(`ends after so many seqs, or so many characters, but tells one at least, ${order}`, async () => {
      await fill()
      const range = { low: 1, high: 72, order } as const
      const all = expected(1, 72, order)
      const three = await archive.history.seqs({ ...range, limit: 3, characters: plenty })
      expect(three).to.deep.equal(all.slice(0, 3))
      expect(await archive.history.seqs({ ...range, limit: 9, characters: 1 })).to.deep.equal(all.slice(0, 1))
      const length = ({ facts }: SeqFacts) => facts.reduce((sum, fact) => sum + fact.length, 0)
      const characters = all.slice(0, 5).reduce((sum, facts) => sum + length(facts), 0)
      expect(await archive.history.seqs({ ...range, limit: 9, characters })).to.deep.equal(all.slice(0, 5))
      const more = await archive.history.seqs({ ...range, limit: 9, characters: characters + 1 })
      expect(more).to.deep.equal(all.slice(0, 6))
    })
  }

  it('reads on, run by run, what it would read at once', async () => {
    await fill()
    const found: SeqFacts[] = []
    while (found.length < 72) {
      const low = 1 + found.length
      found.push(...(await archive.history.seqs({ low, high: 72, order: 'asc', limit: 7, characters: 20_000 })))
    }
    expect(found).to.deep.equal(expected(1, 72, 'asc'))
  })
}
