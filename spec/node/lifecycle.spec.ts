// The ledger's life ends once: what comes afterwards changes neither how it ended nor why.

import { expect } from 'chai'
import sinon from 'sinon'
import { createActor } from 'xstate'
import { lifecycle } from '../../actors/lifecycle.ts'
import type { Recovered } from '../../actors/state-storage/recovery.ts'
import { afterwards } from '../state-storage/storage.ts'

async function opened() {
  const stop = sinon.fake()
  const input = { recover: async () => ({}) as Recovered, open: () => {}, drain: async () => {}, stop }
  const life = createActor(lifecycle, { input })
  life.start()
  await afterwards()
  return { life, stop }
}

describe('The lifecycle', () => {
  it('stops the actors once when it is closed, and takes nothing for a failure afterwards', async () => {
    const { life, stop } = await opened()
    life.send({ type: 'Drain' })
    await afterwards()
    sinon.assert.calledOnce(stop)
    life.send({ type: 'Panic', error: new Error('too late') })
    expect(life.getSnapshot().value).to.equal('closed')
    sinon.assert.calledOnce(stop)
  })

  it('stops them once when it fails, and keeps the first reason', async () => {
    const { life, stop } = await opened()
    const [first, second] = [new Error('first'), new Error('second')]
    life.send({ type: 'Panic', error: first })
    sinon.assert.calledOnce(stop)
    life.send({ type: 'Panic', error: second })
    expect(life.getSnapshot().context.error).to.equal(first)
    sinon.assert.calledOnce(stop)
  })
})
