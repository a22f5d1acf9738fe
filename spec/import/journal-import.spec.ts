// An import takes all or nothing, into an empty ledger only, one at a time.

import { expect } from 'chai'
import sinon from 'sinon'
import type { Head } from '../../actors/state-storage/messages.ts'
import { JournalImport } from '../../src/import/journal-import.ts'
import { MemoryStage } from '../../src/import/memory-stage.ts'
import { ImportTooLarge } from '../../src/import/staged-journal.ts'
import { ClockBehind } from '../../src/operations/clock.ts'
import { asLines, honestLines } from './honest-lines.ts'

const genesis: Head = { seq: 0, hash: 'ab', time: 0 }

/** `whenClosed`: the head that the ledger turns out to have. */
function anImport({ head = genesis, status = 'open', whenClosed = undefined as Head | undefined } = {}) {
  const replaced = sinon.fake(async (_lines: readonly Buffer[]) => {})
  const stage = new MemoryStage(replaced)
  const discarded = sinon.spy(stage, 'discard')
  const reopen = sinon.fake((work: (head: Head) => Promise<void>) => work(whenClosed ?? head))
  const nobody = { send() {} }
  const ledger = {
    virtualMachine: nobody,
    stateStorage: nobody,
    head: () => head,
    status: () => status as 'open',
    reopen,
  }
  const startAfter = sinon.stub()
  const log = { info() {} }
  const imports = new JournalImport({ ledger, stage: async () => stage, clock: () => ({ startAfter }), log })
  return { imports, stage, replaced, discarded, reopen, startAfter }
}

async function* broken(): AsyncGenerator<Buffer> {
  yield* asLines((await honestLines()).slice(0, 3))
  throw new Error('the client went away')
}

describe('JournalImport', () => {
  it('makes the lines the ledger when all of them are checked', async () => {
    const { imports, replaced, discarded, startAfter } = anImport()
    const lines = await honestLines()
    const { hash, time } = JSON.parse(lines.at(-1) ?? '')
    expect(await imports.take(asLines(lines), false)).to.deep.equal({ seq: 14, hash, time })
    expect(replaced.firstCall.args[0].map(String)).to.deep.equal(lines)
    sinon.assert.calledOnceWithExactly(startAfter, time)
    sinon.assert.notCalled(discarded)
  })

  it('keeps nothing of a dry run', async () => {
    const { imports, reopen, discarded } = anImport()
    expect(await imports.take(asLines(await honestLines()), true)).to.include({ seq: 14 })
    sinon.assert.notCalled(reopen)
    sinon.assert.calledOnce(discarded)
  })

  it('names the line that is wrong, and changes nothing', async () => {
    const { imports, reopen, discarded } = anImport()
    const lines = (await honestLines()).toSpliced(3, 1)
    expect(await imports.take(asLines(lines), false)).to.deep.equal({
      code: 'invalid_json',
      detail: 'Line 4: it begins with seq 4, where 3 follows. Nothing was imported.',
    })
    sinon.assert.notCalled(reopen)
    sinon.assert.calledOnce(discarded)
  })

  it('names a line that is longer than any record, or no UTF-8', async () => {
    const { imports } = anImport()
    async function* lines() {
      yield* asLines((await honestLines()).slice(0, 1))
      yield 'too long' as const
    }
    expect(await imports.take(lines(), false))
      .to.have.property('detail')
      .that.matches(/^Line 2: it is longer/)
    async function* bytes() {
      yield Buffer.from([0xff])
    }
    expect(await imports.take(bytes(), false))
      .to.have.property('detail')
      .that.matches(/^Line 1: it is not UTF-8/)
  })

  it('changes nothing when the lines break off, and can be asked again', async () => {
    const { imports, reopen, discarded } = anImport()
    expect(await imports.take(broken(), false).catch((error: Error) => error.message)).to.equal('the client went away')
    sinon.assert.notCalled(reopen)
    sinon.assert.calledOnce(discarded)
    expect(await imports.take(asLines(await honestLines()), false)).to.include({ seq: 14 })
  })

  const used = { ...genesis, seq: 17 }
  //  where                                       what is said                what else
  const rows = [
    [{ head: used }, 'precondition_failed', /at seq 17/],
    [{ whenClosed: used }, 'precondition_failed', /at seq 17/],
    [{ status: 'recovering' }, 'not_ready', /takes no requests/],
  ] as const
  for (const [where, code, detail] of rows) {
    it(`is refused as ${code} by ${JSON.stringify(where)}`, async () => {
      const { imports, replaced } = anImport(where)
      const told = await imports.take(asLines(await honestLines()), false)
      expect(told).to.have.property('code', code)
      expect(told).to.have.property('detail').that.matches(detail)
      sinon.assert.notCalled(replaced)
    })
  }

  const failures = [
    [new ClockBehind("the system's clock is 99 s behind"), 'precondition_failed'],
    [new ImportTooLarge('there is no room'), 'storage_full'],
  ] as const
  for (const [error, code] of failures) {
    it(`is refused as ${code} after ${error.name}`, async () => {
      const { imports, startAfter, reopen, discarded } = anImport()
      startAfter.throws(error)
      expect(await imports.take(asLines(await honestLines()), false)).to.have.property('code', code)
      sinon.assert.notCalled(reopen)
      sinon.assert.calledOnce(discarded)
    })
  }

  it('is under way once at a time', async () => {
    const { imports } = anImport()
    let go = (): void => {}
    async function* slow() {
      await new Promise<void>((resolve) => {
        go = resolve
      })
      yield* asLines(await honestLines())
    }
    const first = imports.take(slow(), true)
    expect(await imports.take(asLines([]), true))
      .to.have.property('detail')
      .that.matches(/Another import/)
    await new Promise(setImmediate)
    go()
    expect(await first).to.include({ seq: 14 })
  })

  it('leaves what was decided to the next start when it fails', async () => {
    const { imports, stage, discarded } = anImport()
    sinon.stub(stage, 'install').rejects(new Error('EIO'))
    expect(await imports.take(asLines(await honestLines()), false).catch((error: Error) => error.message)).to.equal(
      'EIO',
    )
    sinon.assert.notCalled(discarded)
  })
})
