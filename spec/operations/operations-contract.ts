// What every adapter of the operations data promises.

import { expect } from 'chai'
import { keptDeliveries, type Operations } from '../../src/operations/operations.ts'
import type { Delivery, Webhook } from '../../src/webhooks/webhook.ts'

export function aWebhook(id: string, changes: Partial<Webhook> = {}): Webhook {
  const filter = { types: ['batch.posted'], accountPrefix: 'users:' }
  return { id, url: 'https://a.example/', filter, secret: 'whsec_secret', disabled: false, cursor: 3, ...changes }
}

export function aDelivery(seq: number): Delivery {
  return { seq, time: 1_700_000_000_000 + seq, attempt: 1, status: 500, error: 'the receiver answered 500' }
}

/** `make` opens nothing; called again within a spec, it is the same data after a restart. */
export function operationsContract(make: () => Operations): void {
  let store: Operations

  beforeEach(async () => {
    store = make()
    expect(await store.open()).to.deep.equal([])
  })

  afterEach(() => store.close())

  async function reopened(): Promise<readonly Webhook[]> {
    await store.close()
    store = make()
    return store.open()
  }

  it('keeps webhooks across a restart', async () => {
    const webhooks = [aWebhook('a'), aWebhook('b', { filter: null, disabled: true }), aWebhook('__proto__')]
    for (const webhook of webhooks) await store.saveWebhook(webhook)
    await store.saveWebhook(aWebhook('b', { url: 'https://b.example/' }))
    expect(await reopened()).to.have.deep.members([
      aWebhook('a'),
      aWebhook('b', { url: 'https://b.example/' }),
      aWebhook('__proto__'),
    ])
  })

  it('keeps cursor and attempts, newest first', async () => {
    await store.saveWebhook(aWebhook('a'))
    await store.saveProgress('a', 4)
    await store.saveProgress('a', 4, aDelivery(5))
    await store.saveProgress('a', 5, aDelivery(6))
    expect(await reopened()).to.deep.equal([aWebhook('a', { cursor: 5 })])
    const expected = [6, 5].map((seq) => ({ number: seq - 4, ...aDelivery(seq) }))
    expect(await store.deliveries('a')).to.deep.equal(expected)
    await store.saveWebhook(aWebhook('a', { cursor: 0 }))
    expect(await store.deliveries('a')).to.deep.equal(expected)
  })

  it(`keeps ${keptDeliveries} attempts of each webhook, and goes on counting`, async () => {
    for (const id of ['a', 'b']) await store.saveWebhook(aWebhook(id))
    await store.saveProgress('b', 1, aDelivery(1))
    for (let seq = 1; seq <= keptDeliveries + 2; seq++) await store.saveProgress('a', seq, aDelivery(seq))
    const numbers = (await store.deliveries('a')).map(({ number }) => number)
    expect(numbers).to.deep.equal(Array.from({ length: keptDeliveries }, (_, index) => keptDeliveries + 2 - index))
    expect(await store.deliveries('b')).to.have.length(1)
  })

  it('forgets a webhook with all that belongs to it', async () => {
    for (const id of ['a', 'b']) await store.saveWebhook(aWebhook(id))
    for (const id of ['a', 'b']) await store.saveProgress(id, 4, aDelivery(4))
    await store.deleteWebhook('a')
    await store.deleteWebhook('a')
    expect(await store.deliveries('a')).to.deep.equal([])
    expect(await store.deliveries('b')).to.have.length(1)
    expect(await reopened()).to.deep.equal([aWebhook('b', { cursor: 4 })])
  })

  it('keeps no progress of what is not there', async () => {
    await store.saveProgress('a', 4, aDelivery(4))
    expect(await store.deliveries('a')).to.deep.equal([])
    expect(await reopened()).to.deep.equal([])
  })
}
