// What could not have happened in any one order is told: a history that is right, and one planted fault each.

import { expect } from 'chai'
import type { Command } from '../../stress/commands/command.ts'
import { violationsIn } from '../../stress/serializability/checker.ts'
import { type Anomaly, accepted, itTells, refusedAs } from './planting.ts'
import { hold, Story, settings, transfer } from './story.ts'

//            the anomaly                                          how it is planted                                             what is told
const anomalies: readonly Anomaly[] = [
  ['a lost update', (s) => s.balance('plain', 'a', { posted: '-2', version: 1 }), 'balance', /of a UNIT/],
  [
    'a stale read',
    (s) => {
      s.tell('afterBatch', { ledgerSeq: 6 })
      s.balance('afterBatch', 'b', { posted: '2', version: 3 })
    },
    'real-time',
    /after seq 7 had been told/,
  ],
  [
    'a stale value at a new Ledger-Seq',
    (s) => s.balance('afterBatch', 'b', { posted: '2', version: 3 }),
    'balance',
    /not {"posted":"2"/,
  ],
  ['a dirty read', (s) => s.balance('early', 'a', { posted: '-7', version: 2 }), 'balance', /of a UNIT it told/],
  ['a read of the future', (s) => s.tell('early', { ledgerSeq: 2 }), 'real-time', /took seq 2, began after seq 2/],
  ['a read beyond the end', (s) => s.tell('end', { ledgerSeq: 15 }), 'gap', /seq 15/],
  [
    'a read of a write that was rolled back',
    (s) => {
      s.model.lose(transfer('c', 'a', 9, 'gone'), { invoked: 195, completed: 0 })
      s.balance('end', 'a', { posted: '10' })
    },
    'balance',
    /of a UNIT/,
  ],
  [
    'a lost write that happened after all',
    (s) => {
      s.model.lose(transfer('c', 'a', 9), { invoked: 1e6, completed: 0 })
      s.tell('end', { ledgerSeq: 15 })
    },
    'gap',
    /seq 15/,
  ],
  [
    'write skew: together beyond the limit',
    (s) => accepted(s, transfer('a', 'b', 20), 15, {}),
    'decision',
    /insufficient_funds/,
  ],
  [
    'a wrong balance of an account that a lost request guarded, and did not change',
    (s) => {
      const postings = [{ from: 'c', to: 'b', amount: '1', asset: 'UNIT' }]
      const guarded: Command = { kind: 'transfer', key: 'guarded', body: { postings, guard: { d: { version: 0 } } } }
      s.model.ask(guarded, { invoked: 1e3, completed: 1e3 }, true)
      s.model.ask({ kind: 'balance', name: 'd UNIT' }, { invoked: 2e3, completed: 3e3 })
      s.places.set('added', s.model.calls.length - 1)
      s.balance('added', 'd', { posted: '7' })
    },
    'balance',
    /of d UNIT/,
  ],
  ['an effect that comes twice', (s) => s.balance('end', 'a', { posted: '-6', version: 13 }), 'balance', /of a UNIT/],
  [
    'a request that happens twice',
    (s) => accepted(s, transfer('a', 'b', 5, 'first'), 15),
    'replay',
    /key first was taken/,
  ],
  ['a client-made id that happens twice', (s) => accepted(s, hold('b', 'c', 3, 'h'), 15), 'replay', /id h was taken/],
  [
    'an order against the clock',
    (s) => {
      s.tell('hold', { ledgerSeq: 3 })
      s.part('hold', { seq: 3 })
      s.tell('post', { ledgerSeq: 2 })
      s.part('post', { seq: 2 })
    },
    'real-time',
    /took seq 2, began after seq 3/,
  ],
  [
    'a phantom refusal',
    (s) => refusedAs(s, transfer('a', 'b', 1), 'insufficient_funds'),
    'decision',
    /nothing stood against it/,
  ],
  [
    'a refusal for another reason',
    (s) => s.part('refused', { code: 'limit_exceeded' }),
    'decision',
    /insufficient_funds/,
  ],
  [
    'a kept refusal without a reason',
    (s) => {
      s.ask(transfer('a', 'b', 500, 'r'))
      s.change('added', { asked: transfer('a', 'b', 1, 'r') })
    },
    'decision',
    /nothing stood against it/,
  ],
  ['a refusal that moved something', (s) => s.balance('end', 'a', { posted: '-102' }), 'balance', /of a UNIT/],
  ['a gap', (s) => s.leaveOut('last'), 'gap', /seq 14/],
  [
    'a seq that comes twice',
    (s) => {
      s.tell('plain', { ledgerSeq: 5 })
      s.part('plain', { seq: 5 })
    },
    'seq',
    /5 was given twice/,
  ],
  [
    'an answer that does not see itself',
    (s) => s.tell('last', { ledgerSeq: 13 }),
    'seq',
    /took 14, not its Ledger-Seq/,
  ],
  [
    'a Ledger-Seq that runs backwards',
    (s) => {
      s.tell('account', { ledgerSeq: 9 })
    },
    'real-time',
    /after seq 10 had been told/,
  ],
  ['a replay with other bytes', (s) => s.tell('replay', { digest: 'other' }), 'replay', /not the bytes/],
  [
    'a replay that is decided anew',
    (s) => s.tell('replay', { replayed: false }),
    'seq',
    /took 1, not its Ledger-Seq|given twice/,
  ],
  [
    'a replay of a refusal that is decided anew',
    (s) => accepted(s, transfer('a', 'b', 100, 'kept'), 15),
    'replay',
    /key kept was taken/,
  ],
  [
    'a replay of nothing',
    (s) => {
      s.ask(transfer('a', 'b', 5, 'first'))
      s.change('added', { asked: transfer('a', 'b', 5, 'never') })
    },
    'replay',
    /nothing had happened under its name/,
  ],
  [
    'the answer to another request',
    (s) => s.tell('misled', { ...s.told('first'), ledgerSeq: 10, replayed: true }),
    'replay',
    /the answer to that one/,
  ],
  [
    'a key that nobody had used',
    (s) => refusedAs(s, transfer('a', 'b', 1, 'free'), 'idempotency_key_reused'),
    'decision',
    /no other request/,
  ],
  ['half a batch', (s) => s.balance('afterBatch', 'b', { posted: '3', version: 4 }), 'balance', /of b UNIT/],
  [
    'an item that does not see the one before',
    (s) => s.balance('batch', 'b', { posted: '1' }, 1),
    'balance',
    /of b UNIT/,
  ],
  ['an item of a batch that took another’s seq', (s) => s.part('items', { seq: 14 }, 1), 'seq', /14 was given twice/],
  ['money that was made', (s) => s.balance('last', 'a', { posted: '1000' }), 'balance', /1000/],
  ['a version that is left out', (s) => s.balance('last', 'c', { version: 9 }), 'balance', /"version":9/],
  ['a version that stays', (s) => s.balance('plain', 'c', { version: 2 }), 'balance', /"version":2/],
  [
    'a hold that is posted twice',
    (s) => accepted(s, { kind: 'post', transfer: 'h', key: 'twice', body: {} }, 15),
    'decision',
    /already_posted/,
  ],
  [
    'a posted hold that is voided',
    (s) => accepted(s, { kind: 'void', transfer: 'h', key: 'twice', body: {} }, 15),
    'decision',
    /already_posted/,
  ],
  [
    'a transfer that is reversed twice',
    (s) => accepted(s, { kind: 'reverse', transfer: 'tr_1', key: 'twice', body: {} }, 15),
    'decision',
    /already_reversed/,
  ],
  [
    'a hold that stays when it was voided',
    (s) => s.balance('account', 'a', { pending_out: '2' }),
    'balance',
    /pending_out/,
  ],
  ['a look-up of what was before', (s) => s.part('lookUp', { state: 'pending' }), 'state', /was posted by then/],
  [
    'an acknowledged transfer that is gone',
    (s) => {
      s.ask({ kind: 'look-up', transfer: 'tr_14' })
      s.tell('added', { status: 404, parts: [{ code: 'not_found', balances: {} }] })
    },
    'state',
    /was posted by then/,
  ],
  [
    'a limit that is forgotten',
    (s) => s.part('account', { settings: { min_balance: null, max_balance: null, closed: false } }),
    'state',
    /limits a UNIT/,
  ],
  [
    'a change over another',
    (s) => {
      s.ask(settings({ max_balance: '99' }, 1))
      s.change('added', { asked: settings({ max_balance: '99' }, 0) })
    },
    'decision',
    /precondition_failed/,
  ],
]

describe('The checker of strict serializability tells', () => {
  it('nothing of the history that all of these are made of', () => {
    const { model } = new Story()
    expect(violationsIn(model.calls)).to.deep.equal([])
    expect(model.seq).to.equal(14)
  })

  itTells(anomalies)
})
