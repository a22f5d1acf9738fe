// The scorecard believes a harness only if it tried something, and told that all of it held.

import { existsSync } from 'node:fs'
import { expect } from 'chai'
import { lines } from '../../stress/score/lines.ts'
import { scoreOf } from '../../stress/score/scored.ts'

const line = { name: 'kill' }

// biome-ignore format: a table
const rows: readonly (readonly [what: string, last: string, exit: number | null, passed: boolean])[] = [
  ['all held', '{"held":3,"of":3}', 0, true],
  ['one did not', '{"held":2,"of":3}', 1, false],
  ['one did not, and the harness forgot to fail', '{"held":2,"of":3}', 0, false],
  ['all held, and the harness failed afterwards', '{"held":3,"of":3}', 1, false],
  ['nothing was tried', '{"held":0,"of":0}', 0, false],
  ['it told nothing', '', 0, false],
  ['it told something else', '{"held":"3","of":"3"}', 0, false],
  ['it was killed', '{"held":3,"of":3}', null, false],
]

describe('The scorecard', () => {
  for (const [what, last, exit, passed] of rows) {
    it(`${passed ? 'passes' : 'fails'} a line where ${what}`, () => {
      expect(scoreOf(line, last, exit, 1, 2.5)).to.include({ line: 'kill', seed: 1, seconds: 2.5, passed })
    })
  }

  it('has lines with names of their own, that run what is there', () => {
    expect(new Set(lines.map(({ name }) => name)).size).to.equal(lines.length)
    for (const { script } of lines) expect(existsSync(script), script).to.equal(true)
  })
})
