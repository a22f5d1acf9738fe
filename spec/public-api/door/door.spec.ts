// Every route × every scope × no token: the table is made of the routes themselves, and held against a rule of its own.

import { expect } from 'chai'
import { routeScopes } from '../../../src/public-api/door/route-scopes.ts'
import { type RouteName, routes } from '../../../src/public-api/routes.ts'
import type { Caller, TokenDesk } from '../../../src/tokens/token.ts'
import { type Scope, scopeNames } from '../../../src/wire/door/token.ts'
import { apiOver, json } from '../doubles.ts'

const forEverybody: readonly string[] = ['/livez', '/readyz', '/docs', '/v1/openapi.json']

/** Written from the contract alone. */
function scopeOf(method: string, path: string): Scope | 'public' {
  if (forEverybody.includes(path)) return 'public'
  if (/^\/v1\/(tokens|webhooks|import)/.test(path)) return 'admin'
  if (method === 'put' && path.startsWith('/v1/contracts')) return 'contracts:deploy'
  return method === 'get' ? 'ledger:read' : 'ledger:write'
}

/** Knows `Bearer SCOPE`, or several with a plus between them. */
function desk(isDemanded: boolean): TokenDesk {
  const callers = new Map<string | null, Caller>()
  return {
    isDemanded: () => isDemanded,
    callerOf(header) {
      const names = (header ?? '').replace('Bearer ', '').split('+') as Scope[]
      if (!names.every((name) => scopeNames.includes(name))) return undefined
      const revoked = new AbortController().signal
      const caller = callers.get(header) ?? {
        token: names.join('+'),
        principal: 'shop',
        scopes: new Set(names),
        revoked,
      }
      callers.set(header, caller)
      return caller
    },
    make: async () => ({ refused: 'ended' }),
    list: () => [],
    revoke: async () => false,
  }
}

/** Over a ledger that is closed, so that whoever is let in is told so, or that the form is wrong. */
const [closed, open] = [desk(true), desk(false)].map((tokens) => apiOver({ status: 'draining' }, { tokens }).app)

function doorThat(isDemanded: boolean) {
  const app = isDemanded ? closed : open
  if (app === undefined) throw new Error('there are two')
  return app
}

async function statusOf(isDemanded: boolean, name: RouteName, authorization?: string, method = routes[name].method) {
  const path = routes[name].path.replaceAll(/{.+?}/g, 'x')
  const headers: Record<string, string> = authorization === undefined ? {} : { Authorization: authorization }
  const response = await doorThat(isDemanded).request(path, { method: method.toUpperCase(), headers })
  expect(response.headers.get('Request-Id')).to.match(/^req_/)
  if (response.status === 401) expect(response.headers.get('WWW-Authenticate')).to.equal('Bearer realm="surety"')
  return response.status
}

const everyScope = `Bearer ${scopeNames.join('+')}`
const names = Object.keys(routes) as RouteName[]

