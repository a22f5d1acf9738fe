// A journal from outside is believed line by line, and only if each follows from those before it.

import { createHash } from 'node:crypto'
import { expect } from 'chai'
import { LineCheck } from '../../src/import/line-check.ts'
import { MemoryStage } from '../../src/import/memory-stage.ts'
import { StagedJournal } from '../../src/import/staged-journal.ts'
import { MemoryDisk } from '../journal/memory-disk.ts'
import { honestLines } from './honest-lines.ts'

const aStage = () => new MemoryStage(async () => {})

/** What is wrong, with the seq that the line begins with; 'nothing' if nothing is. */
async function faultIn(lines: readonly string[], shelf: MemoryStage | StagedJournal = aStage()): Promise<string> {
  const check = new LineCheck(shelf)
  try {
    for (const line of lines) await check.take(Buffer.from(line, 'latin1'))
    check.conclude()
  } catch (error) {
    return `${check.head.seq}: ${(error as Error).message}`
  }
  return 'nothing'
}

// Lines are handled as bytes that look like characters, so that a forger may write what is no UTF-8.

function sealed(body: string): string {
  return `${body},"hash":"${createHash('sha256').update(Buffer.from(body, 'latin1')).digest('hex')}"}`
}

function bodyOf(line: string): string {
  return line.slice(0, line.lastIndexOf(',"hash":'))
}

const prevLength = `,"prev":"${'0'.repeat(64)}"`.length

/** Every hash and every link made right again. */
function chained(lines: readonly string[]): string[] {
  let prev = '0'.repeat(64)
  return lines.map((line) => {
    const body = `${bodyOf(line).slice(0, -prevLength)},"prev":"${prev}"`
    prev = createHash('sha256').update(Buffer.from(body, 'latin1')).digest('hex')
    return sealed(body)
  })
}

/** In the last line that holds it. */
function swapped(lines: readonly string[], from: string, to: string): string[] {
  const index = lines.findLastIndex((line) => line.includes(from))
  expect(index, from).to.be.greaterThan(-1)
  return lines.map((line, at) => (at === index ? line.replace(from, to) : line))
}

