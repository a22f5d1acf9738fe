// Webhooks over HTTP: forms, answers, and that the secret is told once and never again.

import { expect } from 'chai'
import sinon from 'sinon'
import type { KeptDelivery, WebhookDesk, WebhookView } from '../../../src/webhooks/webhook.ts'
import { deliveryAnswer, webhookAnswer } from '../../../src/wire/events/webhook.ts'
import { problemAnswer } from '../../../src/wire/problem.ts'
import { apiOver, json } from '../doubles.ts'

const url = 'https://a.example/hook'
const secret = `whsec_${Buffer.alloc(24, 1).toString('base64')}`

const view: WebhookView = {
  id: 'orders',
  url,
  filter: { types: ['transfer.posted'], accountPrefix: 'users:' },
  disabled: false,
  cursor: 17,
  state: 'backing_off',
  nextAttempt: 1_700_000_000_000,
  failures: 2,
  lastError: 'the receiver answered 500',
}

function aDelivery(number: number): KeptDelivery {
  return { number, seq: number * 2, time: 1_700_000_000_000, attempt: 1, status: null, error: 'refused' }
}

function deskOf(changes: Partial<Omit<WebhookDesk, 'put'>> = {}) {
  const newestFirst = [5, 4, 3, 2, 1].map(aDelivery)
  return {
    put: sinon
      .stub<Parameters<WebhookDesk['put']>, ReturnType<WebhookDesk['put']>>()
      .resolves({ view, created: false }),
    get: (id: string) => (id === 'orders' ? view : undefined),
    list: () => [view, { ...view, id: 'other' }],
    remove: async (id: string) => id === 'orders',
    deliveries: async (id: string) => (id === 'orders' ? newestFirst : undefined),
    ...changes,
  }
}

function put(body: object | string) {
  return { ...json(typeof body === 'string' ? body : JSON.stringify(body)), method: 'PUT' }
}

