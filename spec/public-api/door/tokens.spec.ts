// Tokens over HTTP: made, told once, listed, revoked; what they mean for keys, streams and the audit; and where they never are.

import { expect } from 'chai'
import sinon from 'sinon'
import type { ProcessTransaction } from '../../../actors/virtual-machine/messages.ts'
import { MemoryOperations } from '../../../src/operations/memory-operations.ts'
import type { AdminAct } from '../../../src/public-api/door/door.ts'
import { Tokens } from '../../../src/tokens/tokens.ts'
import type { WebhookDesk } from '../../../src/webhooks/webhook.ts'
import { tokenAnswer, tokenMadeAnswer } from '../../../src/wire/door/token.ts'
import { problemAnswer } from '../../../src/wire/problem.ts'
import { apiOver, aTransfer, json, posting } from '../doubles.ts'

const admin = { principal: 'ops', scopes: ['admin'], name: 'root' }
const shop = { principal: 'shop', scopes: ['ledger:write', 'ledger:read'] }

describe('Tokens over HTTP', () => {
  let api: ReturnType<typeof apiOver>
  let acts: AdminAct[]
  let asked: ProcessTransaction[]

  beforeEach(async () => {
    let drawn = 0
    const randomBytes = (size: number) => new Uint8Array(size).fill(++drawn)
    const store = new MemoryOperations()
    const tokens = new Tokens({
      store,
      now: () => 1_700_000_000_000 + drawn,
      randomBytes,
      panic: () => expect.fail('the store failed'),
    })
    acts = []
    asked = []
    const process = (message: ProcessTransaction) => {
      asked.push(message)
      posting()(message)
    }
    const webhooks = { remove: async () => true } as unknown as WebhookDesk
    api = apiOver({ process }, { tokens, webhooks, audit: (act) => acts.push(act) })
  })

  const request = (path: string, init: RequestInit = {}, token?: string) => {
    const headers = { ...(init.headers as object), ...(token !== undefined && { Authorization: `Bearer ${token}` }) }
    return api.app.request(path, { ...init, headers })
  }

  async function made(wish: object, by?: string) {
    const response = await request('/v1/tokens', json(JSON.stringify(wish)), by)
    expect(response.status, await response.clone().text()).to.equal(201)
    expect(response.headers.get('Cache-Control')).to.equal('no-store')
    const told = tokenMadeAnswer.parse(await response.json())
    expect(response.headers.get('Location')).to.equal(`/v1/tokens/${told.id}`)
    return told
  }

  it('are made by an admin, the first one by whoever is there, and told once', async () => {
    const root = await made(admin)
    const till = await made(shop, root.token)
    expect(till).to.deep.include({
      principal: 'shop',
      name: null,
      scopes: shop.scopes,
      last_used_at: null,
      revoked_at: null,
    })
    const response = await request('/v1/tokens', {}, root.token)
    const text = await response.text()
    const { data } = JSON.parse(text) as { data: object[] }
    expect(data.map((one) => tokenAnswer.parse(one).principal)).to.deep.equal(['ops', 'shop'])
    for (const { token } of [root, till]) expect(text).to.not.include(token.slice(24))
  })

  it('are not first made without the scope to make more', async () => {
    const response = await request('/v1/tokens', json(JSON.stringify(shop)))
    expect(response.status).to.equal(403)
    expect((await request('/v1/transfers', json(aTransfer))).status).to.equal(201)
  })

  const wrong: readonly (readonly [string, object, number, string])[] = [
    ['no principal', { scopes: ['admin'] }, 400, 'missing_field'],
    ['a principal of another form', { ...admin, principal: 'a/b' }, 400, 'invalid_json'],
    ['no scopes', { ...admin, scopes: [] }, 400, 'invalid_json'],
    ['a scope that nobody knows', { ...admin, scopes: ['admin', 'root'] }, 400, 'invalid_json'],
    ["a token of one's own", { ...admin, token: 'mine' }, 400, 'unknown_field'],
  ]
  for (const [what, body, status, code] of wrong) {
    it(`are not made of ${what}`, async () => {
      const response = await request('/v1/tokens', json(JSON.stringify(body)))
      expect(response.status).to.equal(status)
      expect(problemAnswer.parse(await response.json()).code).to.equal(code)
    })
  }

  it('are not made twice by a key, which could not tell them again', async () => {
    const response = await request('/v1/tokens', json(JSON.stringify(admin), { 'Idempotency-Key': 'k' }))
    expect(response.status).to.equal(400)
  })

  it('are revoked, and then of no use; again is no error, and another is not found', async () => {
    const root = await made(admin)
    const till = await made(shop, root.token)
    const path = `/v1/tokens/${till.id}`
    expect((await request(path, { method: 'DELETE' }, till.token)).status).to.equal(403)
    for (let count = 0; count < 2; count++) {
      const response = await request(path, { method: 'DELETE' }, root.token)
      expect([response.status, await response.text()]).to.deep.equal([204, ''])
    }
    expect((await request('/v1/transfers', json(aTransfer), till.token)).status).to.equal(401)
    expect((await request('/v1/tokens/0', { method: 'DELETE' }, root.token)).status).to.equal(404)
    expect((await request(`/v1/tokens/${root.id}`, { method: 'DELETE' }, root.token)).status).to.equal(204)
    expect((await request('/v1/transfers', json(aTransfer))).status).to.equal(401)
  })

  it('give their principal its own idempotency keys, which outlive each of them', async () => {
    const root = await made(admin)
    const [first, second] = [await made(shop, root.token), await made(shop, root.token)]
    const other = await made({ ...shop, principal: 'other' }, root.token)
    const keyed = json(aTransfer, { 'Idempotency-Key': 'k' })
    for (const { token } of [first, second, other]) {
      expect((await request('/v1/transfers', keyed, token)).status).to.equal(201)
      const legacy = { method: 'POST', headers: { 'Idempotency-Key': 'k' } }
      expect((await request('/api/transfer?from=a&to=b&amount=1', legacy, token)).status).to.equal(200)
    }
    const principals = asked.map((message) => message.request?.principal)
    expect(principals).to.deep.equal(['shop', 'shop', 'shop', 'shop', 'other', 'other'])
    expect(asked[0]?.request).to.deep.equal(asked[2]?.request)
  })

  it("end their streams when they are revoked, and nobody else's", async () => {
    const root = await made(admin)
    const [one, other] = [await made(shop, root.token), await made(shop, root.token)]
    const lines = () =>
      request(
        '/v1/batches',
        {
          method: 'POST',
          body: endless(),
          duplex: 'half',
          headers: { 'Content-Type': 'application/x-ndjson' },
        } as RequestInit,
        one.token,
      )
    const stream = await lines()
    expect(stream.status).to.equal(200)
    await request(`/v1/tokens/${other.id}`, { method: 'DELETE' }, root.token)
    const rest = stream.text()
    expect(await Promise.race([rest, new Promise((resolve) => setImmediate(resolve, 'goes on'))])).to.equal('goes on')
    await request(`/v1/tokens/${one.id}`, { method: 'DELETE' }, root.token)
    expect(await rest).to.equal('')
    api.endStreams()
  })

  it('leave their mark on what admins do, and on what others try, never on reading', async () => {
    const root = await made(admin)
    const till = await made(shop, root.token)
    await request('/v1/tokens', {}, root.token)
    await request('/v1/webhooks/orders', { method: 'DELETE' }, root.token)
    await request('/v1/webhooks/orders', { method: 'DELETE' }, till.token)
    await request('/v1/import?dry_run=true', { method: 'POST' })
    await request(`/v1/tokens/${till.id}`, { method: 'DELETE' }, root.token)
    await request('/v1/transfers', json(aTransfer), root.token)
    const told = acts.map(({ act, status, principal, token, location }) => [act, status, principal, token, location])
    expect(told).to.deep.equal([
      ['postToken', 201, 'local', undefined, `/v1/tokens/${root.id}`],
      ['postToken', 201, 'ops', root.id, `/v1/tokens/${till.id}`],
      ['deleteWebhook', 204, 'ops', root.id, undefined],
      ['deleteWebhook', 403, 'shop', till.id, undefined],
      ['postImport', 401, undefined, undefined, undefined],
      ['deleteToken', 204, 'ops', root.id, undefined],
    ])
    for (const { requestId, path } of acts) expect([requestId?.slice(0, 4), path[0]]).to.deep.equal(['req_', '/'])
    for (const { token } of [root, till]) expect(JSON.stringify(acts)).to.not.include(token.slice(24))
  })

  it('are in no log of a request that failed', async () => {
    const root = await made({ ...admin, scopes: ['admin', 'ledger:write'] })
    const send = sinon.stub().throws(new Error('a bug'))
    asked.push = send
    expect((await request('/v1/transfers', json(aTransfer), root.token)).status).to.equal(500)
    sinon.assert.calledOnce(api.log.error)
    expect(JSON.stringify(api.log.error.args)).to.not.include(root.token.slice(24))
  })

  it('are known to the document: the scheme, and what each route asks for', async () => {
    const document = (await (await request('/v1/openapi.json')).json()) as Document
    expect(document.components.securitySchemes.bearer).to.include({ type: 'http', scheme: 'bearer' })
    expect(document.paths['/v1/tokens']?.post?.security).to.deep.equal([{ bearer: ['admin'] }])
    expect(document.paths['/livez']?.get?.security).to.deep.equal([])
    expect(Object.keys(document.paths['/api/balance']?.get?.responses ?? {})).to.include.members(['401', '403'])
  })
})

interface Document {
  readonly components: { readonly securitySchemes: Readonly<Record<string, object>> }
  readonly paths: Readonly<Record<string, Readonly<Record<string, { security: object; responses: object }>>>>
}

function endless(): ReadableStream<Uint8Array> {
  return new ReadableStream({ pull: () => new Promise(() => {}) })
}
