// Another order for the same suites, as often as asked, and for the same seed the same one.

import type { Suite } from 'mocha'
import { type Random, randomFrom } from '../harness/random.ts'

export function shuffled<Item>(items: readonly Item[], random: Random): Item[] {
  const rest = [...items]
  return items.map(() => rest.splice(Math.floor(random() * rest.length), 1)[0] as Item)
}

/** Remembers the suites under `root` by the files that they stand in, whatever the order in which these were loaded. */
export function orders(root: Suite): (seed: number) => void {
  const byFile = root.suites.toSorted((one, other) => ((one.file ?? '') < (other.file ?? '') ? -1 : 1))
  const original = new Map<Suite, Pick<Suite, 'suites' | 'tests'>>()
  const remember = (suite: Suite, suites: Suite[]): void => {
    original.set(suite, { suites: [...suites], tests: [...suite.tests] })
    for (const inner of suites) remember(inner, inner.suites)
  }
  remember(root, byFile)
  return (seed) => {
    const random = randomFrom(seed)
    for (const [suite, { suites, tests }] of original) {
      suite.suites = shuffled(suites, random)
      suite.tests = shuffled(tests, random)
    }
  }
}
