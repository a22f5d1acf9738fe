// What ends the process is called by its name wherever it is printed.

import { expect } from 'chai'
import { AssertionFailed } from '../../actors/assert.ts'
import { ArchiveDamaged } from '../../actors/state-storage/archive.ts'
import { JournalDamaged } from '../../actors/state-storage/journal.ts'

describe('Bad news', () => {
  for (const [kind, text] of [
    [AssertionFailed, 'AssertionFailed: why'],
    [ArchiveDamaged, 'ArchiveDamaged: why'],
    [JournalDamaged, 'JournalDamaged: why'],
  ] as const) {
    it(`is printed as ${text}`, () => {
      expect(String(new kind('why'))).to.equal(text)
    })
  }
})
