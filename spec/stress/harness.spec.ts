// The pieces that the scripts share: flags, chance, progress, medians.

import { expect } from 'chai'
import { cellsOf, rotated } from '../../stress/bench/cells.ts'
import type { Measured } from '../../stress/bench/measure.ts'
import { median, rowsOf } from '../../stress/bench/report.ts'
import { BadFlag, helpOf, measure, readFlags, share, text, toggle, whole } from '../../stress/harness/flags.ts'
import { Progress } from '../../stress/harness/progress.ts'
import { randomFrom } from '../../stress/harness/random.ts'
import { zipfFrom } from '../../stress/harness/zipf.ts'
import { planned } from '../../stress/scenario/plan.ts'

const flags = {
  count: whole('N', 20_000, 'transfers'),
  zipf: measure('SKEW', 0, 'skew'),
  reads: share(0.2, 'reads'),
  url: text('URL', undefined, 'a server'),
  json: toggle('as JSON'),
}

describe('flags', () => {
  it('are at their defaults when none is given', () => {
    expect(readFlags(flags, [])).to.deep.equal({ count: 20_000, zipf: 0, reads: 0.2, url: undefined, json: false })
  })

  it('take what is given, the last one of two', () => {
    const given = ['--count', '7', '--count=8', '--zipf', '1.5', '--json', '--url', 'http://here']
    expect(readFlags(flags, given)).to.deep.equal({ count: 8, zipf: 1.5, reads: 0.2, url: 'http://here', json: true })
  })

  const bad: readonly (readonly [readonly string[], RegExp])[] = [
    [['--cuont', '7'], /unknown flag --cuont. Known: --count --zipf --reads --url --json/],
    [['--toString'], /unknown flag/],
    [['-c'], /unknown flag -c/],
    [['7'], /nothing but flags/],
    [['--count'], /--count needs N/],
    [['--count', 'many'], /--count does not take 'many'/],
    [['--count', '0'], /does not take '0'/],
    [['--count', '1.5'], /does not take '1.5'/],
    [['--count='], /--count/],
    [['--reads', '1'], /does not take '1'/],
    [['--zipf=-1'], /does not take '-1'/],
    [['--json=yes'], /--json takes no value/],
  ]
  for (const [given, words] of bad) {
    it(`refuse ${given.join(' ')}`, () => {
      expect(() => readFlags(flags, given)).to.throw(BadFlag, words)
    })
  }

  it('explain themselves with their defaults', () => {
    expect(helpOf('usage', flags)).to.match(/^usage\n\n {2}--count N +transfers \(20000\)\n/)
  })
})

describe('zipf', () => {
  for (const [skew, least, most] of [
    [0, 80, 120],
    [1, 170, 225],
    [1.5, 380, 450],
  ] as const) {
    it(`draws the first of a hundred for a share that goes with skew ${skew} (seed 1)`, () => {
      const size = skew === 0 ? 10 : 100
      const draw = zipfFrom(randomFrom(1), size, skew)
      const drawn = Array.from({ length: 1_000 }, draw)
      expect(drawn.every((index) => Number.isInteger(index) && index >= 0 && index < size)).to.equal(true)
      expect(drawn.filter((index) => index === 0).length).to.be.within(least, most)
    })
  }
})

describe('the plan', () => {
  const options = { count: 500, users: 5, seed: 42, zipf: 0, reads: 0.2, refused: 0.1 }

  it('is the same for the same seed and another one for another', () => {
    expect([...planned(options)]).to.deep.equal([...planned(options)])
    expect([...planned({ ...options, seed: 43 })]).not.to.deep.equal([...planned(options)])
  })

  it('holds the transfers asked for, with reads, refusals, both doors and transfers to oneself (seed 42)', () => {
    const operations = [...planned(options)]
    const transfers = operations.filter(({ kind }) => kind !== 'read')
    expect(transfers).to.have.length(500)
    expect(operations.length - transfers.length).to.be.within(90, 160)
    expect(transfers.filter(({ kind }) => kind === 'refused').length).to.be.within(30, 70)
    expect(transfers.some((transfer) => transfer.kind === 'transfer' && transfer.from === transfer.to)).to.equal(true)
    expect(transfers.some((transfer) => transfer.kind === 'transfer' && transfer.door === 'origin')).to.equal(true)
  })
})

describe('progress', () => {
  function drawn(isTTY: boolean, times: readonly number[]): string {
    let [now, written] = [0, '']
    const output = { isTTY, write: (text: string) => (written += text) }
    const progress = new Progress('steps', 4, output, () => now)
    for (const time of times) {
      now = time
      progress.step()
    }
    progress.finish()
    return written
  }

  it('draws a bar over itself on a terminal', () => {
    const bar = `[${'█'.repeat(8)}${'·'.repeat(22)}] steps 1/4 25 %`
    expect(drawn(true, [150])).to.equal(`\r\x1b[K${bar}\r\x1b[K${bar}\n`)
  })

  it('writes a line now and then elsewhere', () => {
    expect(drawn(false, [100, 200, 6_000, 6_100])).to.equal('steps 3/4 75 %\nsteps 4/4 100 %\n')
  })
})

describe('the bench', () => {
  it('takes the middle, or the middle of the two in the middle', () => {
    expect(median([9, 1, 3])).to.equal(3)
    expect(median([9, 1, 3, 4])).to.equal(3.5)
  })

  it('tells the median of the ratios within the rounds, not the ratio of the medians', () => {
    const cells = cellsOf([64], undefined)
    const rates = { echo: [100, 200, 400], surety: [50, 180, 200] } as Record<string, readonly number[]>
    const measured = (rate: number) => ({ requests_per_second: rate }) as Measured
    const rounds = new Map(cells.map((cell) => [cell, (rates[cell.server] ?? [1, 1, 1]).map(measured)]))
    const surety = rowsOf(rounds).find(({ server }) => server === 'surety')
    expect(surety?.requests_per_second).to.equal(180)
    expect(surety?.ratio).to.equal(0.5)
  })

  it('knows no ratio without the echo', () => {
    const [cell] = cellsOf([64], 'surety')
    if (cell === undefined) throw new Error('there is no cell of surety')
    expect(rowsOf(new Map([[cell, []]]))[0]?.ratio).to.equal(null)
  })

  it('begins each round with another server', () => {
    expect(rotated(['a', 'b', 'c'], 4)).to.deep.equal(['b', 'c', 'a'])
  })
})