describe('LineCheck', () => {
  let honest: readonly string[]
  before(async () => {
    honest = (await honestLines()).map((line) => Buffer.from(line).toString('latin1'))
  })

  it('takes an honest journal', async () => {
    expect(await faultIn(honest)).to.equal('nothing')
    expect(chained(honest)).to.deep.equal(honest)
  })

  it('takes an honest journal that is staged on disk in small segments', async () => {
    const shelf = new StagedJournal({ disk: new MemoryDisk(), folder: '/staged', segmentBytes: 2_000, marginBytes: 0 })
    expect(await faultIn(honest, shelf)).to.equal('nothing')
  })

  const at = (lines: readonly string[], index: number) => lines[index] ?? ''
  // biome-ignore format: a table
  //  what was done to the lines                                                                    after which seq what is said
  const linesTampered: readonly (readonly [string, (lines: readonly string[]) => readonly string[], RegExp])[] = [
    ['a flipped amount',                      (l) => swapped(l, '"amount":"1000"', '"amount":"1001"'), /^11: it is no whole record: its hash is wrong/],
    ['one whose hash was made right',         (l) => l.with(3, sealed(bodyOf(at(l, 3)).replace('"5"', '"6"'))), /^3: it is not linked to the record before it/],
    ['a dropped line',                        (l) => l.toSpliced(2, 1),                      /^1: it begins with seq 3, where 2 follows/],
    ['swapped lines',                         (l) => l.with(2, at(l, 3)).with(3, at(l, 2)),  /^1: it begins with seq 3, where 2 follows/],
    ['a line twice',                          (l) => l.toSpliced(2, 0, at(l, 2)),            /^2: it begins with seq 2, where 3 follows/],
    ['the end of the last line cut off',      (l) => l.with(-1, at(l, l.length - 1).slice(0, -100)), /^13: .*its hash is wrong/],
    ['one byte of it cut off',                (l) => l.with(-1, at(l, l.length - 1).slice(0, -1)),   /^13: .*its hash is wrong/],
    ['a line cut in the middle',              (l) => l.with(4, at(l, 4).slice(0, 50)),       /^3: .*its hash is wrong/],
    ['a blank before a line',                 (l) => l.with(4, ` ${at(l, 4)}`),              /^3: .*its hash is wrong/],
    ['no genesis',                            (l) => l.slice(1),                             /^-1: it begins with seq 1, where 0 follows/],
    ['a second genesis',                      (l) => l.toSpliced(1, 0, at(l, 0)),            /^0: it begins with seq 0, where 1 follows/],
    ['nothing at all',                        () => [],                                      /^-1: there is none/],
    ['another ledger in the genesis',         (l) => [sealed(bodyOf(at(l, 0)).replace('0123', '0124')), ...l.slice(1)], /^0: it is not linked/],
  ]
  for (const [what, tamper, says] of linesTampered) {
    it(`refuses ${what}`, async () => {
      expect(await faultIn(tamper(honest))).to.match(says)
    })
  }

  // biome-ignore format: a table
  //  what was forged                       from                                  to                       what is said
  const forgeries = [
    ['an id of a ledger that is none',      '0123456789abcdef0123456789abcdef',   'me',                    /^-1: it is no genesis/],
    ['more in the genesis',                 '"ledger":',                          '"more":1,"ledger":',    /^-1: it is no genesis/],
    ['another version of the format',       '{"v":1,"seq":[0,0]',                 '{"v":2,"seq":[0,0]',    /^-1: its format version 2 is unknown/],
    ['bytes that are no UTF-8',             '"key":"refused"',                    '"key":"ref\xffsed"',    /^10: .*not written as Surety writes/],
    ['a member that nobody reads',          ',"writes":',                         ',"more":1,"writes":',   /^13: it is no record/],
    ['a member that comes twice',           '"transactions":',                    '"transactions":[],"transactions":', /^13: it is no record/],
    ['white space between members',         ',"postings":',                       ', "postings":',         /^13: .*not written as Surety writes/],
    ['a member twice in a fact',            '"key":"key-3"',                      '"key":"x","key":"key-3"', /^11: .*not written as Surety writes/],
    ['a time that goes back',               '"time":1002000,"transactions"',      '"time":999999,"transactions"', /^13: its time 999999 is before 1002000/],
    ['a fact of another time',              '"time":1002000,"method":"Batch"',    '"time":1002001,"method":"Batch"', /^13: a fact tells the time 1002001/],
    ['an amount that was posted',           '"amount":"10"',                      '"amount":"11"',         /^12: the fact of seq 13 tells the balance/],
    ['a balance that a fact tells',         '"posted":"-300","pending_in"',       '"posted":"300","pending_in"', /^11: the fact of seq 12 tells the balance/],
    ['a balance that is written',           '{"posted":"250","min_balance":"0"',  '{"posted":"950","min_balance":"0"', /^8: the record writes account\/UNIT\/bob as/],
    ['a limit that is written',             '"min_balance":"0","version"',        '"min_balance":"9","version"', /^8: the record writes account\/UNIT\/bob as/],
    ['a write that is left out',            ',["pending/tr_8",null]',             '',                      /^8: the record does not write pending\/tr_8/],
    ['a write that nobody asked for',       '"writes":[],',                       '"writes":[["account/UNIT/thief",{"posted":"9"}]],', /^10: the record writes account\/UNIT\/thief, which no fact/],
    ['a name that is another',              '"request/local/key-2"',              '"request/local/key-9"', /^6: the fact of seq 7 takes the names/],
    ['a name that was taken',               '"transfer/item"],"id":"item"',       '"transfer/first"],"id":"first"', /^12: the fact of seq 13 takes the name transfer\/first, which seq 1 took/],
    ['a hold that ends as another',         '"amount":"200","asset":"UNIT"}]}}]', '"amount":"201","asset":"UNIT"}]}}]', /^4: the fact of seq 5 tells the hold tr_4 otherwise/],
    ['the end of a hold that is not open',  '"settlement/tr_4"],"id":"tr_4"',     '"settlement/tr_3"],"id":"tr_3"', /^4: the fact of seq 5 ends the hold tr_3/],
    ['a reversal of what was not',          '"reversal/first"',                   '"reversal/tr_3"',       /^11: the fact of seq 12 takes the names/],
    ['a batch that tells of another fact',  '"amount":"1","asset":"UNIT"}],"content":"c"}]]', '"amount":"2","asset":"UNIT"}],"content":"c"}]]', /^13: the fact of seq 14 tells of item 1/],
    ['a method that is none',               '"method":"SetAccount"',              '"method":"Steal"',      /^8: the fact of seq 10 can't be understood/],
    ['an amount of another form',           '"amount":"5"',                       '"amount":5',            /^2: the fact of seq 3 can't be understood/],
  ] as const
  for (const [what, from, to, says] of forgeries) {
    it(`refuses a whole chain with ${what}`, async () => {
      expect(await faultIn(chained(swapped(honest, from, to)))).to.match(says)
    })
  }

  it('refuses a line of which any byte is another, and takes the right one after it', async () => {
    const [genesis = '', first = ''] = honest
    const check = new LineCheck(aStage())
    await check.take(Buffer.from(genesis))
    for (let index = 0; index < first.length; index++) {
      const bytes = Buffer.from(first)
      bytes[index] = (bytes[index] ?? 0) ^ 1
      const outcome = await check.take(bytes).catch(({ name }: Error) => name)
      expect(outcome, `byte ${index}`).to.equal('LineFault')
    }
    await check.take(Buffer.from(first))
    expect(check.head.seq).to.equal(1)
  })

  it('tells a shelf that fails apart from a forgery', async () => {
    const shelf = aStage()
    shelf.lineOf = () => Promise.reject(new Error('EIO'))
    expect(await faultIn(honest, shelf)).to.equal('11: what was staged cannot be read')
  })
})

describe('The shelves', () => {
  const shelves = [
    ['in memory', aStage],
    [
      'on disk',
      () => new StagedJournal({ disk: new MemoryDisk(), folder: '/staged', segmentBytes: 2_000, marginBytes: 0 }),
    ],
  ] as const
  for (const [where, make] of shelves) {
    it(`find the line of each seq ${where}`, async () => {
      const lines = (await honestLines()).map((line) => Buffer.from(line))
      const shelf = make()
      for (const line of lines) await shelf.add(line, JSON.parse(line.toString()).seq[0])
      for (const line of lines.slice(1)) {
        for (const seq of JSON.parse(line.toString()).seq)
          expect((await shelf.lineOf(seq))?.equals(line)).to.equal(true)
      }
      for (const seq of [0, -1, 15, Number.NaN]) {
        const found = await shelf.lineOf(seq)
        expect(found, String(seq)).to.equal(undefined)
      }
    })
  }
})