describe('Webhooks over HTTP', () => {
  it('hand on what is wished', async () => {
    const webhooks = deskOf()
    const { app } = apiOver({}, { webhooks })
    const filter = { types: ['batch.posted', 'account.updated'], account_prefix: 'users:' }
    await app.request('/v1/webhooks/orders', put({ url, filter, secret, cursor: '9007199254740991', disabled: true }))
    await app.request('/v1/webhooks/a.b:c@d-e_f', put({ url, filter: {}, cursor: 0 }))
    expect(webhooks.put.args).to.deep.equal([
      [
        'orders',
        {
          url,
          filter: { types: ['batch.posted', 'account.updated'], accountPrefix: 'users:' },
          secret,
          cursor: 9_007_199_254_740_991,
          disabled: true,
        },
      ],
      ['a.b:c@d-e_f', { url, filter: {}, cursor: 0 }],
    ])
  })

  it('tell a new webhook with 201, and the secret that was made for it; a changed one with 200, and none', async () => {
    const webhooks = deskOf()
    const { app } = apiOver({}, { webhooks })
    webhooks.put.onFirstCall().resolves({ view, created: true, secret: 'whsec_made' })
    const made = await app.request('/v1/webhooks/orders', put({ url }))
    expect(made.status).to.equal(201)
    expect(made.headers.get('Cache-Control')).to.equal('no-store')
    expect(webhookAnswer.parse(await made.json())).to.include({ id: 'orders', secret: 'whsec_made' })
    const changed = await app.request('/v1/webhooks/orders', put({ url, secret }))
    expect(changed.status).to.equal(200)
    expect(await changed.text()).to.not.include('whsec')
  })

  it('tell one, and all of them', async () => {
    const { app } = apiOver({}, { webhooks: deskOf() })
    const one = await (await app.request('/v1/webhooks/orders')).json()
    expect(webhookAnswer.parse(one)).to.deep.equal({
      id: 'orders',
      url,
      filter: { types: ['transfer.posted'], account_prefix: 'users:' },
      disabled: false,
      cursor: '17',
      state: 'backing_off',
      failures: 2,
      next_attempt_at: '2023-11-14T22:13:20.000Z',
      last_error: 'the receiver answered 500',
    })
    const all = await (await app.request('/v1/webhooks')).json()
    expect(all).to.deep.equal({ data: [one, { ...(one as object), id: 'other' }], next_cursor: null })
  })

  it('are removed with 204', async () => {
    const { app } = apiOver({}, { webhooks: deskOf() })
    const response = await app.request('/v1/webhooks/orders', { method: 'DELETE' })
    expect([response.status, await response.text()]).to.deep.equal([204, ''])
    expect(response.headers.get('Ledger-Seq')).to.equal('41')
    expect(response.headers.has('Content-Type')).to.equal(false)
  })

  for (const [order, pages] of [
    ['desc', [[5, 4], [3, 2], [1]]],
    ['asc', [[1, 2], [3, 4], [5]]],
  ] as const) {
    it(`tell deliveries page by page, ${order}`, async () => {
      const { app } = apiOver({}, { webhooks: deskOf() })
      const told: number[][] = []
      let cursor: string | null = ''
      while (cursor !== null) {
        const from: string = cursor === '' ? '' : `&cursor=${cursor}`
        const response = await app.request(`/v1/webhooks/orders/deliveries?limit=2&order=${order}${from}`)
        const page = (await response.json()) as { data: unknown[]; next_cursor: string | null }
        told.push(page.data.map((delivery) => deliveryAnswer.parse(delivery).number))
        cursor = page.next_cursor
      }
      expect(told).to.deep.equal(pages)
    })
  }

  const refused = [
    [{ refused: 'url', detail: 'must begin with https://' }, 400, 'invalid_json', '/url must begin with https://.'],
    [{ refused: 'too_many' }, 403, 'forbidden', 'delete one first'],
    [{ refused: 'busy' }, 503, 'overloaded', 'Nothing happened'],
    [{ refused: 'ended' }, 503, 'not_ready', 'Nothing happened'],
    [{ refused: 'storage_full' }, 507, 'storage_full', 'Nothing happened'],
  ] as const
  for (const [refusal, status, code, detail] of refused) {
    it(`answer ${status} ${code} when refused: ${refusal.refused}`, async () => {
      const desk = deskOf({ remove: async () => refusal, deliveries: async () => refusal })
      desk.put.resolves(refusal)
      const { app } = apiOver({}, { webhooks: desk })
      for (const [path, init] of [
        ['orders', put({ url })],
        ['orders', { method: 'DELETE' }],
        ['orders/deliveries', {}],
      ] as const) {
        const response = await app.request(`/v1/webhooks/${path}`, init)
        const problem = problemAnswer.parse(await response.json())
        expect([response.status, problem.code]).to.deep.equal([status, code])
        expect(problem.detail).to.include(detail)
      }
    })
  }

  const short = `whsec_${Buffer.alloc(23).toString('base64')}`
  const long = `whsec_${Buffer.alloc(65).toString('base64')}`
  // biome-ignore format: a table
  const faults = [
    ['PUT',    'orders',                     {},                                    400, 'missing_field'],
    ['PUT',    'orders',                     { url, colour: 'red' },                400, 'unknown_field'],
    ['PUT',    'orders',                     { url, filter: { account: 'a' } },     400, 'unknown_field'],
    ['PUT',    'orders',                     { url: 7 },                            400, 'invalid_json'],
    ['PUT',    'orders',                     { url, filter: { types: [] } },        400, 'invalid_json'],
    ['PUT',    'orders',                     { url, filter: { types: ['all'] } },   400, 'invalid_json'],
    ['PUT',    'orders',                     { url, filter: null },                 400, 'invalid_json'],
    ['PUT',    'orders',                     { url, filter: { account_prefix: '' } }, 400, 'invalid_json'],
    ['PUT',    'orders',                     { url, secret: short },                400, 'invalid_json'],
    ['PUT',    'orders',                     { url, secret: long },                 400, 'invalid_json'],
    ['PUT',    'orders',                     { url, secret: secret.slice(6) },      400, 'invalid_json'],
    ['PUT',    'orders',                     { url, secret: `${secret}A` },         400, 'invalid_json'],
    ['PUT',    'orders',                     { url, cursor: -1 },                   400, 'invalid_json'],
    ['PUT',    'orders',                     { url, cursor: 1.5 },                  400, 'invalid_json'],
    ['PUT',    'orders',                     { url, cursor: '01' },                 400, 'invalid_json'],
    ['PUT',    'orders',                     { url, cursor: '9007199254740992' },   400, 'invalid_json'],
    ['PUT',    'orders',                     { url, disabled: 'no' },               400, 'invalid_json'],
    ['PUT',    'orders',                     '[',                                   400, 'invalid_json'],
    ['PUT',    'a%2Fb',                      { url },                               400, 'invalid_id'],
    ['PUT',    'orders?dry_run=true',        { url },                               400, 'unknown_field'],
    ['GET',    'other',                      undefined,                             404, 'not_found'],
    ['DELETE', 'other',                      undefined,                             404, 'not_found'],
    ['GET',    'other/deliveries',           undefined,                             404, 'not_found'],
    ['GET',    'orders/deliveries?limit=0',  undefined,                             400, 'malformed_request'],
    ['GET',    'orders/deliveries?cursor=x', undefined,                             400, 'malformed_request'],
    ['GET',    'orders/deliveries?since=x',  undefined,                             400, 'unknown_field'],
    ['POST',   'orders',                     undefined,                             405, 'method_not_allowed'],
  ] as const
  for (const [method, path, body, status, code] of faults) {
    it(`answer ${status} ${code} to ${method} ${path} ${JSON.stringify(body) ?? ''}`, async () => {
      const webhooks = deskOf()
      const init = body === undefined ? { method } : put(body)
      const response = await apiOver({}, { webhooks }).app.request(`/v1/webhooks/${path}`, init)
      const text = await response.text()
      expect([response.status, problemAnswer.parse(JSON.parse(text)).code]).to.deep.equal([status, code])
      expect(text).to.not.include('whsec')
      sinon.assert.notCalled(webhooks.put)
    })
  }

  it('want JSON, and a server that delivers', async () => {
    const { app } = apiOver({}, { webhooks: deskOf() })
    expect((await app.request('/v1/webhooks/orders', { method: 'PUT', body: '{}' })).status).to.equal(415)
    const none = await apiOver({}).app.request('/v1/webhooks')
    expect([none.status, problemAnswer.parse(await none.json()).code]).to.deep.equal([503, 'not_ready'])
  })
})
