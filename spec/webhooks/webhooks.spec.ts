// All webhooks: what is kept of each, what a change does, and that none is in another's way.

import { expect } from 'chai'
import sinon from 'sinon'
import { OperationsFull } from '../../src/operations/operations.ts'
import { Webhooks } from '../../src/webhooks/webhooks.ts'
import { aWebhook, settled, silent, taking, World } from './setup/world.ts'

const url = 'http://receiver.example/hook'
const madeSecret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`

describe('Webhooks', () => {
  let world: World
  let webhooks: Webhooks
  let all: Webhooks[]

  beforeEach(async () => {
    world = new World()
    all = []
    webhooks = await begun()
  })

  afterEach(async () => {
    for (const one of all) await one.end()
    sinon.assert.notCalled(world.panic)
  })

  async function begun(): Promise<Webhooks> {
    const begun = new Webhooks(world.ports())
    all.push(begun)
    await begun.start()
    return begun
  }

  it('begin at the head, or where the cursor says', async () => {
    await world.happens(5)
    await webhooks.put('new', { url })
    await webhooks.put('old', { url: 'http://dead.example/', cursor: 2 })
    await settled()
    await world.happens(1)
    expect(world.seqs(url)).to.deep.equal([6])
    expect(world.seqs('http://dead.example/')).to.deep.equal([3, 4, 5, 6])
  })

  it('make a secret, and tell it once', async () => {
    const put = await webhooks.put('orders', { url })
    expect(put).to.include({ created: true, secret: madeSecret })
    expect(await webhooks.put('orders', { url })).to.not.have.property('secret')
    expect(JSON.stringify([webhooks.get('orders'), webhooks.list()])).to.not.include('whsec')
    expect((await world.store.open())[0]?.secret).to.equal(madeSecret)
    await webhooks.put('orders', { url, secret: aWebhook().secret })
    expect((await world.store.open())[0]?.secret).to.equal(aWebhook().secret)
  })

  it('keep secret and cursor of what is there, and nothing else', async () => {
    await webhooks.put('orders', { url, filter: { types: ['batch.posted'] }, disabled: true, cursor: 7 })
    await webhooks.put('orders', { url: 'http://dead.example/' })
    const [kept] = await world.store.open()
    expect(kept).to.deep.equal({
      id: 'orders',
      url: 'http://dead.example/',
      filter: null,
      secret: madeSecret,
      disabled: false,
      cursor: 7,
    })
  })

  it('replay from any seq', async () => {
    await webhooks.put('orders', { url })
    await world.happens(3)
    await webhooks.put('orders', { url, cursor: 1 })
    await settled()
    expect(world.seqs()).to.deep.equal([1, 2, 3, 2, 3])
  })

  it('are not held up by one that is dead', async () => {
    world.receive = (message, seq) => (message.url === url ? taking(message, seq) : silent(message, seq))
    await webhooks.put('dead', { url: 'http://dead.example/' })
    await webhooks.put('orders', { url })
    await world.happens(100)
    expect(world.seqs(url)).to.have.length(100)
    expect(world.seqs('http://dead.example/')).to.deep.equal([1])
    expect(await webhooks.put('dead', { url: 'http://dead.example/2' })).to.have.property('created', false)
  })

  it('go on after a restart where they were; what was under way comes again, so that none is lost', async () => {
    await webhooks.put('orders', { url })
    await world.happens(3)
    world.receive = silent
    await world.happens(3)
    expect(world.seqs()).to.deep.equal([1, 2, 3, 4])
    await webhooks.end()
    world.receive = taking
    const again = await begun()
    await settled()
    expect(world.seqs()).to.deep.equal([1, 2, 3, 4, 4, 5, 6])
    expect(again.get('orders')).to.include({ cursor: 6, state: 'delivering' })
  })

  it('forget what is removed', async () => {
    await webhooks.put('orders', { url })
    expect(await webhooks.remove('orders')).to.equal(true)
    expect(await webhooks.remove('orders')).to.equal(false)
    await world.happens(3)
    expect(world.seqs()).to.deep.equal([])
    expect(webhooks.get('orders')).to.equal(undefined)
    expect(await webhooks.deliveries('orders')).to.equal(undefined)
    expect(await world.store.open()).to.deep.equal([])
  })

  it('change one after the other: two changes at once leave one loop', async () => {
    await Promise.all([1, 2, 3].map((number) => webhooks.put('orders', { url: `${url}/${number}` })))
    await world.happens(2)
    expect(world.posted.map((one) => `${one.url} ${one.seq}`)).to.deep.equal([`${url}/3 1`, `${url}/3 2`])
  })

  it('refuse a url that may not be reached', async () => {
    const refused = await webhooks.put('orders', { url: 'https://elsewhere.example/' })
    expect(refused).to.have.property('refused', 'url')
    expect(webhooks.list()).to.deep.equal([])
  })

  it('are a hundred at most', async () => {
    for (let number = 0; number < 100; number++) await webhooks.put(`w${number}`, { url, disabled: true })
    expect(await webhooks.put('one-more', { url })).to.deep.equal({ refused: 'too_many' })
    expect(await webhooks.put('w7', { url, disabled: true })).to.have.property('created', false)
    expect(webhooks.list()).to.have.length(100)
  })

  it('refuse more changes at once than a hundred', async () => {
    const puts = Array.from({ length: 101 }, () => webhooks.put('orders', { url, disabled: true }))
    const results = await Promise.all(puts)
    expect(results.filter((result) => 'refused' in result)).to.deep.equal([{ refused: 'busy' }])
  })

  it('stay as they were when there is no room for the change', async () => {
    await webhooks.put('orders', { url })
    sinon.stub(world.store, 'saveWebhook').rejects(new OperationsFull('full'))
    expect(await webhooks.put('orders', { url: 'http://dead.example/' })).to.deep.equal({ refused: 'storage_full' })
    await world.happens(2)
    expect(world.seqs(url)).to.deep.equal([1, 2])
  })

  it('take no change once they have ended', async () => {
    await webhooks.end()
    expect(await webhooks.put('orders', { url })).to.deep.equal({ refused: 'ended' })
    expect(await webhooks.remove('orders')).to.deep.equal({ refused: 'ended' })
    expect(await webhooks.deliveries('orders')).to.deep.equal({ refused: 'ended' })
  })

  it('panic when the store fails: what it holds is unknown', async () => {
    await webhooks.put('orders', { url })
    sinon.stub(world.store, 'saveProgress').rejects(new Error('an I/O error'))
    await world.happens(1)
    sinon.assert.calledOnce(world.panic)
    world.panic.resetHistory()
  })
})
