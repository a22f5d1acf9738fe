// A folder has one holder at a time, and a failure that is no holder is told as what it is.

import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect } from 'chai'
import sinon from 'sinon'
import { JournalLocked, takeSqliteLock } from '../../src/journal/lock.ts'

describe('The lock of a folder', () => {
  let folder: string
  beforeEach(() => {
    folder = fs.mkdtempSync(join(tmpdir(), 'surety-lock-'))
  })
  afterEach(() => {
    sinon.restore()
    fs.rmSync(folder, { recursive: true })
  })

  it('has one holder at a time, and names the folder to another', () => {
    const lock = takeSqliteLock(folder)
    expect(() => takeSqliteLock(folder))
      .to.throw(JournalLocked, `another process has the journal in ${folder} open`)
      .with.property('cause')
    lock.release()
    takeSqliteLock(folder).release()
  })

  it('leaves no file open where another has it', () => {
    const lock = takeSqliteLock(folder)
    const close = sinon.spy(DatabaseSync.prototype, 'close')
    expect(() => takeSqliteLock(folder)).to.throw(JournalLocked)
    expect(close.callCount).to.equal(1)
    lock.release()
  })

  it('is told apart from a file that is none', () => {
    fs.writeFileSync(join(folder, 'lock.sqlite'), 'x'.repeat(4096))
    expect(() => takeSqliteLock(folder))
      .to.throw(/file is not a database/)
      .and.not.instanceOf(JournalLocked)
  })

  it('has a name for its error, which ends in the log', () => {
    expect(new JournalLocked('why')).to.include({ name: 'JournalLocked', message: 'why' })
  })
})
