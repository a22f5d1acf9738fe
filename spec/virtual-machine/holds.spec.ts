// What the VirtualMachine does about holds: it reads in two steps, and lets them expire by itself.

import { expect } from 'chai'
import sinon from 'sinon'
import { ledger } from '../../actors/contracts/ledger.ts'
import type { TransferFact } from '../../actors/contracts/transfer.ts'
import { Expiries } from '../../actors/virtual-machine/expiries.ts'
import { aBalanceQuery, aRecipient, aRequest, aTransfer, headAt, keysRead, keysWritten } from '../setup/actors.ts'
import { aVirtualMachine } from './machines.ts'

describe('VirtualMachine, asked about a hold,', () => {
  const hold = '{"id":"h","seq":3,"time":3,"postings":[{"from":"a","to":"b","amount":"5","asset":"UNIT"}]}'
  const open = {
    'account/UNIT/a': '{"posted":"0","pending_out":"5","version":1}',
    'account/UNIT/b': '{"posted":"0","pending_in":"5","version":1}',
  }

  it('reads the hold first, then the accounts that it names', () => {
    const visitor = aRecipient()
    const { machine, reads } = aVirtualMachine()
    machine.send(aRequest('Post', { transfer: 'h' }, { replyTo: visitor }))
    expect(reads()[0]).to.deep.include({ keys: ['pending/h'], ids: ['transfer/h', 'settlement/h', 'reversal/h'] })
    machine.send(keysRead({ 'pending/h': hold }, headAt(3)))
    expect(reads()[1]).to.deep.equal({
      type: 'ReadKeys',
      keys: ['account/UNIT/a', 'account/UNIT/b'],
      ids: [],
      seqs: [],
    })
    machine.send(keysRead(open, headAt(3)))
    machine.send(keysWritten(headAt(4)))
    sinon.assert.calledOnceWithMatch(visitor.send, { fact: { method: 'Post', state: 'posted' }, seq: 4 })
  })

  it('knows a transfer with a server-made id by its seq', () => {
    const visitor = aRecipient()
    const { machine, reads } = aVirtualMachine()
    machine.send(aRequest('Reverse', { transfer: 'tr_3' }, { replyTo: visitor }))
    expect(reads()[0]).to.deep.include({ ids: ['transfer/tr_3', 'settlement/tr_3', 'reversal/tr_3'], seqs: [3] })
    const postings = [{ from: 'a', to: 'b', amount: '5', asset: 'UNIT' }]
    const fact = { seq: 3, time: 3, method: 'Transfer', id: 'tr_3', state: 'posted', postings }
    const client = { ...fact, id: 'mine' }
    const later = { seq: 4, time: 4, method: 'Post', id: 'tr_3', state: 'refused', postings: [] }
    const bySeq = new Map([[3, [{ seq: 3, time: 3 }, client, fact]] as const, [4, [later]] as const])
    machine.send({ ...keysRead({}, headAt(3)), bySeq })
    machine.send(keysRead({}, headAt(3)))
    machine.send(keysWritten(headAt(4)))
    sinon.assert.calledOnceWithMatch(visitor.send, { fact: { reverses: 'tr_3', state: 'posted' } })
  })

  it('does not take a refused post of a transfer for the transfer', () => {
    const visitor = aRecipient()
    const { machine } = aVirtualMachine()
    machine.send(aRequest('Reverse', { transfer: 'tr_3' }, { replyTo: visitor }))
    const postings = [{ from: 'a', to: 'b', amount: '5', asset: 'UNIT' }]
    const fact = { seq: 3, time: 3, method: 'Transfer', id: 'tr_3', state: 'posted', postings }
    const refused = { seq: 4, time: 4, method: 'Post', id: 'tr_3', state: 'refused', postings: [] }
    const bySeq = new Map([3, 4].map((seq) => [seq, [seq === 3 ? fact : refused]]))
    machine.send({ ...keysRead({}, headAt(4)), bySeq })
    machine.send(keysRead({}, headAt(4)))
    machine.send(keysWritten(headAt(5)))
    sinon.assert.calledOnceWithMatch(visitor.send, { fact: { reverses: 'tr_3', state: 'posted' } })
  })

  it('lets it expire by itself when it is due, before all else', () => {
    let now = 1_000
    const expiries = new Expiries()
    expiries.add({ transfer: 'h', at: 2_000, seq: 3 })
    const { machine, reads, wakeAt, writes } = aVirtualMachine({ expiries, now: () => now })
    machine.send(aBalanceQuery('x'))
    machine.send(keysRead())
    sinon.assert.calledOnceWithMatch(wakeAt, 2_000)
    now = 2_000
    wakeAt.firstCall.args[1]()
    expect(reads()[1]?.keys).to.deep.equal(['pending/h'])
    machine.send(keysRead({ 'pending/h': hold.replace('"seq"', '"expires_at":2000,"seq"') }, headAt(3)))
    machine.send(keysRead(open, headAt(3)))
    expect(writes()[0]?.transactions).to.have.nested.property('[0].state', 'expired')
    machine.send(keysWritten(headAt(4)))
    expect(expiries.next).to.equal(undefined)
  })

  it('ends no more of them in a batch than a record can hold, and the others in the next one, in order', () => {
    const expiries = new Expiries()
    const names = ['h1', 'h2', 'h3']
    for (const [index, transfer] of names.entries()) expiries.add({ transfer, at: 500 + index, seq: index + 1 })
    const { machine, writes } = aVirtualMachine({ expiries, limits: { batchBytes: 4_000 } })
    const values = Object.fromEntries(
      names.map((id) => [`pending/${id}`, hold.replace('"h"', `"${id}","expires_at":500`)]),
    )
    const accounts = { ...open, 'account/UNIT/a': '{"posted":"0","pending_out":"15","version":3}' }
    const both = { ...values, ...accounts, 'account/UNIT/b': '{"posted":"0","pending_in":"15","version":3}' }
    const visitor = aRecipient()
    machine.send(aBalanceQuery('x', visitor))
    for (const [round, ended] of [['h1', 'h2'], ['h3']].entries()) {
      machine.send(keysRead(both, headAt(3 + 2 * round)))
      machine.send(keysRead(both, headAt(3 + 2 * round)))
      const facts = (writes()[round]?.transactions ?? []) as readonly TransferFact[]
      expect(facts.map(({ id }) => id)).to.deep.equal(ended)
      machine.send(keysWritten(headAt(5 + round)))
    }
    machine.send(keysRead({}, headAt(6)))
    sinon.assert.calledOnceWithMatch(visitor.send, { type: 'ContractCalled' })
  })

  it('puts its end off while the disk is full, for a second each time, and does not forget it', () => {
    let now = 2_000
    const expiries = new Expiries()
    expiries.add({ transfer: 'h', at: 2_000, seq: 3 })
    const { machine, reads, wakeAt, writes } = aVirtualMachine({ expiries, now: () => now })
    machine.send({ type: 'BeginBatch' })
    machine.send(keysRead({ 'pending/h': hold.replace('"seq"', '"expires_at":2000,"seq"') }, headAt(3), {}, false))
    machine.send(keysRead(open, headAt(3), {}, false))
    expect(writes()).to.deep.equal([])
    sinon.assert.calledOnceWithMatch(wakeAt, 3_000)
    machine.send(aBalanceQuery('x'))
    expect(reads()[2]?.keys).to.not.include('pending/h')
    machine.send(keysRead({}, headAt(3)))
    now = 3_000
    wakeAt.lastCall.args[1]()
    machine.send(keysRead({ 'pending/h': hold.replace('"seq"', '"expires_at":2000,"seq"') }, headAt(3)))
    machine.send(keysRead(open, headAt(3)))
    expect(writes()[0]?.transactions).to.have.nested.property('[0].state', 'expired')
  })

  it('puts off the end of each of them once, of those, too, that a record could not hold', () => {
    const expiries = new Expiries()
    const names = ['h1', 'h2', 'h3']
    for (const [index, transfer] of names.entries()) expiries.add({ transfer, at: 500 + index, seq: index + 1 })
    const { machine } = aVirtualMachine({ expiries, limits: { batchBytes: 4_000 } })
    const values = Object.fromEntries(names.map((id) => [`pending/${id}`, hold.replace('"h"', `"${id}"`)]))
    machine.send({ type: 'BeginBatch' })
    machine.send(keysRead(values, headAt(3), {}, false))
    machine.send(keysRead(open, headAt(3), {}, false))
    expect(expiries.takeDue(1_000, 10).map(({ transfer }) => transfer)).to.deep.equal(names)
  })

  it('does not put it off when the disk was full before it was due', () => {
    const expiries = new Expiries()
    expiries.add({ transfer: 'h', at: 1_500, seq: 3 })
    const { machine, wakeAt } = aVirtualMachine({ expiries })
    machine.send(aTransfer())
    machine.send(keysRead({}, headAt(3), {}, false))
    sinon.assert.calledOnceWithMatch(wakeAt, 1_500)
  })

  it('remembers when a new one ends', () => {
    const { machine, expiries, wakeAt } = aVirtualMachine()
    machine.send(aTransfer({ id: 'h', pending: { expiresIn: 5 } }))
    machine.send(keysRead())
    expect(expiries.next).to.equal(undefined)
    machine.send(keysWritten(headAt(1)))
    expect(expiries.next).to.equal(6_000)
    sinon.assert.calledOnceWithMatch(wakeAt, 6_000)
  })

  it('rests when it is woken up for nothing, and works on when it is woken up in a batch', () => {
    const { machine, reads, wakeAt, writes } = aVirtualMachine()
    machine.send({ type: 'BeginBatch' })
    expect(reads()).to.have.length(0)
    sinon.assert.notCalled(wakeAt)
    machine.send(aTransfer())
    machine.send({ type: 'BeginBatch' })
    machine.send(keysRead())
    expect([reads().length, writes().length]).to.deep.equal([1, 1])
    expect(machine.deaths).to.deep.equal([])
  })
})

