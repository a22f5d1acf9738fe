// One webhook's loop: in order, one at a time, at least once, and never in anybody's way.

import { createHmac } from 'node:crypto'
import { expect } from 'chai'
import sinon from 'sinon'
import { OperationsFull } from '../../src/operations/operations.ts'
import { Deliverer, type DelivererPorts } from '../../src/webhooks/deliverer.ts'
import { aWebhook, secret, settled, silent, taking, World } from './setup/world.ts'

describe('A webhook', () => {
  let world: World
  let started: Deliverer[]
  let save: sinon.SinonSpy<Parameters<DelivererPorts['save']>, Promise<void>>

  beforeEach(() => {
    world = new World()
    started = []
    save = sinon.fake(async (..._: Parameters<DelivererPorts['save']>) => {})
  })

  afterEach(async () => {
    for (const deliverer of started) deliverer.stop()
    await Promise.all(started.map(({ ended }) => ended))
    expect(world.timers()).to.equal(0)
  })

  function start(changes: Parameters<typeof aWebhook>[0] = {}, ports: Partial<DelivererPorts> = {}): Deliverer {
    const deliverer = new Deliverer(aWebhook(changes), { ...world.ports(), save, ...ports })
    started.push(deliverer)
    return deliverer
  }

  const cursors = () => save.getCalls().map(({ args: [, cursor] }) => cursor)

  it('delivers every event after its cursor once, in order, and waits for more', async () => {
    await world.happens(40)
    const deliverer = start({ cursor: 3 })
    await settled()
    await world.happens(2)
    await world.passes(0)
    expect(world.seqs()).to.deep.equal(Array.from({ length: 39 }, (_, index) => index + 4))
    expect(deliverer.cursor).to.equal(42)
    expect(deliverer.view()).to.include({ state: 'delivering', failures: 0, lastError: null, nextAttempt: null })
  })

  it('signs each attempt over its id, its time and the very bytes of its body', async () => {
    world.receive = async (_, seq) => (seq === 1 && world.posted.length === 1 ? 500 : 200)
    start({ id: 'a.b' })
    await world.happens(1)
    await world.passes(1_000)
    const key = Buffer.alloc(24, 1)
    for (const [index, { headers }] of world.posted.entries()) {
      const timestamp = String(1_700_000_000 + index)
      const signed = createHmac('sha256', key).update(`a%2Eb_1.${timestamp}.{"seq":1}`).digest('base64')
      const expected = { 'webhook-id': 'a%2Eb_1', 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signed}` }
      expect(headers).to.deep.equal(expected)
    }
    expect(world.posted).to.have.length(2)
  })

  it('has one event under way at a time, and makes the cursor durable before the next', async () => {
    let answer = (_: number): void => {}
    let kept = (): void => {}
    world.receive = () => new Promise((resolve) => (answer = resolve))
    const deliverer = start({}, { save: () => new Promise((resolve) => (kept = resolve)) })
    await world.happens(5)
    expect(world.seqs()).to.deep.equal([1])
    answer(204)
    await settled()
    expect(world.seqs()).to.deep.equal([1])
    kept()
    await settled()
    expect(world.seqs()).to.deep.equal([1, 2])
    deliverer.stop()
    answer(204)
  })

  const failures = [
    ['a redirect', async () => 301, 'the receiver answered 301'],
    ['a fault of the receiver', async () => 500, 'the receiver answered 500'],
    ['gone', async () => 410, 'the receiver answered 410'],
    ['a connection error', () => Promise.reject(new Error('refused')), 'refused'],
  ] as const
  for (const [what, receive, error] of failures) {
    it(`tries again after ${what}, and nothing else meanwhile, until it is taken`, async () => {
      world.receive = receive
      const deliverer = start()
      await world.happens(3)
      expect(deliverer.view()).to.deep.include({
        state: 'backing_off',
        cursor: 0,
        failures: 1,
        lastError: error,
        nextAttempt: world.now + 1_000,
      })
      await world.passes(999)
      expect(world.seqs()).to.deep.equal([1])
      await world.passes(1)
      expect(world.seqs()).to.deep.equal([1, 1])
      await world.passes(1_999)
      expect(world.seqs()).to.deep.equal([1, 1])
      world.receive = taking
      await world.passes(1)
      expect(world.seqs()).to.deep.equal([1, 1, 1, 2, 3])
      expect(deliverer.view()).to.include({ state: 'delivering', cursor: 3, failures: 0, lastError: null })
      expect(cursors()).to.deep.equal([0, 0, 1, 2, 3])
      sinon.assert.calledOnce(world.failed)
    })
  }

  it('gives a receiver 15 s to answer, and then hangs up and tries again', async () => {
    world.receive = silent
    const deliverer = start()
    await world.happens(1)
    await world.passes(14_999)
    expect(deliverer.view().state).to.equal('delivering')
    await world.passes(1)
    expect(deliverer.view().lastError).to.equal('the receiver did not answer within 15 s')
    await world.passes(1_000)
    expect(world.seqs()).to.deep.equal([1, 1])
  })

  it('never gives up: after a day it tries each hour', async () => {
    world.receive = async () => 503
    start()
    await world.happens(1)
    await world.passes(24 * 3_600_000)
    const before = world.posted.length
    await world.passes(10 * 3_600_000)
    expect(world.posted.length - before).to.equal(10)
  })

  it('holds no events while it backs off', async () => {
    world.receive = async () => 500
    start()
    await world.happens(40)
    const before = world.read.callCount
    await world.passes(1_000)
    expect(world.read.callCount).to.equal(before + 1)
  })

  it('passes over what the filter drops', async () => {
    world.types.set(2, ['transfer.refused'])
    const deliverer = start({ filter: { types: ['transfer.refused'] } })
    await world.happens(4)
    expect(world.seqs()).to.deep.equal([2])
    expect(deliverer.cursor).to.equal(4)
  })

  it('makes the cursor durable once a thousand events that the filter dropped, not for each', async () => {
    const deliverer = start({ filter: { types: ['batch.posted'] } })
    for (let count = 0; count < 50; count++) await world.happens(48)
    expect(deliverer.cursor).to.equal(2_400)
    expect(save.callCount).to.equal(2)
    for (const cursor of cursors()) expect(cursor % 1_008).to.equal(0)
  })

  it('tells of each attempt when, which, and what came of it', async () => {
    world.receive = async () => (world.posted.length === 1 ? 502 : 200)
    start()
    await world.happens(1)
    await world.passes(1_000)
    const time = 1_700_000_000_000
    expect(save.args).to.deep.equal([
      ['orders', 0, { seq: 1, time, attempt: 1, status: 502, error: 'the receiver answered 502' }],
      ['orders', 1, { seq: 1, time: time + 1_000, attempt: 2, status: 200, error: null }],
    ])
  })

  it('delivers again what it could not keep that it delivered', async () => {
    let full = true
    start({}, { save: async () => (full ? Promise.reject(new OperationsFull('full')) : undefined) })
    await world.happens(2)
    expect(world.seqs()).to.deep.equal([1])
    full = false
    await world.passes(1_000)
    expect(world.seqs()).to.deep.equal([1, 1, 2])
  })

  it('tries again when events cannot be read, or do not come', async () => {
    const read = sinon.stub()
    read.onCall(0).rejects(new Error('a page is damaged'))
    read.onCall(1).resolves([])
    read.callsFake(world.read)
    const deliverer = start({}, { read })
    await world.happens(1)
    expect(deliverer.view().lastError).to.equal('a page is damaged')
    await world.passes(1_000)
    expect(deliverer.view().lastError).to.equal('there are no events after 0')
    await world.passes(2_000)
    expect(world.seqs()).to.deep.equal([1])
  })

  it('when stopped ends the attempt under way, and keeps nothing of it', async () => {
    let signal: AbortSignal | undefined
    world.receive = (message) => {
      signal = message.signal
      return silent(message, 1)
    }
    const deliverer = start()
    await world.happens(3)
    deliverer.stop()
    await deliverer.ended
    expect(signal?.aborted).to.equal(true)
    sinon.assert.notCalled(save)
    await world.happens(3)
    expect(world.seqs()).to.deep.equal([1])
  })

  it('when stopped keeps nothing of an answer that comes after all', async () => {
    let answer = (_: number): void => {}
    world.receive = () => new Promise((resolve) => (answer = resolve))
    const deliverer = start()
    await world.happens(1)
    deliverer.stop()
    answer(200)
    await deliverer.ended
    sinon.assert.notCalled(save)
  })

  for (const state of ['waits', 'backs off'] as const) {
    it(`ends at once when stopped while it ${state}`, async () => {
      world.receive = async () => 500
      const deliverer = start()
      if (state === 'backs off') await world.happens(1)
      deliverer.stop()
      await deliverer.ended
    })
  }

  it('delivers nothing while it is disabled', async () => {
    const deliverer = start({ disabled: true })
    await world.happens(3)
    expect(world.seqs()).to.deep.equal([])
    expect(deliverer.view()).to.include({ state: 'disabled', cursor: 0 })
  })

  it('does not tell its secret', () => {
    expect(JSON.stringify(start().view())).to.not.include(secret.slice(6))
  })
})
