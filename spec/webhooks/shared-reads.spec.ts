// Webhooks that are equally far share what is read.

import { expect } from 'chai'
import sinon from 'sinon'
import { sharedReads } from '../../src/webhooks/shared-reads.ts'

const event = { seq: 8, types: [], accounts: [], body: '{}' }

describe('Shared reads', () => {
  it('read the same place once', async () => {
    const source = sinon.fake.resolves([event])
    const read = sharedReads(source)
    expect(await Promise.all([read(7, 16), read(7, 16)])).to.deep.equal([[event], [event]])
    expect(await read(7, 16)).to.deep.equal([event])
    sinon.assert.calledOnceWithExactly(source, 7, 16)
  })

  it('read another place anew, and the same one again when nothing was there', async () => {
    const source = sinon.stub()
    source.onCall(0).resolves([])
    source.resolves([event])
    const read = sharedReads(source)
    expect(await read(7, 16)).to.deep.equal([])
    expect(await read(7, 16)).to.deep.equal([event])
    await read(8, 16)
    sinon.assert.callCount(source, 3)
  })

  it('try again after a failure', async () => {
    const source = sinon.stub()
    source.onCall(0).rejects(new Error('no'))
    source.resolves([event])
    const read = sharedReads(source)
    expect(await read(7, 16).catch((error: Error) => error.message)).to.equal('no')
    expect(await read(7, 16)).to.deep.equal([event])
  })
})
