// StateStorage alone, with doubles for the journal and the archive.

import { expect } from 'chai'
import sinon from 'sinon'
import { aRecipient, genesis, headAt } from '../setup/actors.ts'
import {
  afterwards,
  appendedAt,
  aStateStorage,
  aTransaction,
  findTransactions,
  readKeys,
  writeKeys,
} from './storage.ts'

describe('StateStorage', () => {
  describe('asked to read', () => {
    it('answers the values that it has, its head, and no facts when none were asked for', () => {
      const request = readKeys(['a', 'b'])
      const { storage } = aStateStorage({ values: { a: '1' }, head: headAt(3) })
      storage.send(request)
      sinon.assert.calledOnceWithExactly(request.replyTo.send, {
        type: 'KeysRead',
        values: new Map([['a', '1']]),
        byId: new Map(),
        bySeq: new Map(),
        head: headAt(3),
        hasSpace: true,
      })
    })

    it('says when the disk is so full that a record might not fit', () => {
      const request = readKeys(['a'])
      const { storage, journal } = aStateStorage({ hasSpace: false })
      storage.send(request)
      sinon.assert.calledOnceWithMatch(request.replyTo.send, { hasSpace: false })
      sinon.assert.calledOnceWithExactly(journal.hasSpaceFor as sinon.SinonStub, 1_000)
    })
  })

  describe('asked to write', () => {
    it('appends one record', () => {
      const { storage, appends } = aStateStorage({ head: headAt(3, 40) })
      const transactions = [aTransaction(4), aTransaction(5)]
      storage.send(writeKeys(transactions, { a: '1' }))
      const writes = new Map([['a', '1']])
      expect(appends.map(({ argument }) => argument)).to.deep.equal([
        { first: 4, last: 5, time: 50, transactions, writes },
      ])
    })

    it('applies nothing and tells nobody before the record is durable', async () => {
      const request = writeKeys([aTransaction(1, 'transfer/x')], { a: '2' })
      const { storage, appends, map, index, committed } = aStateStorage({ values: { a: '1' } })
      storage.send(request)
      await afterwards()
      sinon.assert.notCalled(request.replyTo.send)
      sinon.assert.notCalled(committed)
      expect(map.get('a')).to.equal('1')
      expect(index.candidates('transfer/x')).to.deep.equal([])
      await appends[0]?.settle(appendedAt(1))
      expect(map.get('a')).to.equal('2')
      expect(index.candidates('transfer/x')).to.deep.equal([1])
      sinon.assert.calledOnceWithExactly(request.replyTo.send, { type: 'KeysWritten', head: headAt(1) })
      sinon.assert.calledOnceWithExactly(committed, headAt(1))
    })

    it('records every name that a fact takes', async () => {
      const { storage, appends, index } = aStateStorage()
      storage.send(writeKeys([aTransaction(1, 'request/local/k', 'transfer/mine'), aTransaction(2)]))
      await appends[0]?.settle(appendedAt(2))
      for (const name of ['request/local/k', 'transfer/mine']) expect(index.candidates(name), name).to.deep.equal([1])
      expect(index.size).to.equal(2)
    })

    it('has applied all before it tells', async () => {
      const { storage, appends, map, index } = aStateStorage()
      const seen: unknown[] = []
      const replyTo = { send: sinon.fake(() => void seen.push(map.get('a'), index.candidates('transfer/x'))) }
      storage.send(writeKeys([aTransaction(1, 'transfer/x')], { a: '2' }, replyTo))
      await appends[0]?.settle(appendedAt(1))
      expect(seen).to.deep.equal(['2', [1]])
    })

    it('goes on from the new head', async () => {
      const { storage, appends } = aStateStorage()
      storage.send(writeKeys([aTransaction(1)]))
      await appends[0]?.settle(appendedAt(1))
      storage.send(writeKeys([aTransaction(2)]))
      expect(appends[1]?.argument).to.include({ first: 2, last: 2 })
      const request = readKeys([])
      storage.send(request)
      sinon.assert.calledOnceWithMatch(request.replyTo.send, { head: headAt(1) })
    })

    it('hands the lines to the archive, one portion at a time', async () => {
      const { storage, appends, takes } = aStateStorage()
      for (const seq of [1, 2, 3]) {
        storage.send(writeKeys([aTransaction(seq)]))
        await appends[seq - 1]?.settle(appendedAt(seq))
      }
      expect(takes.map(({ argument }) => argument)).to.deep.equal([['line 1']])
      await takes[0]?.settle()
      expect(takes.map(({ argument }) => argument)).to.deep.equal([['line 1'], ['line 2', 'line 3']])
      await takes[1]?.settle()
      expect(takes).to.have.length(2)
    })
  })

  describe('asked for facts', () => {
    async function afterWriting(...transactions: ReturnType<typeof aTransaction>[]) {
      const parts = aStateStorage()
      parts.storage.send(writeKeys(transactions))
      await parts.appends[0]?.settle(appendedAt(transactions.at(-1)?.seq ?? 0))
      return parts
    }

    it('finds them by name and by seq in memory, as long as the archive has not taken them over', async () => {
      const { storage, finds } = await afterWriting(aTransaction(1, 'transfer/x'), aTransaction(2))
      const request = findTransactions([2], ['transfer/x'])
      storage.send(request)
      sinon.assert.calledOnceWithExactly(request.replyTo.send, {
        type: 'TransactionsFound',
        byId: new Map([['transfer/x', aTransaction(1, 'transfer/x')]]),
        bySeq: new Map([
          [1, [aTransaction(1, 'transfer/x')]],
          [2, [aTransaction(2)]],
        ]),
        head: headAt(2),
      })
      expect(finds).to.have.length(0)
    })

    it('finds them in the archive afterwards', async () => {
      const { storage, takes, finds } = await afterWriting(aTransaction(1, 'transfer/x'))
      await takes[0]?.settle()
      const request = readKeys([], ['transfer/x'])
      storage.send(request)
      sinon.assert.notCalled(request.replyTo.send)
      expect(finds[0]?.argument).to.deep.equal([1])
      await finds[0]?.settle([aTransaction(1, 'transfer/x')])
      const byId = new Map([['transfer/x', aTransaction(1, 'transfer/x')]])
      sinon.assert.calledOnceWithMatch(request.replyTo.send, { type: 'KeysRead', byId })
    })

    it('tells the head of when it looked, not of when the archive answered', async () => {
      const { storage, appends, takes, finds } = await afterWriting(aTransaction(1))
      await takes[0]?.settle(undefined)
      const request = findTransactions([1], ['settlement/tr_1'])
      storage.send(request)
      storage.send(writeKeys([aTransaction(2, 'settlement/tr_1')]))
      await appends.at(-1)?.settle(appendedAt(2))
      await finds[0]?.settle([aTransaction(1)])
      sinon.assert.calledOnceWithMatch(request.replyTo.send, { byId: new Map(), head: headAt(1) })
    })

    it('asks nobody for a name that was never taken, or a seq that is not there', async () => {
      const { storage, finds } = await afterWriting(aTransaction(1))
      const request = findTransactions([0, -1, 2], ['transfer/never'])
      storage.send(request)
      sinon.assert.calledOnceWithMatch(request.replyTo.send, { byId: new Map(), bySeq: new Map() })
      expect(finds).to.have.length(0)
    })

    it('tells names with an equal hash apart by the fact itself', async () => {
      const { storage } = await afterWriting(aTransaction(1, 'transfer/x'), aTransaction(2, 'transfer/y'))
      const request = readKeys([], ['transfer/y', 'transfer/z'])
      storage.send(request)
      const { byId } = request.replyTo.send.firstCall.args[0]
      expect(byId).to.deep.equal(new Map([['transfer/y', aTransaction(2, 'transfer/y')]]))
    })

    it('finds all the facts of an atomic batch by their seq, and the right one by its name', async () => {
      const [batch, first, second] = [aTransaction(1, 'request/k'), aTransaction(1, 'transfer/x'), aTransaction(1)]
      const { storage } = await afterWriting(batch, first, second, aTransaction(2))
      const request = { ...readKeys([], ['transfer/x']), seqs: [1] }
      storage.send(request)
      const { byId, bySeq } = request.replyTo.send.firstCall.args[0]
      expect(byId).to.deep.equal(new Map([['transfer/x', first]]))
      expect(bySeq).to.deep.equal(new Map([[1, [batch, first, second]]]))
    })

    it('does not find what is not durable yet', () => {
      const { storage } = aStateStorage()
      storage.send(writeKeys([aTransaction(1, 'transfer/x')]))
      const request = findTransactions([1], ['transfer/x'])
      storage.send(request)
      sinon.assert.calledOnceWithMatch(request.replyTo.send, { byId: new Map(), bySeq: new Map(), head: genesis })
    })
  })

  it('lets the next batch wait while the archive is too far behind', async () => {
    const { storage, appends, takes } = aStateStorage({ archiveLag: 1 })
    storage.send(writeKeys([aTransaction(1)]))
    await appends[0]?.settle(appendedAt(1))
    const within = readKeys(['a'])
    storage.send(within)
    sinon.assert.calledOnce(within.replyTo.send)
    storage.send(writeKeys([aTransaction(2)]))
    await appends[1]?.settle(appendedAt(2))
    const beyond = readKeys(['a'])
    storage.send(beyond)
    sinon.assert.notCalled(beyond.replyTo.send)
    await takes[0]?.settle()
    sinon.assert.calledOnceWithMatch(beyond.replyTo.send, { type: 'KeysRead' })
    await takes[1]?.settle()
    sinon.assert.calledOnce(beyond.replyTo.send)
  })

  it('counts each fact of an atomic batch that waits for the archive', async () => {
    const { storage, appends, takes } = aStateStorage({ archiveLag: 2 })
    storage.send(writeKeys([aTransaction(1), aTransaction(1), aTransaction(1)]))
    await appends[0]?.settle(appendedAt(1))
    const beyond = readKeys(['a'])
    storage.send(beyond)
    sinon.assert.notCalled(beyond.replyTo.send)
    await takes[0]?.settle()
    sinon.assert.calledOnce(beyond.replyTo.send)
  })

  describe('dies, for it would be a bug,', () => {
    // biome-ignore format: a table
    const bugs = [
      ['when a seq is left out',            [writeKeys([aTransaction(5)])],                                'seq 5 does not follow 3'],
      ['when a seq comes twice, apart',     [writeKeys([aTransaction(4), aTransaction(5), aTransaction(4)])], 'seq 4 does not follow 5'],
      ['when the last record’s seq comes again', [writeKeys([aTransaction(3)])],                           'seq 3 does not follow 3'],
      ['when it is to write nothing',       [writeKeys([])],                                               'a WriteKeys came without a transaction'],
      ['when time goes backwards',          [writeKeys([aTransaction(4)], {}, aRecipient(), 39)],          'time 39 is before 40'],
      ['when a second write comes meanwhile', [writeKeys([aTransaction(4)]), writeKeys([aTransaction(5)])], 'a second WriteKeys came before the first was answered'],
    ] as const

    for (const [what, requests, message] of bugs) {
      it(what, () => {
        const { storage } = aStateStorage({ head: headAt(3, 40) })
        for (const request of requests) storage.send(request)
        expect(storage.deaths.map((death) => death.message)).to.deep.equal([message])
      })
    }

    it('when the journal tells another seq than was written', async () => {
      const { storage, appends, map } = aStateStorage()
      storage.send(writeKeys([aTransaction(1)], { a: '1' }))
      await appends[0]?.settle(appendedAt(2))
      expect(storage.deaths[0]?.message).to.equal('the journal told seq 2 for 1')
      expect(map.get('a')).to.equal(undefined)
    })
  })
})
