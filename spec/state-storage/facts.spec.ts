// Facts are found by seq and by name, in memory first, then in the archive; a name with an equal hash is told apart.

import { expect } from 'chai'
import sinon from 'sinon'
import { FactFinder } from '../../actors/state-storage/fact-finder.ts'
import { IdIndex } from '../../actors/state-storage/id-index.ts'
import type { Id, Seq, Transaction } from '../../actors/state-storage/messages.ts'
import { RecentFacts } from '../../actors/state-storage/recent-facts.ts'
import { aRecipient, headAt } from '../setup/actors.ts'
import { afterwards, aTransaction, findTransactions, weakHash } from './storage.ts'

describe('The recent facts', () => {
  const batch = [aTransaction(4, 'a'), aTransaction(4, 'b'), aTransaction(5)]

  it('are found by their seq, an atomic batch as one', () => {
    const recent = new RecentFacts(3)
    recent.add(batch)
    expect([recent.get(4), recent.get(5)]).to.deep.equal([batch.slice(0, 2), batch.slice(2)])
    expect([recent.get(3), recent.get(6)]).to.deep.equal([undefined, undefined])
    expect(recent.size).to.equal(3)
  })

  it('are forgotten up to what the archive has, and no further', () => {
    const recent = new RecentFacts(3)
    recent.add(batch)
    recent.forget(3)
    expect(recent.size).to.equal(3)
    recent.forget(4)
    expect([recent.get(4), recent.get(5), recent.size]).to.deep.equal([undefined, batch.slice(2), 1])
    recent.forget(4)
    recent.add([aTransaction(6)])
    recent.forget(6)
    expect([recent.get(5), recent.get(6), recent.size]).to.deep.equal([undefined, undefined, 0])
  })
})

/** Facts 1 and 2 are in the archive, 3 and 4 in memory; the hash of a name is its length. */
function someFacts() {
  const archived = [aTransaction(1), aTransaction(1, 'one'), aTransaction(1, 'three'), aTransaction(2, 'two')]
  const kept = [aTransaction(3, 'sea', 'other'), aTransaction(4)]
  const index = new IdIndex(weakHash)
  const recent = new RecentFacts(2)
  recent.add(kept)
  for (const { seq, ids = [] } of [...archived, ...kept]) for (const id of ids) index.add(id, seq)
  const findTransactions = sinon.fake(async (seqs: readonly Seq[]) => archived.filter(({ seq }) => seqs.includes(seq)))
  const self = aRecipient()
  const finder = new FactFinder(index, recent, { findTransactions }, self)
  return { archived, kept, finder, findTransactions, self }
}

function told(found: { byId: ReadonlyMap<Id, Transaction>; bySeq: ReadonlyMap<Seq, readonly Transaction[]> }) {
  return { byId: Object.fromEntries(found.byId), bySeq: Object.fromEntries(found.bySeq) }
}

describe('The finder of facts', () => {
  it('answers at once what memory holds, and does not ask the archive', () => {
    const { kept, finder, findTransactions: asked } = someFacts()
    const request = findTransactions([3, 4], [])
    const found = finder.find(request, headAt(4))
    expect(found).to.include({ type: 'FactsFound', request })
    expect(found?.head).to.deep.equal(headAt(4))
    expect(found && told(found)).to.deep.equal({ byId: {}, bySeq: { 3: [kept[0]], 4: [kept[1]] } })
    sinon.assert.notCalled(asked)
  })

  it('asks nobody for what cannot be there: seqs below 1 or above the head, names that nothing took', () => {
    const { finder, findTransactions: asked } = someFacts()
    const found = finder.find(findTransactions([-1, 0, 5, 6], ['nobody knows it']), headAt(4))
    expect(found && told(found)).to.deep.equal({ byId: {}, bySeq: {} })
    sinon.assert.notCalled(asked)
  })

  it('asks the archive once for all that memory does not hold, and tells both', async () => {
    const { archived, kept, finder, findTransactions: asked, self } = someFacts()
    expect(finder.find(findTransactions([1, 4], ['one', 'two', 'sea']), headAt(4))).to.equal(undefined)
    await afterwards()
    sinon.assert.calledOnceWithExactly(asked, [1, 2])
    sinon.assert.calledOnce(self.send)
    const [message] = self.send.firstCall.args
    expect(message.type).to.equal('FactsFound')
    expect(told(message)).to.deep.equal({
      byId: { one: archived[1], two: archived[3], sea: kept[0] },
      bySeq: { 1: archived.slice(0, 3), 2: [archived[3]], 3: [kept[0]], 4: [kept[1]] },
    })
  })

  it('does not find a name by its hash alone', async () => {
    const { finder, self } = someFacts()
    finder.find(findTransactions([], ['six', 'three']), headAt(4))
    await afterwards()
    expect(Object.keys(told(self.send.firstCall.args[0]).byId)).to.deep.equal(['three'])
  })

  it('tells when the archive fails', async () => {
    const self = aRecipient()
    const error = new Error('bad disk')
    const archive = { findTransactions: sinon.stub().rejects(error) }
    const finder = new FactFinder(new IdIndex(weakHash), new RecentFacts(2), archive, self)
    expect(finder.find(findTransactions([1]), headAt(4))).to.equal(undefined)
    await afterwards()
    sinon.assert.calledOnceWithExactly(self.send, { type: 'PortFailed', error })
  })
})
