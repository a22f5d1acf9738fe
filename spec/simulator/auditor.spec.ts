// The auditor of the simulator: what may stand on the tape, and what it must not let pass.

import { expect } from 'chai'
import type { Command } from '../../stress/commands/command.ts'
import { Auditor } from '../../stress/simulator/audit/auditor.ts'
import { contentOf, fingerprintOf } from '../../stress/simulator/clients/requests.ts'

type Facts = readonly Record<string, unknown>[]
type Transfer = Extract<Command, { kind: 'transfer' }>

const asset = 'UNIT'
const postings = [{ from: 'a', to: 'b', amount: '5', asset }]
const first: Transfer = { kind: 'transfer', key: 'first', body: { id: 'x', postings } }
const again: Transfer = { ...first, key: 'again' }
const other: Transfer = { kind: 'transfer', key: 'other', body: { id: 'x', postings: [] } }
const unknown: Transfer = { kind: 'transfer', key: 'unknown', body: { id: 'y', postings } }

function requestOf(command: Command) {
  return { principal: 'local', key: command.key, fingerprint: fingerprintOf(command) }
}

function balance(account: string, posted: string) {
  return { account, asset, posted, pending_in: '0', pending_out: '0', version: 1 }
}

/** What came of `first`. */
const fact = {
  ...{ seq: 1, time: 0, method: 'Transfer', id: 'x', content: contentOf(first), state: 'posted', postings },
  ...{ balances: [balance('a', '-5'), balance('b', '5')], request: requestOf(first) },
}

function repeat(command: Command, outcome: Record<string, unknown>, seq = 2) {
  const rest = { postings: [], balances: [], request: requestOf(command) }
  return { seq, time: 0, method: 'Batch', state: 'posted', earlier: [], ...outcome, ...rest }
}

const told = { earlier: [[0, fact]] }
const refused = {
  state: 'refused',
  refusal: { code: 'id_exists_with_different_content', request_id: 'request' },
}
const unnamed = { state: 'refused', refusal: { code: 'id_exists_with_different_content' } }
const short = { state: 'refused', refusal: { code: 'insufficient_funds', request_id: 'request' } }

// biome-ignore format: a table
const rows: readonly (readonly [what: string, facts: Facts, wrong: RegExp | undefined])[] = [
  ['a known id under a new key, told again', [repeat(again, told)], undefined],
  ['a known id with another content, refused', [repeat(other, refused)], undefined],
  ['a batch that nobody asked for', [repeat(unknown, { earlier: [] })], /nobody has asked for one/],
  ['a batch under a key that nobody used', [repeat({ ...first, key: 'nobody' }, told)], /nobody has asked for seq 2/],
  ['a key that repeats twice', [repeat(again, told), repeat(again, told, 3)], /happened twice/],
  ['a known id that tells nothing again', [repeat(again, { earlier: [] })], /should repeat/],
  ['a known id that tells something else', [repeat(again, { earlier: [[0, { ...fact, time: 1 }]] })], /should repeat/],
  ['a known id with the same content, refused', [repeat(again, refused)], /expected undefined/],
  ['a known id with another content, told again', [repeat(other, told)], /id_exists_with_different_content/],
  ['a known id, refused for another reason', [repeat(other, short)], /id_exists_with_different_content/],
  ['a known id, refused by nobody', [repeat(other, unnamed)], /id_exists_with_different_content/],
  ['a known id that brings a fact along', [repeat(again, told), { ...fact, seq: 2 }], /only repeats/],
  ['a known id that happens again', [{ ...fact, seq: 2, request: requestOf(again) }], /was taken already/],
]

function audit(facts: Facts, commands: readonly Command[]): void {
  const auditor = new Auditor()
  for (const command of commands) auditor.expect(command)
  auditor.tape.begin({ seq: 0, hash: '0', time: 0 })
  const seq = Number(facts.at(-1)?.seq)
  auditor.tape.take(JSON.stringify({ seq: [1, seq], time: 0, transactions: facts, writes: [], prev: '0', hash: '1' }))
  auditor.auditThrough(seq)
}

describe('The auditor', () => {
  for (const [what, facts, wrong] of rows) {
    it(`${wrong === undefined ? 'lets pass' : 'finds'} ${what}`, () => {
      const run = () => audit([fact, ...facts], [first, again, other, unknown])
      if (wrong === undefined) expect(run).to.not.throw()
      else expect(run).to.throw(wrong)
    })
  }

  it('finds a hold that ends before one that was due earlier', () => {
    const hold = (id: string, seconds: number): Transfer => ({
      ...{ kind: 'transfer', key: id },
      body: { id, postings: [{ from: 'a', to: 'a', amount: '1', asset }], pending: true, expires_in: seconds },
    })
    const [early, late] = [hold('early', 1), hold('late', 2)]
    const auditor = new Auditor()
    auditor.ledger.transfer(early.body, 'early', { seq: 1, time: 0 })
    auditor.ledger.transfer(late.body, 'late', { seq: 2, time: 0 })
    expect(auditor.ledger.expire('early', 999)).to.equal(undefined)
    expect(auditor.ledger.expire('late', 5_000)).to.equal(undefined)
    expect(auditor.ledger.expire('early', 5_000)).to.have.property('names')
    expect(auditor.ledger.expire('late', 5_000)).to.have.property('names')
    expect(auditor.ledger.expiring).to.equal(0)
  })
})
