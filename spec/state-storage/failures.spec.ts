// Each call of a port fails in turn: the state is unchanged, the error is told, and nobody is answered any more.

import { expect } from 'chai'
import sinon from 'sinon'
import { headAt } from '../setup/actors.ts'
import {
  afterwards,
  appendedAt,
  aStateStorage,
  aTransaction,
  type Call,
  findTransactions,
  readKeys,
  writeKeys,
} from './storage.ts'

type Parts = ReturnType<typeof aStateStorage>

async function written(parts: Parts) {
  parts.storage.send(writeKeys([aTransaction(1, 'transfer/x')], { a: '2' }))
  await parts.appends[0]?.settle(appendedAt(1))
}

async function archived(parts: Parts) {
  await written(parts)
  await parts.takes[0]?.settle()
}

// biome-ignore format: a table
const failures: readonly (readonly [string, (parts: Parts) => Promise<void>, (parts: Parts) => Call<never, never> | undefined, string, number])[] = [
  // what fails                      what is done before it                                                          the call that fails                  a then   seq then
  ['the append of a record',         async ({ storage }) => storage.send(writeKeys([aTransaction(1)], { a: '2' })),   ({ appends }) => appends[0] as never, '1',     0],
  ['the archive taking lines over',  written,                                                                        ({ takes }) => takes[0] as never,     '2',     1],
  ['a fact read for a batch',        async (parts) => { await archived(parts); parts.storage.send(readKeys([], ['transfer/x'])) },        ({ finds }) => finds[0] as never, '2', 1],
  ['a fact read for a visitor',      async (parts) => { await archived(parts); parts.storage.send(findTransactions([1])) },               ({ finds }) => finds[0] as never, '2', 1],
  ['a checkpoint',                   written,                                                                        ({ saves }) => saves.calls[0] as never, '2',   1],
]

describe('StateStorage, when a port fails:', () => {
  for (const [what, before, failing, value, seq] of failures) {
    it(`${what}: nothing more is applied or answered, and the error is told`, async () => {
      const parts = aStateStorage({ values: { a: '1' }, checkpointEvery: 1 })
      await before(parts)
      const error = new Error(`${what} failed`)
      await failing(parts)?.fail(error)
      sinon.assert.calledOnceWithExactly(parts.panic, error)
      expect(parts.map.get('a')).to.equal(value)
      expect(parts.committed.args.map(([head]) => head)).to.deep.equal(seq === 0 ? [] : [headAt(seq)])
      const requests = [readKeys(['a']), findTransactions([1]), writeKeys([aTransaction(seq + 1)], { a: '9' })]
      for (const request of requests) parts.storage.send(request)
      await afterwards()
      for (const request of requests) sinon.assert.notCalled(request.replyTo.send)
      expect(parts.map.get('a')).to.equal(value)
    })
  }

  it('answers no batch whose fact it could not read', async () => {
    const parts = aStateStorage()
    await archived(parts)
    const request = readKeys(['a'], ['transfer/x'])
    parts.storage.send(request)
    await parts.finds[0]?.fail(new Error('damaged'))
    sinon.assert.notCalled(request.replyTo.send)
  })

  it('answers no success for a record that failed, and tries nothing a second time', async () => {
    const parts = aStateStorage()
    const request = writeKeys([aTransaction(1)])
    parts.storage.send(request)
    await parts.appends[0]?.fail(new Error('EIO'))
    sinon.assert.notCalled(request.replyTo.send)
    expect(parts.appends).to.have.length(1)
    expect(parts.takes).to.have.length(0)
  })
})
