// Tokens: who is let in and who is not, what is kept of them, and that nobody finds the token itself anywhere.

import { expect } from 'chai'
import sinon from 'sinon'
import { MemoryOperations } from '../../src/operations/memory-operations.ts'
import { OperationsFull } from '../../src/operations/operations.ts'
import { hashOf, newToken, tokenIn } from '../../src/tokens/secret.ts'
import type { TokenMade, TokenWish } from '../../src/tokens/token.ts'
import { mostTokens, Tokens } from '../../src/tokens/tokens.ts'
import { aToken } from '../operations/tokens-contract.ts'

const hour = 3_600_000
const wish: TokenWish = { principal: 'shop', scopes: ['ledger:read', 'ledger:write'], name: 'till 1' }

describe('Tokens', () => {
  let store: MemoryOperations
  let now: number
  let panic: sinon.SinonSpy
  let tokens: Tokens
  let drawn: number

  beforeEach(async () => {
    store = new MemoryOperations()
    now = 1_700_000_000_000
    drawn = 0
    panic = sinon.fake()
    tokens = await started()
  })

  async function started(): Promise<Tokens> {
    const randomBytes = (size: number) => new Uint8Array(size).fill(++drawn)
    const made = new Tokens({ store, now: () => now, randomBytes, panic })
    await made.start()
    return made
  }

  async function made(changes: Partial<TokenWish> = {}): Promise<TokenMade> {
    const answer = await tokens.make({ ...wish, ...changes })
    if ('refused' in answer) throw new Error(answer.refused)
    return answer
  }

  const callerOf = ({ token }: TokenMade) => tokens.callerOf(`Bearer ${token}`)

  it('let in who has one, in the name of its principal, with its scopes, after a restart too', async () => {
    const one = await made()
    for (const registry of [tokens, await started()]) {
      const caller = registry.callerOf(`Bearer ${one.token}`)
      expect(caller).to.include({ token: one.view.id, principal: 'shop' })
      expect([...(caller?.scopes ?? [])]).to.deep.equal(['ledger:read', 'ledger:write'])
      expect(registry.callerOf(`bearer ${one.token}`)).to.equal(caller)
    }
  })

  it('let nobody in with anything else', async () => {
    const { token, view } = await made()
    const other = (await made()).token
    const flipped = token.slice(0, -2) + (token.at(-2) === 'A' ? 'B' : 'A') + token.at(-1)
    const mixed = token.slice(0, 24) + other.slice(24)
    const wrong = [null, '', 'Bearer', 'Bearer ', token, `Basic ${token}`, `Bearer  ${token}`, `Bearer ${token} `]
    const near = [flipped, mixed, token.toUpperCase(), token.slice(0, -1), `${token}A`, view.id, hashOf(token)]
    const unknown = newToken((size) => new Uint8Array(size).fill(99)).token
    for (const header of [
      ...wrong,
      ...near.map((text) => `Bearer ${text}`),
      `Bearer ${unknown}`,
      `Bearer ${token}, Bearer ${token}`,
    ])
      expect(tokens.callerOf(header), String(header)).to.equal(undefined)
  })

  it('are 256 random bits, and 64 to be found by', () => {
    const sizes: number[] = []
    const { id, token } = newToken((size) => {
      sizes.push(size)
      return new Uint8Array(size).fill(255)
    })
    expect(sizes).to.deep.equal([8, 32])
    expect(token).to.match(/^surety_f{16}_[A-Za-z0-9_-]{43}$/)
    expect(tokenIn(`Bearer ${token}`)).to.deep.equal({ id, token })
  })

  it('are kept as hashes, and told without them', async () => {
    const { token, view } = await made()
    const [kept] = await store.tokens()
    expect(kept).to.include({ id: view.id, hash: hashOf(token), created: now, revoked: null })
    expect(JSON.stringify(await store.tokens())).to.not.include(token.slice(24))
    expect(tokens.list()).to.deep.equal([view])
    expect(Object.keys(view)).to.not.include('hash')
    expect(view).to.not.have.property('token')
  })

  it('are demanded from the first one on, for ever', async () => {
    expect([tokens.isDemanded(), tokens.hasAdmin()]).to.deep.equal([false, false])
    const { view } = await made({ scopes: ['admin'] })
    expect([tokens.isDemanded(), tokens.hasAdmin()]).to.deep.equal([true, true])
    await tokens.revoke(view.id)
    for (const registry of [tokens, await started()])
      expect([registry.isDemanded(), registry.hasAdmin()]).to.deep.equal([true, false])
  })

  it('of one principal are two: the first is replaced and revoked, the second goes on', async () => {
    const [first, second] = [await made(), await made()]
    const caller = callerOf(first)
    expect(await tokens.revoke(first.view.id)).to.equal(true)
    expect(callerOf(first)).to.equal(undefined)
    expect(caller?.revoked.aborted).to.equal(true)
    expect(callerOf(second)?.principal).to.equal('shop')
    expect(callerOf(second)?.revoked.aborted).to.equal(false)
    expect((await started()).callerOf(`Bearer ${first.token}`)).to.equal(undefined)
    expect(await tokens.revoke('0000000000000000')).to.equal(false)
  })

  it('that are known by heart are held against what is revoked all the same, and no guess is taken for them', async () => {
    const { token, view } = await made()
    for (const scheme of ['Bearer', 'bearer', 'BEARER']) {
      for (let time = 0; time < 2; time++) expect(tokens.callerOf(`${scheme} ${token}`)?.token).to.equal(view.id)
    }
    const flipped = token.slice(0, -2) + (token.at(-2) === 'A' ? 'B' : 'A') + token.at(-1)
    for (const guess of [`Bearer ${flipped}`, `Bearer ${token} `, token, `Basic ${token}`]) {
      expect(tokens.callerOf(guess), guess).to.equal(undefined)
    }
    await tokens.revoke(view.id)
    for (const scheme of ['Bearer', 'bearer', 'Bearer'])
      expect(tokens.callerOf(`${scheme} ${token}`)).to.equal(undefined)
  })

  it('stay revoked as of the first time, however often that is asked for', async () => {
    const { view } = await made()
    await tokens.revoke(view.id)
    const [before] = await store.tokens()
    now += hour
    expect(await tokens.revoke(view.id)).to.equal(true)
    expect(await store.tokens()).to.deep.equal([before])
  })

  it('are refused at once when they are revoked, though the disk is full; asked again it is tried again', async () => {
    const one = await made()
    const save = sinon.stub(store, 'saveToken').rejects(new OperationsFull('full'))
    expect(await tokens.revoke(one.view.id)).to.deep.equal({ refused: 'storage_full' })
    expect(callerOf(one)).to.equal(undefined)
    save.restore()
    expect(await tokens.revoke(one.view.id)).to.equal(true)
    expect((await started()).callerOf(`Bearer ${one.token}`)).to.equal(undefined)
    sinon.assert.notCalled(panic)
  })

  it('say when they were used, to the hour, with one write an hour', async () => {
    const one = await made()
    const save = sinon.spy(store, 'saveToken')
    const used = async () => {
      for (let count = 0; count < 3; count++) callerOf(one)
      await tokens.revoke('unknown') // changes take turns
      await new Promise(setImmediate)
      return [save.callCount, tokens.list()[0]?.lastUsed]
    }
    expect(await used()).to.deep.equal([1, now])
    now += hour - 1
    expect(await used()).to.deep.equal([1, now - hour + 1])
    now += 1
    expect(await used()).to.deep.equal([2, now])
  })

  it('are not brought back by a use that is saved after their end', async () => {
    const one = await made()
    callerOf(one) // begins to save the use
    await tokens.revoke(one.view.id)
    expect((await store.tokens())[0]).to.include({ revoked: now, lastUsed: now })
  })

  it('are not made where they could not be kept', async () => {
    const save = sinon.stub(store, 'saveToken').rejects(new OperationsFull('full'))
    expect(await tokens.make(wish)).to.deep.equal({ refused: 'storage_full' })
    expect([tokens.list(), tokens.isDemanded()]).to.deep.equal([[], false])
    save.rejects(new Error('the disk is gone'))
    expect(await tokens.make(wish).catch((error: Error) => error.message)).to.equal('the disk is gone')
    sinon.assert.calledOnce(panic)
  })

  it(`are ${mostTokens}, and the oldest revoked one makes room for another`, async () => {
    for (let n = 0; n < mostTokens; n++) await store.saveToken(aToken(String(n), { created: n }))
    tokens = await started()
    expect(await tokens.make(wish)).to.deep.equal({ refused: 'too_many' })
    for (const id of ['7', '5']) await tokens.revoke(id)
    await made()
    expect(await tokens.revoke('5')).to.equal(false)
    expect(await tokens.revoke('7')).to.equal(true)
    expect(await store.tokens()).to.have.length(mostTokens)
  })

  it('change no more after the end, and wait in a line that has one', async () => {
    const many = Array.from({ length: 101 }, () => tokens.make(wish))
    expect((await Promise.all(many)).filter((answer) => 'refused' in answer)).to.deep.equal([{ refused: 'busy' }])
    await tokens.end()
    expect(await tokens.make(wish)).to.deep.equal({ refused: 'ended' })
  })
})
