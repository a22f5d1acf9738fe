// One subscriber's stream: holds nothing for who does not read, and forgets who has left.

import { expect } from 'chai'
import sinon from 'sinon'
import type { SeqRange } from '../../../src/archive/history/history.ts'
import { EventStream } from '../../../src/public-api/events/event-stream.ts'
import { Subscribers } from '../../../src/public-api/events/subscribers.ts'
import { Turns } from '../../../src/public-api/turns.ts'
import { aFact, until } from '../doubles.ts'
import { Following, numbers } from './following.ts'

/** A history that goes as far as it is told. */
function growing() {
  let committed = 0
  const waiting = new Set<() => void>()
  const seqs = sinon.fake(async ({ low, high, limit }: SeqRange) =>
    numbers(low, Math.min(high, low + limit - 1)).map((seq) => ({ seq, facts: [JSON.stringify(aFact({ seq }))] })),
  )
  const unread = () => Promise.reject(new Error('this was not to be read'))
  const history = {
    ...{ statement: unread, postedAsOf: unread, transfersOf: unread, transfers: unread },
    seqs,
    committed: () => committed,
    onceCommitted(_seq: number, told: () => void) {
      waiting.add(told)
      return () => void waiting.delete(told)
    },
  }
  return {
    history,
    waiting,
    grow(seq: number) {
      committed = seq
      for (const told of waiting) told()
    },
  }
}

describe('EventStream', () => {
  it('reads nothing for who does not read', async () => {
    const { history, grow } = growing()
    const over = sinon.fake()
    const body = new EventStream(history, new Subscribers(() => {}, new Turns()), 0).events(over)
    for (let seq = 1; seq <= 1_000; seq++) grow(seq)
    await new Promise(setImmediate)
    sinon.assert.notCalled(history.seqs)
    const client = new Following(new Response(body))
    await client.read()
    await client.read()
    sinon.assert.calledOnce(history.seqs)
    expect(await client.seqs(1_000)).to.deep.equal(numbers(1, 1_000))
    sinon.assert.notCalled(over)
  })

  it('reads once what many follow', async () => {
    const { history, grow } = growing()
    const subscribers = new Subscribers(() => {}, new Turns())
    const clients = numbers(1, 9).map(
      () => new Following(new Response(new EventStream(history, subscribers, 0).events(() => {}))),
    )
    const told = clients.map((client) => client.seqs(3))
    grow(3)
    for (const seqs of await Promise.all(told)) expect(seqs).to.deep.equal([1, 2, 3])
    sinon.assert.calledOnce(history.seqs)
  })

  //  bytes of pieces that are kept    times that the past is read: 4 pieces, and one up to where a piece of the others begins
  const memories = [
    [undefined, 5],
    [1, 12],
  ] as const
  for (const [most, reads] of memories) {
    it(`reads the past ${reads} times for three who come one after the other, and keep ${most ?? 'enough'}`, async () => {
      const { history, grow } = growing()
      grow(1_000)
      const subscribers = new Subscribers(() => {}, new Turns(), most)
      for (const after of [0, 100, 0]) {
        const client = new Following(new Response(new EventStream(history, subscribers, after).events(() => {})))
        expect(await client.seqs(1_000 - after)).to.deep.equal(numbers(after + 1, 1_000))
      }
      sinon.assert.callCount(history.seqs, reads)
    })
  }

  it('keeps nobody in mind who has left, or been told', async () => {
    const { history, grow, waiting } = growing()
    const over = sinon.fake()
    const stream = new EventStream(history, new Subscribers(() => {}, new Turns()), 0)
    const client = new Following(new Response(stream.events(over)))
    await client.read()
    for (let beat = 0; beat < 5; beat++) {
      const read = client.read()
      await until(() => waiting.size > 0)
      stream.beat()
      await read
    }
    const read = client.read()
    await until(() => waiting.size > 0)
    expect(waiting.size).to.equal(1)
    await client.leave()
    await read
    await until(() => waiting.size === 0)
    sinon.assert.calledOnce(over)
    grow(5)
    await new Promise(setImmediate)
    sinon.assert.notCalled(history.seqs)
  })

  it('breaks off when the history fails, and the next one tries again', async () => {
    const { history, grow } = growing()
    const over = sinon.fake()
    const subscribers = new Subscribers(() => {}, new Turns())
    const failing = sinon.stub()
    failing.onFirstCall().rejects(new Error('damaged'))
    failing.callsFake(history.seqs)
    const follow = () => {
      const stream = new EventStream({ ...history, seqs: failing }, subscribers, 0)
      return new Following(new Response(stream.events(over)))
    }
    grow(2)
    const outcome = await follow()
      .seqs(1)
      .catch((error: Error) => error.message)
    expect(outcome).to.equal('damaged')
    sinon.assert.calledOnce(over)
    expect(await follow().seqs(2)).to.deep.equal([1, 2])
  })
})
