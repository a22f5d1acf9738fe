// A planted bug has a place in the sources of today, a name of its own, and two harnesses of different kinds to catch it.

import { mkdtemp, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { expect } from 'chai'
import { BadFlag } from '../../stress/harness/flags.ts'
import type { Bug } from '../../stress/planted/bug.ts'
import { bugs } from '../../stress/planted/bugs/all.ts'
import { runNode } from '../../stress/planted/child.ts'
import { chosenOf, misplaced, plantAt } from '../../stress/planted/scratch.ts'

const file = 'package.json'
const bug: Bug = {
  name: 'another-name',
  what: '',
  edits: [{ file, find: '"name": "surety"', replace: '"name": "$&"' }],
  caughtBy: ['crash', 'commands'],
}

describe('Planted bugs', () => {
  it('are twenty at least, each with a name of its own', () => {
    expect(bugs.length).to.be.at.least(20)
    expect(new Set(bugs.map(({ name }) => name)).size).to.equal(bugs.length)
  })

  it('have each a place in the sources: one that has lost it proves nothing', async () => {
    expect((await Promise.all(bugs.map(misplaced))).flat()).to.deep.equal([])
  })

  for (const { name, caughtBy } of bugs) {
    it(`must be caught twice, and not only by specs of rooms: ${name}`, () => {
      expect(new Set(caughtBy).size).to.be.at.least(2)
      expect(caughtBy.some((harness) => !harness.startsWith('specs of'))).to.equal(true)
    })
  }

  it('that have lost their place, or stand at two, are told', async () => {
    const lost = { ...bug, edits: [{ file, find: 'is nowhere', replace: '' }] }
    const twice = { ...bug, edits: [{ file, find: '"surety"', replace: '' }] }
    expect(await misplaced(bug)).to.deep.equal([])
    expect(await misplaced(lost)).to.match(/another-name: its text stands 0 times in package.json/)
    expect(await misplaced(twice)).to.match(/stands 2 times/)
  })

  it('change the copy as they say, and nothing else', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'surety-planted-spec-'))
    try {
      await plantAt(folder, bug, process.cwd())
      const before = await readFile(file, 'utf8')
      expect(await readFile(path.join(folder, file), 'utf8')).to.equal(before.replace('"surety"', () => '"$&"'))
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('are chosen by name', () => {
    expect(chosenOf([bug], '')).to.deep.equal([bug])
    expect(chosenOf([bug], 'another-name')).to.deep.equal([bug])
    expect(() => chosenOf([bug], 'nobody')).to.throw(BadFlag, 'there is no bug nobody: another-name')
  })

  it('are judged by how the harness has ended', async () => {
    const { exit, words } = await runNode(os.tmpdir(), ['--eval', 'console.error("no"); process.exitCode = 1'])
    expect({ exit, words }).to.deep.equal({ exit: 1, words: 'no\n' })
  })
})
