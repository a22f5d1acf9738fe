// What holds for every route: headers, errors, and a document that lists them all.

import { hash } from 'node:crypto'
import { expect } from 'chai'
import { refusalCodes } from '../../actors/contracts/refusal.ts'
import { problemAnswer, problemKinds } from '../../src/wire/problem.ts'
import { apiOver, aTransfer, head, holding, json, posting } from './doubles.ts'

const everywhere: readonly (readonly [string, RequestInit, number])[] = [
  ['/v1/transfers', json(aTransfer), 201],
  ['/v1/transfers', json('{'), 400],
  ['/v1/transfers', { method: 'DELETE' }, 405],
  ['/v1/transfers', { method: 'GET' }, 503],
  ['/v1/accounts/a/entries', {}, 503],
  ['/v1/accounts', {}, 503],
  ['/v1/accounts', { method: 'POST' }, 405],
  ['/v1/balances:sum', {}, 503],
  ['/v1/balances:all', {}, 404],
  ['/v1/transfers', { method: 'POST' }, 415],
  ['/v1/transfers/', { method: 'POST' }, 404],
  ['/v1/accounts/a', {}, 200],
  ['/v1/accounts/a', { method: 'HEAD' }, 200],
  ['/v1/accounts/a', { method: 'DELETE' }, 405],
  ['/v1/accounts/a', { method: 'PUT' }, 415],
  ['/v1/transfers/tr_1/post', {}, 405],
  ['/v1/transfers/tr_1/nothing', { method: 'POST' }, 404],
  ['/v1/accounts/a/balance', {}, 200],
  ['/v1/accounts/a/nothing', {}, 404],
  ['/v1/journal/head', {}, 200],
  ['/api/balance?from=a', {}, 200],
  ['/api/balance', { method: 'POST' }, 405],
  ['/api/transfer?from=a&to=b&amount=1', { method: 'POST' }, 200],
  ['/api/nothing', {}, 404],
  ['/livez', {}, 200],
  ['/readyz', {}, 200],
  ['/docs', {}, 200],
  ['/docs', { method: 'DELETE' }, 405],
  ['/v1/openapi.json', {}, 200],
  ['/v1/openapixjson', {}, 404],
  ['/', {}, 404],
  ['/%ff', {}, 404],
]

describe('PublicApi', () => {
  for (const [path, init, status] of everywhere) {
    it(`answers ${status} to ${init.method ?? 'GET'} ${path}, with Ledger-Seq and Request-Id`, async () => {
      const { app } = apiOver({ process: posting(), call: holding() })
      const response = await app.request(path, init)
      expect(response.status).to.equal(status)
      expect(response.headers.get('Ledger-Seq')).to.match(/^4[12]$/)
      expect(response.headers.get('Request-Id')).to.match(/^req_[A-Za-z0-9_-]{12}_[0-9a-z]+$/)
      expect(response.headers.get('X-Content-Type-Options')).to.equal('nosniff')
      expect(response.headers.has('Allow')).to.equal(status === 405)
      if (response.headers.get('Content-Type') !== 'application/problem+json' || init.method === 'HEAD') return
      expect(problemAnswer.parse(await response.json())).to.include({
        status,
        request_id: response.headers.get('Request-Id'),
      })
    })
  }

  it('makes a Request-Id for each request, whatever the client sends', async () => {
    const { app } = apiOver({ process: posting() })
    const ids = new Set<string | null>()
    for (let count = 0; count < 100; count++) {
      const response = await app.request('/v1/transfers', json(aTransfer, { 'Request-Id': 'mine' }))
      ids.add(response.headers.get('Request-Id'))
    }
    expect(ids.size).to.equal(100)
    expect(ids.has('mine')).to.equal(false)
  })

  it('knows a status for each refusal of the contract', () => {
    const others = { not_found: 404, precondition_failed: 412 } as Partial<Record<string, number>>
    for (const code of refusalCodes) expect(problemKinds[code].status, code).to.equal(others[code] ?? 422)
  })

  it('says what a path allows', async () => {
    const { app } = apiOver({})
    expect((await app.request('/v1/transfers/a/post')).headers.get('Allow')).to.equal('POST')
    expect((await app.request('/v1/accounts/a', { method: 'DELETE' })).headers.get('Allow')).to.equal(
      'PUT, PATCH, GET, HEAD',
    )
    expect((await app.request('/livez', { method: 'POST' })).headers.get('Allow')).to.equal('GET, HEAD')
  })

  it('tells whether it is alive and whether it is ready', async () => {
    const open = apiOver({})
    expect(await (await open.app.request('/livez')).json()).to.deep.equal({ status: 'alive' })
    expect(await (await open.app.request('/readyz')).json()).to.deep.equal({ status: 'open' })
    for (const status of ['recovering', 'draining', 'closed', 'failed'] as const) {
      const { app } = apiOver({ status })
      expect((await app.request('/livez')).status).to.equal(200)
      expect((await app.request('/v1/journal/head')).status).to.equal(503)
      const response = await app.request('/readyz')
      expect(response.status).to.equal(503)
      expect(response.headers.get('Retry-After')).to.equal('1')
      expect(problemAnswer.parse(await response.json()).detail).to.equal(`The ledger is ${status}.`)
    }
  })

  it('tells the head of the journal', async () => {
    const response = await apiOver({}).app.request('/v1/journal/head')
    expect(await response.text()).to.equal(`{"seq":"41","hash":"${head.hash}"}`)
  })

  it('lists exactly its routes in the OpenAPI document', async () => {
    const { app } = apiOver({})
    const document = (await (await app.request('/v1/openapi.json')).json()) as {
      openapi: string
      paths: Record<string, Record<string, { responses: Record<string, unknown> }>>
    }
    expect(document.openapi).to.equal('3.1.0')
    const listed = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    )
    const routed = app.routes.map(({ method, path }) => `${method} ${path.replaceAll(/\/:(\w+)/g, '/{$1}')}`)
    expect(listed.sort()).to.deep.equal(routed.sort())
    const statuses = Object.keys(document.paths['/v1/transfers']?.post?.responses ?? {})
    expect(statuses).to.deep.equal(['201', '400', '401', '403', '413', '415', '422', '429', '503', '507'])
  })

  it('shows every route on a page that loads nothing and runs nothing', async () => {
    const { app } = apiOver({})
    const response = await app.request('/docs')
    const page = await response.text()
    for (const { path } of app.routes) expect(page).to.include(`<code>${path.replaceAll(/\/:(\w+)/g, '/{$1}')}</code>`)
    for (const code of Object.keys(problemKinds)) expect(page).to.include(`<code>${code}</code>`)
    expect(page).to.not.match(/<script|https?:|url\(|\[object|undefined/)
    const style = /<style>(.*?)<\/style>/s.exec(page)?.[1] ?? ''
    expect(response.headers.get('Content-Security-Policy')).to.include(
      `default-src 'none'; style-src 'sha256-${hash('sha256', style, 'base64')}'`,
    )
  })
})
