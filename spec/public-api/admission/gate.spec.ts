// The lines before the VirtualMachine: who goes through, who waits, who is told to come later.

import { expect } from 'chai'
import { settled } from '../../throttle/virtual-clock.ts'
import { small, smallAdmission, turnedAway } from './small-admission.ts'

describe('The line before the VirtualMachine', () => {
  it('lets through at once what it has slots for, and answers what the VirtualMachine does', () => {
    const { ask, answer, sent, told } = smallAdmission()
    ask('singles', 'a')
    ask('reads', 'b')
    expect(sent).to.deep.equal(['a', 'b'])
    answer('a', { type: 'TransactionProcessed' })
    expect(told).to.deep.equal({ a: { type: 'TransactionProcessed' } })
  })

  it('gives the slot on when the VirtualMachine itself rejects', async () => {
    const { ask, answer, sent, told } = smallAdmission()
    for (const name of ['a', 'b', 'c']) ask('singles', name)
    await settled()
    const rejected = { type: 'RequestRejected', reason: 'storage_full' }
    answer('a', rejected)
    await settled()
    expect(told).to.deep.equal({ a: rejected })
    expect(sent).to.deep.equal(['a', 'b', 'c'])
  })

  it('keeps the others waiting until one is answered, in order', async () => {
    const { ask, answer, sent } = smallAdmission()
    for (const name of ['a', 'b', 'c', 'd']) ask('singles', name)
    await settled()
    expect(sent).to.deep.equal(['a', 'b'])
    answer('b')
    await settled()
    answer('a')
    await settled()
    expect(sent).to.deep.equal(['a', 'b', 'c', 'd'])
  })

  it('lets lanes that wait take turns by their shares: none starves', async () => {
    const { ask, answer, sent } = smallAdmission()
    for (const name of ['a', 'b', 's1', 's2', 's3']) ask('singles', name)
    for (const name of ['r1', 'r2', 'r3']) ask('reads', name)
    for (let served = 0; served < 6; served++) {
      await settled()
      answer(sent[served] ?? '')
    }
    await settled()
    const turns = sent.slice(2).map(([lane]) => lane)
    expect(turns.join('')).to.equal('rsrrss')
    expect(sent.slice(2)).to.have.members(['s1', 's2', 's3', 'r1', 'r2', 'r3'])
  })

  it('tells who finds the line full at once; a flood of one lane leaves the places of the other alone', async () => {
    const { ask, answer, sent, told } = smallAdmission()
    for (let count = 0; count < 20; count++) ask('singles', `s${count}`)
    ask('reads', 'r')
    await settled()
    expect(Object.keys(told)).to.have.length(20 - small.slots - small.places)
    expect(told.s19).to.deep.equal(turnedAway(1))
    expect(told).to.not.have.property('r')
    for (const name of ['s0', 's1']) answer(name)
    await settled()
    expect(sent).to.include('r')
  })

  it('counts bulk in transfers, apart from all others', async () => {
    const { ask, answer, sent, told } = smallAdmission()
    ask('bulk', 'batch', 9)
    ask('bulk', 'line')
    ask('bulk', 'behind', 2)
    ask('bulk', 'small')
    ask('singles', 'single')
    await settled()
    // What is small does not pass who waits before it.
    expect(sent).to.deep.equal(['batch', 'line', 'single'])
    answer('line')
    await settled()
    expect(sent).to.not.include('behind')
    answer('batch')
    await settled()
    expect(sent).to.deep.equal(['batch', 'line', 'single', 'behind', 'small'])
    const inside = 2
    const most = small.bulkUnits + small.bulkPlaces
    for (let count = inside; count <= most; count++) ask('bulk', `b${count}`, 10)
    await settled()
    expect(told).to.deep.equal({ line: told.line, batch: told.batch, [`b${most}`]: turnedAway(1) })
  })

  it('takes a batch that weighs more than all units, alone', async () => {
    const { ask, answer, sent } = smallAdmission()
    ask('bulk', 'huge', 1_000)
    ask('bulk', 'line')
    await settled()
    expect(sent).to.deep.equal(['huge'])
    answer('huge')
    await settled()
    expect(sent).to.deep.equal(['huge', 'line'])
  })

  it('lets nobody wait longer than the limit, and says to stay away for as long', async () => {
    const { ask, answer, sent, told, clock } = smallAdmission()
    for (const name of ['a', 'b', 'c']) ask('singles', name)
    await clock.runTo(4_999)
    expect(told).to.deep.equal({})
    await clock.runTo(5_000)
    expect(told).to.deep.equal({ c: turnedAway(5) })
    answer('a')
    await settled()
    expect(sent, 'it has left the line').to.deep.equal(['a', 'b'])
    expect(clock.waiting).to.equal(0)
  })

  it('gives the place of a client who goes away to the next, and never sends the message', async () => {
    const { ask, answer, sent, clock } = smallAdmission()
    const gone = new AbortController()
    ask('singles', 'a')
    ask('singles', 'b')
    const client = new Request('http://a/', { signal: gone.signal })
    for (const name of ['c', 'd', 'e']) ask('singles', name, undefined, 'local', client)
    gone.abort()
    await settled()
    for (const name of ['f', 'g', 'h']) ask('singles', name)
    await settled()
    for (const name of ['a', 'b', 'f', 'g', 'h']) {
      answer(name)
      await settled()
    }
    expect(sent).to.deep.equal(['a', 'b', 'f', 'g', 'h'])
    await clock.runTo(Infinity)
    expect(clock.waiting).to.equal(0)
  })

  it('turns nobody away whom the VirtualMachine has, however long it takes and whoever goes away', async () => {
    const { ask, answer, sent, told, clock } = smallAdmission()
    const gone = new AbortController()
    ask('singles', 'a', undefined, 'local', new Request('http://a/', { signal: gone.signal }))
    ask('singles', 'b')
    ask('singles', 'c')
    gone.abort()
    await clock.runTo(60_000)
    expect(told).to.have.all.keys('c')
    ask('singles', 'd')
    await settled()
    expect(sent, 'its slot is taken as long as the VirtualMachine has it').to.deep.equal(['a', 'b'])
    answer('a', { type: 'TransactionProcessed' })
    await settled()
    expect(told.a).to.deep.equal({ type: 'TransactionProcessed' })
    expect(sent).to.deep.equal(['a', 'b', 'd'])
  })

  it('sends nobody to a ledger that was closed while they waited', async () => {
    const { ask, answer, sent, told, become } = smallAdmission()
    for (const name of ['a', 'b', 'c', 'd']) ask('singles', name)
    become('draining')
    answer('a')
    await settled()
    expect(sent).to.deep.equal(['a', 'b'])
    expect(told.c).to.deep.equal({ type: 'RequestRejected', reason: 'not_ready' })
    expect(told.d, 'the place goes on to the next').to.deep.equal({ type: 'RequestRejected', reason: 'not_ready' })
  })

  it('makes the line shorter when answers are late, down to its floor, and longer again', async () => {
    const { ask, answer, sent, clock } = smallAdmission({ limits: { ...small, slots: 5, places: 0, leastInside: 3 } })
    const round = async (name: string, lasts: number) => {
      const before = sent.length
      for (let count = 0; count < 8; count++) ask('singles', `${name}${count}`)
      await clock.runTo(clock.now() + lasts)
      for (const one of sent.slice(before)) answer(one)
      return sent.length - before
    }
    const rounds = async (names: string, lasts: number) => {
      for (const name of names) await round(name, lasts)
    }
    expect(await round('first', 1_000)).to.equal(5)
    await rounds('abcdefgh', 1_001)
    expect(await round('late', 0)).to.equal(3)
    await rounds('klmnopqrst', 1_000)
    expect(await round('again', 0)).to.equal(5)
  })

  it('lets health through whatever waits', () => {
    const { ask, sent } = smallAdmission()
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) ask('singles', name)
    ask('health', 'h')
    expect(sent).to.deep.equal(['a', 'b', 'h'])
  })
})
