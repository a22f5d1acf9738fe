// The rules as the VirtualMachine runs them: what is read, written and kept.

import { expect } from 'chai'
import { ledger } from '../../actors/contracts/ledger.ts'
import type { LedgerRequest } from '../../actors/virtual-machine/messages.ts'
import type { ReadWriteState } from '../../actors/virtual-machine/processor.ts'
import { aBalanceQuery, aRecipient, aRequest, aTransfer, type TransferOptions } from '../setup/actors.ts'

function process(options: TransferOptions, values: Record<string, string> = {}, ids: string[] = []) {
  const writes: Record<string, string> = {}
  const state: ReadWriteState = {
    read: (key) => values[key],
    write: (key, value) => {
      writes[key] = value
    },
    fact: () => undefined,
  }
  return { ...ledger.process(aTransfer(options), state, { seq: 7, time: 99, ids, offset: 0 }), writes }
}

describe('The ledger', () => {
  it('keeps what was asked, decided and answered', () => {
    const values = {
      'account/EUR/2/a': '{"posted":"9","pending_in":"1","pending_out":"2","version":4,"last":[3,0],"count":2}',
    }
    const asked = { from: 'a', to: 'b', amount: 5n, asset: 'EUR/2', reference: 'r', metadata: { k: 'v' } }
    expect(process(asked, values)).to.deep.equal({
      fact: {
        seq: 7,
        time: 99,
        method: 'Transfer',
        renderer: 1,
        id: 'tr_7',
        state: 'posted',
        postings: [{ from: 'a', to: 'b', amount: '5', asset: 'EUR/2' }],
        balances: [
          {
            account: 'a',
            asset: 'EUR/2',
            posted: '4',
            pending_in: '1',
            pending_out: '2',
            version: 5,
            previous: [3, 0],
            count: 3,
          },
          {
            account: 'b',
            asset: 'EUR/2',
            posted: '5',
            pending_in: '0',
            pending_out: '0',
            version: 1,
            previous: null,
            count: 1,
          },
        ],
        reference: 'r',
        metadata: { k: 'v' },
      },
      writes: {
        'account/EUR/2/a': '{"posted":"4","pending_in":"1","pending_out":"2","version":5,"last":[7,0],"count":3}',
        'account/EUR/2/b': '{"posted":"5","version":1,"last":[7,0],"count":1}',
      },
    })
  })

  it('keeps nothing of what was not asked', () => {
    const posted = { asset: 'UNIT', pending_in: '0', pending_out: '0', version: 1, previous: null, count: 1 }
    expect(process({ from: 'a', to: 'b', amount: 5n }).fact).to.deep.equal({
      ...{ seq: 7, time: 99, method: 'Transfer', renderer: 1, id: 'tr_7', state: 'posted' },
      postings: [{ from: 'a', to: 'b', amount: '5', asset: 'UNIT' }],
      balances: [
        { ...posted, account: 'a', posted: '-5' },
        { ...posted, account: 'b', posted: '5' },
      ],
    })
  })

  it('keeps each of the names, the request’s key and why it was refused, whether the others are there or not', () => {
    const request = { principal: 'local', key: 'k', fingerprint: 'fingerprint' }
    const closed = { 'account/UNIT/user1': '{"posted":"9","closed":true,"version":4}' }
    expect(process({ id: 'mine' }, {}, ['transfer/mine']).fact).to.deep.include({ ids: ['transfer/mine'] })
    expect(process({ key: 'k' }).fact).to.deep.include({ request })
    expect(process({}, closed).fact.refusal).to.deep.include({ code: 'account_closed', request_id: 'request' })
  })

  it('tells nothing of an account that is only guarded', () => {
    const postings = ['b', 'c'].map((to) => ({ from: 'a', to, amount: 1n, asset: 'UNIT' }))
    const { fact } = process({ postings, guard: [['g', { version: 0 }]] })
    expect(fact.balances.map(({ account }) => account)).to.deep.equal(['a', 'b', 'c'])
  })

  it('writes nothing for a self-transfer, and tells the unchanged balance', () => {
    const { fact, writes, refusal } = process(
      { from: 'a', to: 'a' },
      { 'account/UNIT/a': '{"posted":"9","version":4}' },
    )
    expect(refusal).to.equal(undefined)
    expect(writes).to.deep.equal({})
    expect(fact).to.include({ state: 'posted' })
    expect(fact.balances).to.deep.equal([
      { account: 'a', asset: 'UNIT', posted: '9', pending_in: '0', pending_out: '0', version: 4, count: 0 },
    ])
  })

  it('writes nothing for a refused one, and keeps why', () => {
    const values = { 'account/UNIT/a': '{"posted":"9","closed":true,"version":4}' }
    const { fact, writes, refusal } = process({ from: 'a', id: 'mine', requestId: 'req' }, values, ['transfer/mine'])
    expect(refusal).to.deep.equal({ code: 'account_closed', account: 'a' })
    expect(writes).to.deep.equal({})
    expect(fact).to.deep.include({
      id: 'mine',
      content: 'content',
      state: 'refused',
      balances: [],
      refusal: { code: 'account_closed', account: 'a', request_id: 'req' },
      ids: ['transfer/mine'],
    })
  })

  it('reads a balance', () => {
    const state = { read: (key: string) => (key === 'account/UNIT/a' ? '{"posted":"9","version":4}' : undefined) }
    expect(ledger.call(aBalanceQuery('a'), state)).to.deep.include({
      account: 'a',
      asset: 'UNIT',
      notes: { revision: 0, metadata: {} },
    })
    expect(ledger.call(aBalanceQuery('a'), state).state).to.include({ posted: 9n, version: 4 })
    expect(ledger.call(aBalanceQuery('b'), state).state).to.include({ posted: 0n, version: 0 })
  })

  it('names what it needs to know', () => {
    const keys = (request: LedgerRequest) => {
      const { keys, ...others } = ledger.needs(request)
      expect(others, 'the facts').to.deep.equal({ ids: [], seqs: [] })
      return keys
    }
    expect(keys(aTransfer({ from: 'a', to: 'b', asset: 'X' }))).to.deep.equal(['account/X/a', 'account/X/b'])
    expect(keys(aTransfer({ from: 'a', to: 'b', guard: [['g', {}]] }))).to.include('account/UNIT/g')
    expect(keys(aBalanceQuery('a'))).to.deep.equal(['account/UNIT/a', 'account-metadata/a'])
    const settings = aRequest('SetAccount', { replace: true, account: 'a', asset: 'X' })
    expect(keys(settings)).to.deep.equal(['account/X/a', 'account-metadata/a'])
    const items = [aTransfer({ from: 'a', to: 'b' }).command, aTransfer({ from: 'c', to: 'd' }).command]
    const batch = { type: 'ProcessBatch', items, requestId: 'r', replyTo: aRecipient() } as const
    const named = { ...batch, items: [...items, aTransfer({ id: 'mine' }).command] }
    expect(ledger.needs(named)).to.deep.include({ ids: ['transfer/mine'], seqs: [] })
    expect(keys(batch)).to.deep.equal(['a', 'b', 'c', 'd'].map((id) => `account/UNIT/${id}`))
    expect(ledger.needs(aRequest('Post', { transfer: 'h' }))).to.deep.equal({
      keys: ['pending/h'],
      ids: ['transfer/h', 'settlement/h', 'reversal/h'],
      seqs: [],
    })
    expect(ledger.needs(aRequest('Void', { transfer: 'tr_12.3' }))).to.deep.equal({
      keys: ['pending/tr_12.3'],
      ids: ['transfer/tr_12.3', 'settlement/tr_12.3', 'reversal/tr_12.3'],
      seqs: [12],
    })
  })

  it('needs more only where a transfer is asked about', () => {
    const none = { read: () => undefined, fact: () => undefined }
    for (const request of [aTransfer(), aBalanceQuery('a'), aRequest('Post', { transfer: 'h' })]) {
      expect(ledger.moreKeys(request, none)).to.deep.equal([])
    }
  })
})
