// What every adapter of the operations data promises of tokens.

import { expect } from 'chai'
import type { Operations } from '../../src/operations/operations.ts'
import type { KeptToken } from '../../src/tokens/token.ts'
import { aWebhook } from './operations-contract.ts'

export function aToken(id: string, changes: Partial<KeptToken> = {}): KeptToken {
  const rights = { principal: 'shop', name: null, scopes: ['ledger:read', 'admin'] as const }
  return { id, ...rights, hash: 'ab'.repeat(32), created: 1_700_000_000_000, lastUsed: null, revoked: null, ...changes }
}

/** `make` opens nothing; called again within a spec, it is the same data after a restart. */
export function tokensContract(make: () => Operations): void {
  let store: Operations

  beforeEach(() => {
    store = make()
  })

  afterEach(() => store.close())

  async function reopened(): Promise<readonly KeptToken[]> {
    await store.close()
    store = make()
    return store.tokens()
  }

  it('has no tokens at first', async () => {
    expect(await store.tokens()).to.deep.equal([])
  })

  it('keeps tokens across a restart, each as it was saved last', async () => {
    await store.tokens()
    await store.saveToken(aToken('a'))
    await store.saveToken(aToken('b', { name: 'till "1"' }))
    await store.saveToken(aToken('a', { lastUsed: 5, revoked: 6 }))
    const expected = [aToken('a', { lastUsed: 5, revoked: 6 }), aToken('b', { name: 'till "1"' })]
    expect(await store.tokens()).to.have.deep.members(expected)
    expect(await reopened()).to.have.deep.members(expected)
  })

  it('forgets a token', async () => {
    for (const id of ['a', 'b']) await store.saveToken(aToken(id))
    await store.deleteToken('a')
    await store.deleteToken('a')
    expect(await reopened()).to.deep.equal([aToken('b')])
  })

  it('keeps tokens and webhooks beside each other, whichever is asked for first', async () => {
    await store.saveToken(aToken('a'))
    await store.saveWebhook(aWebhook('a'))
    expect(await reopened()).to.deep.equal([aToken('a')])
    expect(await store.open()).to.deep.equal([aWebhook('a')])
    await store.deleteWebhook('a')
    expect(await store.tokens()).to.deep.equal([aToken('a')])
  })
}
