// The VirtualMachine alone.

import { expect } from 'chai'
import sinon from 'sinon'
import { aBalanceQuery, aRecipient, aTransfer, headAt, keysRead, keysWritten, toldTo } from '../setup/actors.ts'
import { aVirtualMachine } from './machines.ts'

describe('VirtualMachine', () => {
  it('asks for both accounts of a transfer', () => {
    const { machine, stateStorage } = aVirtualMachine()
    machine.send(aTransfer({ from: 'user1', to: 'user2' }))
    expect(toldTo(stateStorage)).to.deep.equal([
      { type: 'ReadKeys', keys: ['account/UNIT/user1', 'account/UNIT/user2'], ids: [], seqs: [] },
    ])
  })

  it('asks for the fact behind a key and an id, each once', () => {
    const { machine, reads } = aVirtualMachine({ gather: () => {} })
    const both = { id: 'order-1', key: 'a/b', principal: 'shop/1' }
    machine.send(aTransfer(both))
    machine.send(aTransfer(both))
    machine.send({ type: 'BeginBatch' })
    expect(reads()[0]?.ids).to.deep.equal(['request/shop%2F1/a/b', 'transfer/order-1'])
  })

  it('answers nobody before the batch is durable', () => {
    const visitor = aRecipient()
    const { machine, stateStorage } = aVirtualMachine()
    machine.send(aTransfer({ amount: 17n, replyTo: visitor }))
    machine.send(keysRead())
    sinon.assert.calledWithMatch(stateStorage.send, { type: 'WriteKeys' })
    sinon.assert.notCalled(visitor.send)
    machine.send(keysWritten(headAt(1)))
    sinon.assert.calledOnceWithMatch(visitor.send, { type: 'TransactionProcessed', replayed: false, seq: 1 })
  })

  it('answers a read only when the transactions that it saw are durable', () => {
    const reader = aRecipient()
    const { machine } = aVirtualMachine({ gather: () => {} })
    machine.send(aTransfer({ from: 'user1', amount: 17n }))
    machine.send(aBalanceQuery('user1', reader))
    machine.send({ type: 'BeginBatch' })
    machine.send(keysRead())
    sinon.assert.notCalled(reader.send)
    machine.send(keysWritten(headAt(1)))
    sinon.assert.calledOnceWithMatch(reader.send, {
      type: 'ContractCalled',
      balance: { account: 'user1', asset: 'UNIT', state: { posted: -17n } },
      seq: 1,
    })
  })

  it('needs no WriteKeys for a batch that changes nothing', () => {
    const reader = aRecipient()
    const { machine, reads, writes } = aVirtualMachine()
    machine.send(aBalanceQuery('user1', reader))
    expect(reads()[0]?.ids).to.deep.equal([])
    machine.send(keysRead({ 'account/UNIT/user1': '{"posted":"5","version":1}' }, headAt(3)))
    sinon.assert.calledOnceWithMatch(reader.send, { balance: { state: { posted: 5n } }, seq: 3 })
    expect(writes()).to.deep.equal([])
  })

  it('lets each transaction of a batch see the writes of those before it', () => {
    const { machine, writes } = aVirtualMachine({ gather: () => {} })
    machine.send(aTransfer({ from: 'a', to: 'b', amount: 5n }))
    machine.send(aTransfer({ from: 'b', to: 'c', amount: 3n }))
    machine.send({ type: 'BeginBatch' })
    machine.send(keysRead({}, headAt(8)))
    expect(writes()[0]?.writes).to.deep.equal(
      new Map([
        ['account/UNIT/a', '{"posted":"-5","version":1,"last":[9,0],"count":1}'],
        ['account/UNIT/b', '{"posted":"2","version":2,"last":[10,0],"count":2}'],
        ['account/UNIT/c', '{"posted":"3","version":1,"last":[10,0],"count":1}'],
      ]),
    )
  })

  it('works on one batch at a time: the next one is what gathered meanwhile', () => {
    const { machine, reads } = aVirtualMachine()
    machine.send(aTransfer({ from: 'a', to: 'b' }))
    machine.send(aTransfer({ from: 'c', to: 'd' }))
    machine.send(aTransfer({ from: 'e', to: 'd' }))
    machine.send(keysRead())
    machine.send(aTransfer({ from: 'f', to: 'd' }))
    expect(reads()).to.have.length(1)
    machine.send(keysWritten(headAt(1)))
    expect(reads()[1]?.keys).to.deep.equal(['c', 'd', 'e', 'f'].map((id) => `account/UNIT/${id}`))
  })

  it('begins its first batch only when the requests that have arrived are gathered', () => {
    let begin = () => {}
    const { machine, reads } = aVirtualMachine({
      gather: (callback) => {
        begin = callback
      },
    })
    machine.send(aTransfer({ from: 'a', to: 'b' }))
    machine.send(aTransfer({ from: 'c', to: 'd' }))
    expect(reads()).to.have.length(0)
    begin()
    expect(reads()[0]?.keys).to.have.length(4)
  })

  it('numbers the transactions without a gap, and not those that leave no trace', () => {
    const poor = '{"posted":"0","min_balance":"0","version":1}'
    const { machine, writes } = aVirtualMachine({ gather: () => {} })
    machine.send(aTransfer({ from: 'a', to: 'b' }))
    machine.send(aTransfer({ from: 'poor', to: 'b' }))
    machine.send(aTransfer({ from: 'poor', to: 'b', key: 'k' }))
    machine.send(aTransfer({ from: 'a', to: 'a' }))
    machine.send({ type: 'BeginBatch' })
    machine.send(keysRead({ 'account/UNIT/poor': poor }, headAt(4)))
    const facts = writes()[0]?.transactions as { seq: number; state: string }[]
    expect(facts.map(({ seq, state }) => [seq, state])).to.deep.equal([
      [5, 'posted'],
      [6, 'refused'],
      [7, 'posted'],
    ])
  })

  it('leaves no write of a refused transaction', () => {
    const { machine, writes } = aVirtualMachine()
    machine.send(aTransfer({ from: 'poor', to: 'b', key: 'k' }))
    machine.send(keysRead({ 'account/UNIT/poor': '{"posted":"0","min_balance":"0","version":1}' }))
    expect(writes()[0]?.writes).to.deep.equal(new Map())
  })

  it('gives a batch the time of the clock, and never one before the last record', () => {
    for (const [now, last, then] of [
      [50, 20, 50],
      [50, 70, 70],
    ] as const) {
      const { machine, writes } = aVirtualMachine({ now: () => now })
      machine.send(aTransfer())
      machine.send(keysRead({}, headAt(1, last)))
      expect(writes()[0]?.time).to.equal(then)
    }
  })

  it('begins the next batch before it answers the last', () => {
    const order: string[] = []
    const { machine, stateStorage } = aVirtualMachine()
    machine.send(aTransfer({ replyTo: { send: sinon.fake(() => void order.push('answer')) } }))
    machine.send(aTransfer({ from: 'later' }))
    machine.send(keysRead())
    stateStorage.send = sinon.fake(() => void order.push('read'))
    machine.send(keysWritten(headAt(1)))
    expect(order).to.deep.equal(['read', 'answer'])
  })

  it('tells overload when the queue is full, and changes nothing', () => {
    const late = aRecipient()
    const { machine, reads } = aVirtualMachine({ limits: { queuedRequests: 1 }, gather: () => {} })
    machine.send(aTransfer({ from: 'a' }))
    machine.send(aTransfer({ from: 'b', replyTo: late }))
    sinon.assert.calledOnceWithExactly(late.send, { type: 'RequestRejected', reason: 'overloaded' })
    machine.send({ type: 'BeginBatch' })
    expect(reads()[0]?.keys).to.not.include('account/UNIT/b')
  })

  it('cuts a long queue into batches', () => {
    const { machine, reads } = aVirtualMachine({ limits: { batchRequests: 2 }, gather: () => {} })
    for (const from of ['a', 'b', 'c']) machine.send(aTransfer({ from, to: 'x' }))
    machine.send({ type: 'BeginBatch' })
    expect(reads()[0]?.keys).to.have.length(3)
    machine.send(keysRead())
    machine.send(keysWritten(headAt(2)))
    expect(reads()[1]?.keys).to.deep.equal(['account/UNIT/c', 'account/UNIT/x'])
  })

  it('refuses what would write when the disk is full, and goes on reading', () => {
    const writer = aRecipient()
    const reader = aRecipient()
    const { machine, writes } = aVirtualMachine({ gather: () => {} })
    machine.send(aTransfer({ replyTo: writer }))
    machine.send(aBalanceQuery('user1', reader))
    machine.send({ type: 'BeginBatch' })
    machine.send(keysRead({}, headAt(0), {}, false))
    sinon.assert.calledOnceWithExactly(writer.send, { type: 'RequestRejected', reason: 'storage_full' })
    sinon.assert.calledOnceWithMatch(reader.send, { balance: { state: { posted: 0n } } })
    expect(writes()).to.deep.equal([])
  })

  describe('when it drains', () => {
    it('says so at once if it has nothing to do', () => {
      const owner = aRecipient()
      const { machine } = aVirtualMachine()
      machine.send({ type: 'Drain', replyTo: owner })
      sinon.assert.calledOnceWithExactly(owner.send, { type: 'Drained' })
    })

    it('takes nothing more, and finishes what it took', () => {
      const owner = aRecipient()
      const [first, second, late] = [aRecipient(), aRecipient(), aRecipient()]
      const { machine } = aVirtualMachine()
      machine.send(aTransfer({ replyTo: first }))
      machine.send(aTransfer({ replyTo: second }))
      machine.send({ type: 'Drain', replyTo: owner })
      machine.send(aTransfer({ replyTo: late }))
      sinon.assert.calledOnceWithExactly(late.send, { type: 'RequestRejected', reason: 'not_ready' })
      machine.send(keysRead())
      machine.send(keysWritten(headAt(1)))
      sinon.assert.notCalled(owner.send)
      machine.send(keysRead({}, headAt(1)))
      machine.send(keysWritten(headAt(2)))
      sinon.assert.calledOnce(first.send)
      sinon.assert.calledOnce(second.send)
      sinon.assert.calledOnceWithExactly(owner.send, { type: 'Drained' })
    })
  })

  it('tells each answer exactly the seq that it saw, in the middle of a batch, too', () => {
    const readers = [aRecipient(), aRecipient(), aRecipient()]
    const { machine } = aVirtualMachine({ gather: () => {} })
    for (const reader of readers) {
      machine.send(aBalanceQuery('user1', reader))
      machine.send(aTransfer({ from: 'user1' }))
    }
    machine.send({ type: 'BeginBatch' })
    machine.send(keysRead({}, headAt(4)))
    machine.send(keysWritten(headAt(7)))
    expect(
      readers.map(({ send }) => [send.firstCall.args[0].seq, send.firstCall.args[0].balance.state.posted]),
    ).to.deep.equal([
      [4, 0n],
      [5, -17n],
      [6, -34n],
    ])
  })

  describe('dies, for it would be a bug,', () => {
    for (const [message, answer] of [
      ['KeysRead', keysRead()],
      ['KeysWritten', keysWritten(headAt(1))],
    ] as const) {
      it(`when ${message} comes and nobody asked`, () => {
        const { machine } = aVirtualMachine()
        machine.send(answer)
        expect(machine.deaths[0]?.message).to.equal(`${message} came while idle`)
      })
    }
  })
})
