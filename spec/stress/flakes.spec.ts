// The search for flaky specs: it leaves none out, its orders and seeds can be had again, and it tells what failed.

import { globSync } from 'node:fs'
import { expect } from 'chai'
import Mocha from 'mocha'
import { orders } from '../../stress/flakes/order.ts'
import { roundText, seedOf } from '../../stress/flakes/round.ts'
import { outside, unitSpecs } from '../../stress/flakes/suites.ts'

/** One suite a file, as mocha makes them of files that are loaded in this order. */
function loaded(files: readonly string[]): Mocha.Suite {
  const root = new Mocha.Suite('')
  for (const file of files) {
    const suite = Mocha.Suite.create(root, file)
    suite.file = file
    for (const number of [1, 2, 3, 4, 5]) suite.addTest(new Mocha.Test(`${file} ${number}`, () => {}))
  }
  return root
}

function titlesIn(root: Mocha.Suite): string[] {
  return root.suites.flatMap(({ tests }) => tests.map(({ title }) => title))
}

describe('The search for flaky specs', () => {
  it('finds every spec of npm test in a suite, and none in two', () => {
    const every = globSync('spec/**/*.spec.ts', { exclude: ['spec/all/**'] })
    const others = globSync([...outside].map((pattern) => pattern.replace(/\*\*$/, '**/*.spec.ts')))
    expect([...unitSpecs('unit'), ...others]).to.have.members(every)
  })

  it('takes rooms by name, and refuses those that are not there', () => {
    expect(unitSpecs('throttle,tokens').map((file) => file.split('/')[1])).to.include.members(['throttle', 'tokens'])
    expect(unitSpecs('tokens')).to.deep.equal(['spec/tokens/tokens.spec.ts'])
    expect(() => unitSpecs('throttle,nothing')).to.throw('spec/nothing')
  })

  it('has the same order again with the same seed, however the files were loaded and shuffled before', () => {
    const [one, other] = [loaded(['a', 'b', 'c', 'd']), loaded(['c', 'a', 'd', 'b'])]
    const [reorder, reorderOther] = [orders(one), orders(other)]
    reorder(1)
    reorder(2)
    reorderOther(2)
    expect(titlesIn(one)).to.deep.equal(titlesIn(other))
    reorder(3)
    expect(titlesIn(one)).to.not.deep.equal(titlesIn(other))
    expect(titlesIn(one)).to.have.members(titlesIn(other))
  })

  it('gives each round a seed of its own, that of the run to the first', () => {
    const seeds = Array.from({ length: 1_000 }, (_, number) => seedOf(7, number))
    expect(seeds[0]).to.equal(7)
    expect(new Set(seeds).size).to.equal(1_000)
  })

  it('tells of a failure where it is, what it said, and how to see it again', () => {
    const failures = [{ file: 'spec/a.spec.ts', title: 'A adds', message: 'expected 1 to equal 2' }]
    const text = roundText({ seed: 9, specs: 5, seconds: 1, failures, replay: 'npm run stress:flakes -- --seed 3' })
    for (const word of ['seed 9', 'spec/a.spec.ts', 'A adds', 'expected 1 to equal 2', '--seed 3']) {
      expect(text).to.include(word)
    }
  })
})
