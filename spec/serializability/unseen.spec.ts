// What no answer tells in time is allowed for: who was first of two lost ones, when a refused item took its key, what was before.

import { expect } from 'chai'
import type { Command } from '../../stress/commands/command.ts'
import { Checker, violationsIn } from '../../stress/serializability/checker.ts'
import { Model } from './model.ts'
import { hold, settings, transfer } from './story.ts'

const underKey = (key: string): Command => ({ ...hold('a', 'b', 3, 'h'), key })

describe('The checker of strict serializability allows for', () => {
  it('two lost requests with one id, of which the one that was asked later came first', () => {
    const model = new Model()
    model.ask(underKey('later'), { invoked: 1, completed: 2 }, true)
    model.ask(underKey('later'), { invoked: 5, completed: 6 })
    model.ask(underKey('sooner'), { invoked: 0, completed: 7 }, true)
    model.ask(underKey('sooner'), { invoked: 9, completed: 10 })
    expect(model.seq).to.equal(2)
    expect(violationsIn(model.calls)).to.deep.equal([])
  })

  it('a key that a refused item has taken before its batch is answered', () => {
    const model = new Model()
    const posting = { from: 'a', to: 'b', amount: '5', asset: 'UNIT' }
    const batch: Command = { kind: 'batch', key: 'k', body: { mode: 'independent', items: [{ postings: [posting] }] } }
    model.ask(settings({ min_balance: '0' }), { invoked: 1, completed: 2 })
    model.ask(batch, { invoked: 3, completed: 10 })
    const { parts } = model.ask(transfer('b', 'a', 1, 'k'), { invoked: 4, completed: 5 })
    expect(parts[0]?.code).to.equal('idempotency_key_reused')
    expect(violationsIn(model.calls)).to.deep.equal([])
  })

  it('a part that is asked of a hold of several postings, and refused', () => {
    const model = new Model()
    const postings = [1, 2].map(() => ({ from: 'a', to: 'b', amount: '5', asset: 'UNIT' }))
    model.ask({ kind: 'transfer', body: { id: 'h', postings, pending: true } }, { invoked: 1, completed: 2 })
    const part: Command = { kind: 'post', transfer: 'h', key: 'part', body: { amount: '4' } }
    expect(model.ask(part, { invoked: 3, completed: 4 }).parts[0]?.code).to.equal('post_exceeds_pending')
    expect(violationsIn(model.calls)).to.deep.equal([])
  })

  it('a guard on an account that no posting names, and that a lost request may have changed', () => {
    const model = new Model()
    model.ask(settings({ min_balance: '-5' }), { invoked: 1, completed: 2 }, true)
    const postings = [{ from: 'b', to: 'c', amount: '5', asset: 'UNIT' }]
    const guarded: Command = { kind: 'transfer', body: { postings, guard: { a: { version: 1 } } } }
    expect(model.ask(guarded, { invoked: 3, completed: 4 }).status).to.equal(200)
    expect(violationsIn(model.calls)).to.deep.equal([])
  })

  it('an id that comes twice in a batch, after a request that was lost', () => {
    const model = new Model()
    model.ask(settings({ min_balance: '-50' }), { invoked: 1, completed: 2 }, true)
    const posting = { from: 'a', to: 'b', amount: '5', asset: 'UNIT' }
    const items = [{ id: 'x', postings: [posting] }, { postings: [posting] }, { id: 'x', postings: [posting] }]
    model.ask({ kind: 'batch', key: 'k', body: { mode: 'atomic', items } }, { invoked: 3, completed: 4 })
    model.ask({ kind: 'balance', name: 'a UNIT' }, { invoked: 5, completed: 6 })
    expect(violationsIn(model.calls)).to.deep.equal([])
  })

  it('a key that was taken in an earlier piece of the history', () => {
    const model = new Model()
    const checker = new Checker()
    model.ask(underKey('k'), { invoked: 1, completed: 2 })
    expect(checker.check(model.calls.splice(0))).to.deep.equal([])
    model.ask(transfer('a', 'b', 1), { invoked: 3, completed: 4 })
    expect(model.ask(underKey('k'), { invoked: 5, completed: 6 }).replayed).to.equal(true)
    expect(checker.check(model.calls.splice(0))).to.deep.equal([])
  })
})