describe('The door', () => {
  it('has a scope for each route, by the rule, and for nothing else', () => {
    expect(Object.keys(routeScopes)).to.have.members(names)
    const byRule = names.map((name) => [name, scopeOf(routes[name].method, routes[name].path)])
    expect(routeScopes).to.deep.equal(Object.fromEntries(byRule))
    expect(names.length).to.be.greaterThan(30)
  })

  for (const name of names) {
    const { method, path } = routes[name]
    const scope = scopeOf(method, path)
    const title = `${method.toUpperCase()} ${path}`

    if (scope === 'public') {
      it(`lets everybody in: ${title}`, async () => {
        for (const header of [undefined, 'Bearer nonsense', everyScope]) {
          expect(await statusOf(true, name, header)).to.not.be.oneOf([401, 403])
        }
      })
      continue
    }

    it(`asks for ${scope}, and nothing else will do: ${title}`, async () => {
      const others = scopeNames.filter((one) => one !== scope)
      for (const header of [undefined, '', 'Bearer nonsense', scope.slice(1)])
        expect(await statusOf(true, name, header), header).to.equal(401)
      for (const one of [...others, others.join('+')])
        expect(await statusOf(true, name, `Bearer ${one}`), one).to.equal(403)
      for (const one of [scope, scopeNames.join('+')])
        expect(await statusOf(true, name, `Bearer ${one}`), one).to.not.be.oneOf([401, 403])
      if (method === 'get') expect(await statusOf(true, name, undefined, 'head' as 'get')).to.equal(401)
    })

    it(`lets everybody of this machine in as long as there are no tokens: ${title}`, async () => {
      expect(await statusOf(false, name)).to.not.be.oneOf([401, 403])
    })
  }

  it('says what is missing, and in the plain words of the plain endpoints', async () => {
    const app = doorThat(true)
    const problem = await (await app.request('/v1/transfers', json('{}'))).json()
    expect(problem).to.include({ code: 'unauthenticated', status: 401, retryable: false })
    const headers = { Authorization: 'Bearer ledger:read' }
    const forbidden = await (await app.request('/v1/transfers', json('{}', headers))).json()
    expect(forbidden).to.include({ code: 'forbidden', detail: 'The token does not have the scope ledger:write.' })
    expect(await (await app.request('/api/balance?from=a')).text()).to.equal('error: unauthenticated')
  })

  const sites: readonly (readonly [string, string, Record<string, string>, number])[] = [
    //method  url                                  headers                                         then
    ['POST', 'http://localhost/v1/transfers', { 'Sec-Fetch-Site': 'cross-site' }, 403],
    ['POST', 'http://localhost/v1/transfers', { 'Sec-Fetch-Site': 'same-site' }, 403],
    ['POST', 'http://localhost/v1/transfers', { 'Sec-Fetch-Site': 'same-origin' }, 415],
    ['POST', 'http://localhost/v1/transfers', { 'Sec-Fetch-Site': 'none' }, 415],
    ['POST', 'http://localhost:8080/v1/transfers', { Origin: 'http://localhost:8080' }, 415],
    ['POST', 'http://localhost:8080/v1/transfers', { Origin: 'http://localhost:81' }, 403],
    ['POST', 'http://localhost:8080/v1/transfers', { Origin: 'null' }, 403],
    // No media type would make a browser ask before these.
    ['POST', 'http://localhost/v1/transfers/tr_1/reverse', { Origin: 'https://evil.example' }, 403],
    ['DELETE', 'http://localhost/v1/webhooks/x', { 'Sec-Fetch-Site': 'cross-site' }, 403],
    ['GET', 'http://localhost/v1/accounts/a', { 'Sec-Fetch-Site': 'cross-site' }, 503],
    // A name that somebody else has pointed here.
    ['GET', 'http://evil.example/v1/accounts/a', {}, 403],
    ['GET', 'http://localhost.evil.example/v1/accounts/a', {}, 403],
    ['GET', 'http://127.0.0.1.evil.example/v1/accounts/a', {}, 403],
    ['GET', 'http://127.0.0.1:8080/v1/accounts/a', {}, 503],
    ['GET', 'http://[::1]:8080/v1/accounts/a', {}, 503],
    ['GET', 'http://evil.example/livez', {}, 200],
  ]
  for (const [method, url, headers, status] of sites) {
    it(`answers ${status} to ${method} ${url} with ${JSON.stringify(headers)} where there are no tokens`, async () => {
      expect((await doorThat(false).request(url, { method, headers })).status).to.equal(status)
    })
  }

  it('does not mind the name where a token is sent, and minds the other site all the same', async () => {
    const app = doorThat(true)
    const headers = { Authorization: everyScope }
    expect((await app.request('https://ledger.example/v1/accounts/a', { headers })).status).to.equal(503)
    const crossSite = { ...headers, Origin: 'https://evil.example' }
    const crossed = await app.request('https://ledger.example/v1/transfers/a/void', {
      method: 'POST',
      headers: crossSite,
    })
    expect(crossed.status).to.equal(403)
  })
})
