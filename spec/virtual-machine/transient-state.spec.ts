// A batch's view of the state: what storage told, overlaid by what the batch kept.

import { expect } from 'chai'
import { TransientState } from '../../actors/virtual-machine/transient-state.ts'

function aState() {
  return new TransientState(
    { keys: new Set(['a', 'b']), ids: new Set(['n', 'm']) },
    new Map([['a', '1']]),
    new Map([['n', { seq: 1, time: 1 }]]),
  )
}

describe('TransientState', () => {
  it('reads what storage told, and nothing for a key that was never written', () => {
    expect(aState().read('a')).to.equal('1')
    expect(aState().read('b')).to.equal(undefined)
  })

  it('lets a transaction read its own writes, and the next one those that were kept', () => {
    const state = aState()
    state.write('a', '2')
    expect(state.read('a')).to.equal('2')
    state.keep([])
    expect(state.read('a')).to.equal('2')
    state.write('a', '3')
    expect(state.read('a')).to.equal('3')
    expect(state.writes()).to.deep.equal(new Map([['a', '2']]))
  })

  it('forgets what a dropped transaction wrote, and only that', () => {
    const state = aState()
    state.write('b', '5')
    state.keep([])
    state.write('a', '2')
    state.write('b', '6')
    state.drop()
    state.keep([])
    expect(state.writes()).to.deep.equal(new Map([['b', '5']]))
    expect(state.read('a')).to.equal('1')
  })

  it('stops at a key that nobody asked for: it would read as never written', () => {
    expect(() => aState().read('c')).to.throw('the key c was read, but not asked for')
  })

  it('reads what was written under a new key, such as that of a new hold', () => {
    const state = aState()
    state.write('c', '1')
    expect(state.read('c')).to.equal('1')
    state.keep([])
    expect(state.read('c')).to.equal('1')
  })

  it('stops at a name that nobody asked for: it would read as never taken', () => {
    expect(() => aState().fact('x')).to.throw('the name x was looked up, but not asked for')
  })

  it('knows the facts behind names: those of storage, and those that the batch has kept', () => {
    const state = aState()
    expect(state.fact('n')).to.deep.equal({ seq: 1, time: 1 })
    expect(state.fact('m')).to.equal(undefined)
    const fact = { seq: 2, time: 2, ids: ['m', 'o'] }
    state.keep([fact, { seq: 3, time: 3 }])
    expect([state.fact('m'), state.fact('o')]).to.deep.equal([fact, fact])
  })
})
