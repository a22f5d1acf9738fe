// The queue is first come, first served, and bounded in count and bytes.

import { expect } from 'chai'
import type { LedgerRequest } from '../../actors/virtual-machine/messages.ts'
import { RequestQueue } from '../../actors/virtual-machine/request-queue.ts'
import { aTransfer } from '../setup/actors.ts'

const generous = { queuedRequests: 100, queuedBytes: 1_000, batchRequests: 100, batchBytes: 1_000 }

function aQueue(limits: Partial<typeof generous>, sizes: Record<string, number> = {}) {
  const nameOf = (request: LedgerRequest) =>
    request.type === 'ProcessTransaction' && request.method === 'Transfer' ? (request.command.reference ?? '') : ''
  const queue = new RequestQueue({ ...generous, ...limits }, { bytesOf: (request) => sizes[nameOf(request)] ?? 1 })
  const push = (name: string) => queue.push(aTransfer({ reference: name }))
  const take = () => queue.takeBatch().map(nameOf)
  return { queue, push, take }
}

describe('RequestQueue', () => {
  it('hands out what came, in the order in which it came', () => {
    const { queue, push, take } = aQueue({})
    for (const name of ['a', 'b', 'c']) expect(push(name)).to.equal(true)
    expect(queue.size).to.equal(3)
    expect(take()).to.deep.equal(['a', 'b', 'c'])
    expect(queue.size).to.equal(0)
    expect(take()).to.deep.equal([])
  })

  it('takes no more requests than its limit', () => {
    const { queue, push } = aQueue({ queuedRequests: 2 })
    expect(['a', 'b', 'c'].map(push)).to.deep.equal([true, true, false])
    expect(queue.size).to.equal(2)
  })

  it('takes no more bytes than its limit, and again when they are gone', () => {
    const { push, take } = aQueue({ queuedBytes: 10 }, { big: 10 })
    expect(push('big')).to.equal(true)
    expect(push('a')).to.equal(false)
    take()
    expect(push('big')).to.equal(true)
  })

  it('caps a batch in requests', () => {
    const { push, take } = aQueue({ batchRequests: 2 })
    for (const name of ['a', 'b', 'c']) push(name)
    expect(take()).to.deep.equal(['a', 'b'])
    expect(take()).to.deep.equal(['c'])
  })

  it('caps a batch in bytes', () => {
    const { push, take } = aQueue({ batchBytes: 10 }, { a: 4, b: 6, c: 1 })
    for (const name of ['a', 'b', 'c']) push(name)
    expect(take()).to.deep.equal(['a', 'b'])
    expect(take()).to.deep.equal(['c'])
  })

  it('serves a request that is larger than a batch alone', () => {
    const { push, take } = aQueue({ batchBytes: 10 }, { huge: 11 })
    for (const name of ['huge', 'a']) push(name)
    expect(take()).to.deep.equal(['huge'])
    expect(take()).to.deep.equal(['a'])
  })

  it('hands out first what was put back, and counts it again', () => {
    const { queue, push, take } = aQueue({ queuedBytes: 10 }, { a: 4, b: 4, c: 2 })
    for (const name of ['a', 'b', 'c']) push(name)
    const [, ...others] = queue.takeBatch()
    queue.putBack(others)
    expect(push('a')).to.equal(true)
    expect(push('big')).to.equal(false)
    expect(take()).to.deep.equal(['b', 'c', 'a'])
  })
})
