// The node's life: recovering → open → draining → closed, and failed from everywhere.

import { expect } from 'chai'
import sinon from 'sinon'
import type { TransactionAnswer } from '../../actors/virtual-machine/messages.ts'
import { aBalanceQuery, aRecipient, aTransfer } from '../setup/actors.ts'
import { afterwards } from '../state-storage/storage.ts'
import { aNode, ask } from './nodes.ts'

function moved(node: ReturnType<typeof aNode>['node'], amount = 17n) {
  return ask<TransactionAnswer>((replyTo) => node.virtualMachine.send({ ...aTransfer({ amount }), replyTo }))
}

describe('The node', () => {
  it('takes nothing while it recovers, then opens', async () => {
    const early = aRecipient()
    const { node } = aNode()
    const started = node.start()
    expect(node.status()).to.equal('recovering')
    expect(node.head()).to.deep.equal({ seq: 0, hash: '', time: 0 })
    node.virtualMachine.send(aTransfer({ replyTo: early }))
    node.stateStorage.send({ type: 'FindTransactions', seqs: [1], ids: [], replyTo: early })
    sinon.assert.calledOnceWithExactly(early.send, { type: 'RequestRejected', reason: 'not_ready' })
    const recovered = await started
    expect(node.status()).to.equal('open')
    expect(node.head()).to.deep.equal(recovered.head)
  })

  it('moves an amount and knows its new head', async () => {
    const { node } = aNode()
    await node.start()
    expect(await moved(node)).to.deep.include({ type: 'TransactionProcessed', replayed: false })
    expect(node.head().seq).to.equal(1)
  })

  it('ends a hold that fell due while it was closed, though nobody asks for anything', async () => {
    const { node, journal, archive } = aNode()
    await node.start()
    await ask((replyTo) =>
      node.virtualMachine.send({ ...aTransfer({ id: 'hold', pending: { expiresIn: 1 } }), replyTo: replyTo as never }),
    )
    await node.drain()
    const clock = { startAfter: () => {}, now: () => 9_000, wakeAt: () => {} }
    const again = aNode({ journal, archive, clock })
    await again.node.start()
    await afterwards()
    expect(again.node.head().seq).to.equal(2)
  })

  it('drains: what it took is answered, nothing more is taken, the ports are closed', async () => {
    const { node, journal, archive } = aNode()
    const closed = [sinon.spy(journal, 'close'), sinon.spy(archive, 'close')]
    await node.start()
    const answer = moved(node)
    const drained = node.drain()
    expect(node.status()).to.equal('draining')
    const late = moved(node)
    expect(await answer).to.include({ type: 'TransactionProcessed' })
    expect(await late).to.deep.equal({ type: 'RequestRejected', reason: 'not_ready' })
    await drained
    expect(node.status()).to.equal('closed')
    for (const close of closed) sinon.assert.calledOnce(close)
    expect(await moved(node)).to.deep.equal({ type: 'RequestRejected', reason: 'not_ready' })
  })

  it('drains without waiting for an archive that is behind, and without taking its refusal for a failure', async () => {
    const { node, archive } = aNode()
    const told = sinon.fake()
    await node.start()
    node.onFailure(told)
    let refuse = (_reason: Error) => {}
    sinon.stub(archive, 'take').callsFake(
      () =>
        new Promise((_resolve, reject) => {
          refuse = reject
        }),
    )
    await moved(node)
    await node.drain()
    refuse(new Error('the archive is not open'))
    await afterwards()
    sinon.assert.notCalled(told)
    expect(node.status()).to.equal('closed')
  })

  it('says what it is when it can not be drained', async () => {
    const { node } = aNode()
    const started = node.start()
    const refused = await node.drain().catch((error) => error)
    expect(refused.message).to.equal("a ledger that is recovering can't be drained")
    await started
  })

  it('can be started again on what it left', async () => {
    const { node, ...ports } = aNode()
    await node.start()
    await moved(node)
    await node.drain()
    const again = aNode(ports).node
    await again.start()
    const answer = await ask((replyTo) => again.virtualMachine.send({ ...aBalanceQuery('user1'), replyTo }))
    expect(answer).to.have.nested.property('balance.state.posted', -17n)
    expect(again.head()).to.deep.equal(node.head())
  })

  // Whichever of the two the map hands out first: the one that stays must not stand in the way of the one that ends.
  for (const [ends, stays] of [
    ['h1', 'h2'],
    ['h2', 'h1'],
  ] as const) {
    it(`knows after a restart which holds are open, and when they end: ${ends} does, ${stays} does not`, async () => {
      const { node, ...ports } = aNode()
      await node.start()
      for (const id of [ends, stays]) {
        const pending = id === ends ? { expiresIn: 60 } : {}
        await ask((replyTo) => node.virtualMachine.send({ ...aTransfer({ id, pending }), replyTo }))
      }
      await node.drain()
      let now = 1_000
      const again = aNode({ ...ports, clock: { startAfter: () => {}, now: () => now, wakeAt: () => {} } }).node
      await again.start()
      now = 100_000
      const balance = () =>
        ask<{ balance: { state: { pendingOut: bigint } } }>((replyTo) =>
          again.virtualMachine.send({ ...aBalanceQuery('user1'), replyTo: replyTo as never }),
        )
      expect((await balance()).balance.state.pendingOut).to.equal(17n)
      expect(again.head().seq).to.equal(3)
    })
  }

  describe('fails', () => {
    it('when it can not recover: start tells the reason', async () => {
      const { node, journal } = aNode()
      sinon.stub(journal, 'open').rejects(new Error('no disk'))
      const reason = await node.start().catch((error) => error)
      expect(reason.message).to.equal('no disk')
      expect(node.status()).to.equal('failed')
    })

    it('when it can not read a hold: start tells the reason', async () => {
      const { node, journal } = aNode()
      await journal.open()
      await journal.append({
        first: 1,
        last: 1,
        time: 1,
        transactions: [{ seq: 1, time: 1 }],
        writes: new Map([['pending/x', '{']]),
      })
      sinon.stub(journal, 'open').resolves({ ledger: 'ledger', head: { seq: 1, hash: '', time: 1 }, notices: [] })
      const reason = await node.start().catch((error) => error)
      expect(reason).to.be.instanceOf(SyntaxError)
      expect(node.status()).to.equal('failed')
    })

    it('when the clock refuses to start', async () => {
      const clock = { startAfter: sinon.stub().throws(new Error('clock behind')), now: () => 0, wakeAt: () => {} }
      const { node } = aNode({ clock })
      const reason = await node.start().catch((error) => error)
      expect(reason.message).to.equal('clock behind')
    })

    it('when the journal does: told once, and nobody is answered', async () => {
      const { node, journal } = aNode()
      const told = sinon.fake()
      const visitor = aRecipient()
      await node.start()
      node.onFailure(told)
      const error = new Error('EIO')
      sinon.stub(journal, 'append').rejects(error)
      node.virtualMachine.send(aTransfer({ replyTo: visitor }))
      await afterwards()
      sinon.assert.calledOnceWithExactly(told, error)
      sinon.assert.notCalled(visitor.send)
      expect(node.status()).to.equal('failed')
      expect(node.head().seq).to.equal(0)
    })

    it('when an actor dies of a bug', async () => {
      const told = sinon.fake()
      const { node } = aNode({
        clock: { startAfter: () => {}, now: sinon.stub().throws(new Error('a bug')), wakeAt: () => {} },
      })
      await node.start()
      node.onFailure(told)
      node.virtualMachine.send(aTransfer())
      await afterwards()
      sinon.assert.calledOnce(told)
      expect(told.firstCall.args[0].message).to.equal('a bug')
      const late = aRecipient()
      node.virtualMachine.send(aTransfer({ replyTo: late }))
      sinon.assert.calledOnceWithExactly(late.send, { type: 'RequestRejected', reason: 'not_ready' })
    })

    it('when the other actor does', async () => {
      const { node, journal } = aNode()
      const told = sinon.fake()
      await node.start()
      node.onFailure(told)
      sinon.stub(journal, 'append').resolves({ head: { seq: 7, hash: '', time: 0 }, line: '' })
      node.virtualMachine.send(aTransfer())
      await afterwards()
      sinon.assert.calledOnce(told)
      expect(told.firstCall.args[0].message).to.equal('the journal told seq 7 for 1')
    })

    it('when it can not close: draining tells the reason', async () => {
      const { node, archive } = aNode()
      await node.start()
      sinon.stub(archive, 'close').rejects(new Error('stuck'))
      const reason = await node.drain().catch((error) => error)
      expect(reason.message).to.equal('stuck')
      expect(node.status()).to.equal('failed')
    })
  })
})
