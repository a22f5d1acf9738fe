// What verify finds in a journal whose forger has made every hash right again, in both copies, and taken the archive away.

import fs from 'node:fs'
import path from 'node:path'
import { expect } from 'chai'
import { segmentName } from '../../../src/journal/file/segment.ts'
import { fact, forged, lastWrite, linesIn, type RecordJson } from './setup/forgery.ts'
import { makeLedger } from './setup/honest-ledger.ts'
import { diskWith, nowhere, told, verified } from './setup/verified.ts'

type Forgery = readonly [what: string, finding: RegExp, change: (records: RecordJson[]) => void]

function first<Item>(items: readonly Item[]): Item {
  return items[0] as Item
}

const isRefused = ({ state }: { state: string }) => state === 'refused'
const isHold = ({ state }: { state: string }) => state === 'pending'

/** A hold that ends, written as if it did not. */
function keep({ writes }: RecordJson, key: string): void {
  const write = writes.find(([written]) => written === key)
  if (write !== undefined) write[1] = {}
}

/** A batch that repeats the first transfer, with a change. */
function tellEarlier(all: RecordJson[], change: object): void {
  Object.assign(fact(all, 'Batch').found, { earlier: [[0, { ...fact(all, 'Transfer').found, ...change }]] })
}

// biome-ignore format: a table
const forgeries: readonly Forgery[] = [
  ['a larger amount', /tells the balance/, (all) => { first(fact(all, 'Transfer').found.postings).amount = '1001' }],
  ['an amount that is none', /can't be understood: -5 is no amount/, (all) => { first(fact(all, 'Transfer').found.postings).amount = '-5' }],
  ['another account', /which no fact of it changes/, (all) => { first(fact(all, 'Transfer').found.postings).to = 'mallory' }],
  ['another asset', /tells the balance/, (all) => { first(fact(all, 'Transfer').found.postings).asset = 'EUR/2' }],
  ['a larger balance told', /tells the balance .*"posted":"1000000"/, (all) => { fact(all, 'Transfer').found.balances[1] = { ...first(fact(all, 'Transfer').found.balances), posted: '1000000' } }],
  ['another entry before', /tells the balance/, (all) => { first(fact(all, 'Transfer', ({ reverses }) => reverses !== undefined).found.balances).previous = [2, 0] }],
  ['a larger balance written', /writes account\/UNIT\/alice as .*where .* follows/, (all) => { Object.assign(lastWrite(all, 'account/UNIT/alice'), { posted: '1000000' }) }],
  ['amounts out of nothing', /the sum of all UNIT is \d+, not 0/, (all) => { Object.assign(lastWrite(all, 'account/UNIT/alice'), { posted: '1000000' }) }],
  ['a version skipped', /writes account\/UNIT\/henry as/, (all) => { Object.assign(lastWrite(all, 'account/UNIT/henry'), { version: 9 }) }],
  ['a count of entries', /writes account\/UNIT\/henry as/, (all) => { Object.assign(lastWrite(all, 'account/UNIT/henry'), { count: 299 }) }],
  ['a last entry', /writes account\/UNIT\/henry as/, (all) => { Object.assign(lastWrite(all, 'account/UNIT/henry'), { last: [28, 7] }) }],
  ['a limit taken away', /writes account\/UNIT\/bob as/, (all) => { Reflect.deleteProperty(lastWrite(all, 'account/UNIT/bob'), 'min_balance') }],
  ['a write left out', /does not write account\/UNIT\/world/, (all) => { first(all).writes.splice(0, 1) }],
  ['a write added', /writes account\/UNIT\/mallory, which no fact/, (all) => { first(all).writes.push(['account/UNIT/mallory', { posted: '5', version: 1 }]) }],
  ['a write twice', /writes account\/UNIT\/world twice/, (all) => { first(all).writes.push(first(first(all).writes)) }],
  ['a record left out', /does not follow seq 3/, (all) => { all.splice(3, 1) }],
  ['a record twice', /does not follow seq 4/, (all) => { all.splice(3, 0, structuredClone(all[3] as RecordJson)) }],
  ['records in another order', /does not follow seq 2/, (all) => { all.splice(2, 2, ...all.slice(2, 4).reverse()) }],
  ['a time that goes back', /its time 1 is before 1000000/, (all) => { fact(all, 'Post').record.time = 1 }],
  ['a fact of another time', /a fact tells the time 999999999/, (all) => { fact(all, 'Post').found.time = 999_999_999 }],
  ['a newer format', /its format version 2 is unknown/, (all) => { first(all).v = 2 }],
  ['facts that leave a seq out', /is no record: its transactions do not cover/, (all) => { first(first(all).transactions).seq = 2 }],
  ['a method that nobody knows', /can't be understood: its method Steal/, (all) => { fact(all, 'Transfer').found.method = 'Steal' }],
  ['a fact that is none', /can't be understood/, (all) => { first(all).transactions = [{ seq: 1, time: 1_000_000, method: 'Transfer' } as never] }],
  ['a name taken twice', /takes the name transfer\/first, which seq 1 took already/, (all) => { Object.assign(fact(all, 'Transfer', ({ id }) => id === 'open').found, { id: 'first', ids: ['transfer/first'] }) }],
  ['a reversal twice', /takes the name reversal\/first, which seq \d+ took already/, (all) => { const { found } = fact(all, 'Transfer', ({ seq, id }) => seq > 16 && id === `tr_${seq}`); Object.assign(found, { reverses: 'first', ids: ['reversal/first'] }) }],
  ['a name not taken', /takes the names \[\], where \["transfer\/first"\] follow/, (all) => { fact(all, 'Transfer').found.ids = [] }],
  ['a key not taken', /takes the names .* where \["request\/local\/key-4"\] follow/, (all) => { fact(all, 'Batch').found.ids = ['request/local/another'] }],
  ['the id of another transfer', /has the id tr_1, which is not its own/, (all) => { fact(all, 'Transfer', ({ id }) => id === 'tr_3').found.id = 'tr_1' }],
  ['one id for two items', /has the id tr_28\.0, which is not its own/, (all) => { fact(all, 'Transfer', ({ id }) => id.endsWith('.1') && id.length === 7).found.id = 'tr_28.0' }],
  ['a hold ended twice', /ends the hold tr_4, which is not open/, (all) => { fact(all, 'Void').found.id = 'tr_4' }],
  ['a hold that is open already', /holds tr_4, which is open already|is not its own/, (all) => { fact(all, 'Transfer', ({ id, state }) => state === 'pending' && id === 'tr_6').found.id = 'tr_4' }],
  ['more posted than was held', /posts .*"amount":"201".* of the held/, (all) => { first(fact(all, 'Post').found.postings).amount = '201' }],
  ['a posted hold to another', /posts .*mallory/, (all) => { first(fact(all, 'Post').found.postings).to = 'mallory' }],
  ['a post of nothing', /does not move what was held/, (all) => { fact(all, 'Post').found.postings = [] }],
  ['an expiry before its time', /is at \d+, but the hold tr_8 ends at 99999999/, (all) => { fact(all, 'Transfer', ({ expires_at }) => expires_at !== undefined).found.expires_at = 99_999_999 }],
  ['a hold told otherwise', /tells the hold tr_4 otherwise/, (all) => { fact(all, 'Post').found.hold.reference = 'other' }],
  ['a hold written otherwise', /writes pending\/tr_4 as/, (all) => { Object.assign(lastWrite(all, 'pending/tr_4'), { reference: 'other' }) }],
  ['a hold that stays', /writes pending\/tr_4 as/, (all) => { keep(fact(all, 'Post').record, 'pending/tr_4') }],
  ['less held than the open holds say', /which is not what the open holds say/, (all) => { Object.assign(lastWrite(all, 'account/UNIT/gina'), { pending_in: '1' }) }],
  ['a void called posted', /has the state posted after Void/, (all) => { fact(all, 'Void').found.state = 'posted' }],
  ['a transfer called settled', /has the unknown state settled/, (all) => { fact(all, 'Transfer').found.state = 'settled' }],
  ['a transfer of nothing', /moves nothing/, (all) => { fact(all, 'Transfer').found.postings = [] }],
  ['a hold that was posted at once', /tells the balance/, (all) => { fact(all, 'Transfer', isHold).found.state = 'posted' }],
  ['a refusal that moved', /is refused, and tells balances/, (all) => { fact(all, 'Transfer', isRefused).found.balances = fact(all, 'Transfer').found.balances }],
  ['a refusal without a reason', /is refused, and tells balances or no reason/, (all) => { Reflect.deleteProperty(fact(all, 'Transfer', isRefused).found, 'refusal') }],
  ['a success with a reason why not', /tells a refusal/, (all) => { fact(all, 'Transfer').found.refusal = { code: 'insufficient_funds' } }],
  ['a transfer of a closed account', /moves amounts of bob, which is closed/, (all) => { fact(all, 'SetAccount').found.settings.closed = true }],
  ['a transfer beyond a limit', /leaves bob beyond what it may: insufficient_funds/, (all) => { fact(all, 'SetAccount').found.settings.min_balance = '1000000' }],
  ['settings of another revision', /tells revision 7 of bob, where 1 follows/, (all) => { fact(all, 'SetAccount').found.settings.revision = 7 }],
  ['metadata written otherwise', /writes account-metadata\/bob as/, (all) => { Object.assign(lastWrite(all, 'account-metadata/bob'), { metadata: { tier: 'platinum' } }) }],
  ['a reversal of less than was posted', /takes back first, but not what that posted/, (all) => { first(fact(all, 'Transfer', ({ reverses }) => reverses !== undefined).found.postings).amount = '999' }],
  ['a reversal of part of a hold that was posted', /takes back tr_4, but not what that posted/, (all) => { Object.assign(fact(all, 'Transfer', ({ reverses }) => reverses !== undefined).found, { reverses: 'tr_4' }) }],
  ['a reversal of a hold that was voided', /takes back tr_6, which posted nothing/, (all) => { Object.assign(fact(all, 'Transfer', ({ reverses }) => reverses !== undefined).found, { reverses: 'tr_6' }) }],
  ['a reversal of nothing', /takes back nobody, which posted nothing/, (all) => { Object.assign(fact(all, 'Transfer', ({ reverses }) => reverses !== undefined).found, { reverses: 'nobody' }) }],
  ['an earlier answer told otherwise', /tells of item 0 what seq 1 does not hold/, (all) => { tellEarlier(all, { requestId: 'other' }) }],
  ['a batch with postings of its own', /is a batch and has postings/, (all) => { fact(all, 'Batch').found.postings = fact(all, 'Transfer').found.postings }],
]

describe('verify, on a journal forged with', () => {
  let lines: string[]

  before(async () => {
    const { folder } = await makeLedger()
    lines = linesIn(path.join(folder, 'journal'))
    fs.rmSync(folder, { recursive: true, force: true })
  })

  async function findings(change: (records: RecordJson[]) => void): Promise<string[]> {
    const text = `${forged(lines, change).join('\n')}\n`
    return told(await verified(nowhere, diskWith({ [segmentName(0)]: text })))
  }

  it('nothing but its own records, finds nothing', async () => {
    expect(await findings(() => {})).to.deep.equal([])
  })

  it('an earlier answer told as it was, finds nothing', async () => {
    expect(await findings((all) => tellEarlier(all, {}))).to.deep.equal([])
  })

  for (const [what, finding, change] of forgeries) {
    it(`${what}, finds: ${finding.source}`, async () => {
      const found = await findings(change)
      expect(
        found.some((text) => finding.test(text)),
        found.join('\n'),
      ).to.equal(true)
    })
  }
})
