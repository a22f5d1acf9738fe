// What a request can add to a journal line is known before it is decided: never less than what it adds.

import { expect } from 'chai'
import { ledger } from '../../actors/contracts/ledger.ts'
import type { ProcessTransaction } from '../../actors/virtual-machine/messages.ts'
import { aBalanceQuery, aRecipient, aRequest, aTransfer, type TransferOptions } from '../setup/actors.ts'
import { Book } from './book.ts'

const free = { reference: '€'.repeat(100), metadata: { '€': '€'.repeat(100) } }
const names = { from: 'f'.repeat(128), to: 't'.repeat(128) }
const once = { id: 'i'.repeat(128), key: 'k'.repeat(255), content: 'c'.repeat(64), fingerprint: 'f'.repeat(64) }
const amount = 2n ** 120n

/** With accounts that none of the others has, and names as long as may be. */
const many = Array.from({ length: 100 }, (_, number) => {
  const [from, to] = ['f', 't'].map((side) => `${side}${number}:`.padEnd(128, side)) as [string, string]
  return { from, to, amount, asset: 'A'.repeat(32) }
})
const notes = Object.fromEntries(
  Array.from({ length: 16 }, (_, number) => [`${number}`.padEnd(64, '€'), '€'.repeat(512)]),
)

function demand(book: Book, request: ProcessTransaction): void {
  const bound = ledger.bytesOf(request) + ledger.moreBytesOf(request, book.known)
  const { fact, writes } = book.decide(request)
  const bytes = Buffer.byteLength(JSON.stringify(fact) + JSON.stringify([...writes]))
  expect(bound, `${request.method} ${fact.state}`).to.be.at.least(bytes)
}

describe('The bytes of a request', () => {
  const transfers: readonly TransferOptions[] = [
    {},
    names,
    { ...names, ...free },
    { ...names, ...free, ...once, asset: 'A'.repeat(32) },
    { postings: many, ...free, metadata: notes },
    { postings: many, pending: { expiresIn: 1 }, ...free, metadata: notes },
  ]

  it('bound a transfer', () => {
    for (const options of transfers) demand(new Book(), aTransfer({ amount, ...options }))
  })

  it('bound what ends a hold, and what takes a transfer back, when these were read', () => {
    for (const [postings, metadata] of [
      [[{ from: 'a', to: 'b', amount: 1n, asset: 'UNIT' }], {}],
      [many, notes],
    ] as const) {
      for (const method of ['Post', 'Void', 'Expire'] as const) {
        const book = new Book()
        demand(book, aTransfer({ id: 'h', postings, pending: { expiresIn: 1 }, metadata }))
        if (method === 'Expire') book.time += 1_000
        demand(book, aRequest(method, { transfer: 'h' }))
        if (method === 'Post') demand(book, aRequest('Reverse', { transfer: 'h' }))
      }
    }
  })

  it('bound a change of settings, whatever metadata there are', () => {
    const book = new Book()
    const settings = { account: 'a', asset: 'UNIT', replace: false }
    demand(book, aRequest('SetAccount', { ...settings, metadata: notes }))
    demand(book, aRequest('SetAccount', { ...settings, closed: true }))
  })

  // biome-ignore format: a table
  const counted: readonly (readonly [string, TransferOptions, number])[] = [
    ['a transfer',                     {},                                             512 + 1_024 + 3 * 10],
    ['an id twice',                    { id: 'abcd' },                                 512 + 1_024 + 3 * 10 + 2 * 4],
    ['a key twice',                    { key: 'abcd' },                                512 + 1_024 + 3 * 10 + 2 * 4],
    ['a reference as JSON, three times', { reference: 'r' },                           512 + 1_024 + 3 * 10 + 3 * '["r",null]'.length],
    ['metadata as JSON, three times',  { metadata: { k: 'v' } },                       512 + 1_024 + 3 * 10 + 3 * '["",{"k":"v"}]'.length],
    ['each posting',                   { postings: [...many.slice(0, 2)] },            512 + 2 * (1_024 + 3 * 256)],
    ['a hold twice',                   { id: 'abcd', pending: {} },                    2 * (512 + 1_024 + 3 * 10 + 2 * 4)],
  ]
  for (const [what, options, bytes] of counted) {
    it(`count ${what}: ${bytes}`, () => {
      expect(ledger.bytesOf(aTransfer(options))).to.equal(bytes)
    })
  }

  it('count what a request that is no transfer asks six times, beside a fixed part; its key twice', () => {
    const command = { transfer: 'h', amount: 5n }
    const text = JSON.stringify({ transfer: 'h', amount: '5' })
    expect(ledger.bytesOf(aRequest('Post', command))).to.equal(8_192 + 6 * text.length)
    expect(ledger.bytesOf(aRequest('Post', command, { key: 'abcd' }))).to.equal(8_192 + 6 * text.length + 8)
  })

  it('count six times the metadata that a change of settings tells again', () => {
    const known = { read: (key: string) => (key === 'account-metadata/a' ? '1234' : undefined), fact: () => undefined }
    const settings = aRequest('SetAccount', { account: 'a', asset: 'UNIT', replace: false })
    expect(ledger.moreBytesOf(settings, known)).to.equal(24)
    expect(ledger.moreBytesOf(settings, new Book().known)).to.equal(0)
  })

  it('count six times the hold that ends, and its postings; nothing of what happens to be known, for a transfer', () => {
    const hold = JSON.stringify({ postings: [{ from: 'ab', to: 'c' }] })
    const known = { read: () => hold, fact: () => undefined }
    expect(ledger.moreBytesOf(aRequest('Void', { transfer: 'h' }), known)).to.equal(6 * hold.length + 1_024 + 3 * 3)
    expect(ledger.moreBytesOf(aTransfer(), known)).to.equal(0)
  })

  it('are those of its items, of a batch; none, of a question', () => {
    expect(ledger.bytesOf(aBalanceQuery('a'))).to.equal(0)
    const items = [aTransfer().command, aTransfer({ pending: {} }).command]
    const batch = { type: 'ProcessBatch', items, requestId: 'r', replyTo: aRecipient() } as const
    expect(ledger.bytesOf(batch)).to.equal(3 * ledger.bytesOf(aTransfer()))
    const nothing = new Book().known
    for (const request of [batch, aTransfer(), aBalanceQuery('a'), aRequest('Void', { transfer: 'h' })]) {
      expect(ledger.moreBytesOf(request, nothing)).to.equal(0)
    }
  })
})