describe('VirtualMachine, when what it has read is too much for one record,', () => {
  const reference = 'x'.repeat(2_000)
  const postings = '[{"from":"a","to":"b","amount":"5","asset":"UNIT"}]'
  const names = ['h1', 'h2', 'h3']
  const holds = Object.fromEntries(
    names.map((id) => [
      `pending/${id}`,
      `{"id":"${id}","seq":3,"time":3,"postings":${postings},"reference":"${reference}"}`,
    ]),
  )
  const state = {
    ...holds,
    'account/UNIT/a': '{"posted":"0","pending_out":"15","version":3}',
    'account/UNIT/b': '{"posted":"0","pending_in":"15","version":3}',
  }
  const known = { read: (key: string) => holds[key], fact: () => undefined }
  const bytes = ledger.moreBytesOf(aRequest('Post', { transfer: 'h1' }), known)

  function posting(batchBytes: number, ...posted: readonly string[]) {
    const visitors = posted.map(() => aRecipient())
    const parts = aVirtualMachine({ limits: { batchBytes }, gather: () => {} })
    for (const [index, transfer] of posted.entries()) {
      parts.machine.send(aRequest('Post', { transfer }, { replyTo: visitors[index] ?? aRecipient() }))
    }
    parts.machine.send({ type: 'BeginBatch' })
    for (const _ of ['holds', 'accounts']) parts.machine.send(keysRead(state, headAt(3)))
    return { ...parts, told: () => visitors.map(({ send }) => send.callCount) }
  }

  it('takes as many requests as just fit, and the next one comes first in the next batch, once', () => {
    const { machine, reads, writes, told } = posting(2 * bytes, ...names)
    expect(writes()[0]?.transactions).to.have.length(2)
    machine.send(aBalanceQuery('x'))
    machine.send(keysWritten(headAt(5)))
    expect(reads()[2]?.keys).to.deep.equal(['pending/h3', 'account/UNIT/x', 'account-metadata/x'])
    expect(told()).to.deep.equal([1, 1, 0])
    for (const _ of ['holds', 'accounts']) machine.send(keysRead(state, headAt(5)))
    machine.send(keysWritten(headAt(6)))
    expect(told()).to.deep.equal([1, 1, 1])
  })

  it('takes one that is too much by itself, alone, for it could never be served otherwise', () => {
    const { machine, told } = posting(1, 'h1', 'h2')
    machine.send(keysWritten(headAt(4)))
    expect(told()).to.deep.equal([1, 0])
  })
})
