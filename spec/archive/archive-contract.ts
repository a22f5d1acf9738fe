// What every archive promises, run on each of its adapters.

import { expect } from 'chai'
import { type Archive, ArchiveDamaged, type CheckpointPage, type IdPart } from '../../actors/state-storage/archive.ts'
import { rejection } from './setup/rejection.ts'
import { SampleLedger } from './setup/sample-ledger.ts'

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const result: Item[] = []
  for await (const item of items) result.push(item)
  return result
}

export function part(after: number, through: number, ...entries: readonly number[]): IdPart {
  return { after, through, entries: Uint32Array.from(entries) }
}

/** The entries of parts that follow each other, without their borders: adapters may save several parts as one. */
function joined(parts: readonly IdPart[]): { after?: number; through?: number; entries: number[] } {
  const [first, last] = [parts[0], parts.at(-1)]
  const entries = parts.flatMap((one) => [...one.entries])
  return first === undefined || last === undefined
    ? { entries }
    : { after: first.after, through: last.through, entries }
}

const firstPage: CheckpointPage = [
  ['account/UNIT/alice', '{"posted":"-5","version":1}'],
  ['a "key" with\nanything \u{1f4b0}', '{}'],
]
const secondPage: CheckpointPage = [['account/UNIT/bob', '{"posted":"5","version":1}']]

export function archiveContract(make: () => Archive): void {
  let archive: Archive
  let ledger: SampleLedger

  async function bound(): Promise<void> {
    await archive.open()
    await archive.bind(ledger.id)
  }

  async function again() {
    await archive.close()
    return archive.open()
  }

  async function checkpoint(seq: number, ...pages: readonly CheckpointPage[]): Promise<void> {
    await archive.beginCheckpoint(seq)
    for (const page of pages) await archive.saveCheckpointPage(page)
    await archive.finishCheckpoint()
  }

  beforeEach(() => {
    archive = make()
    ledger = new SampleLedger()
  })
  afterEach(() => archive.close())

  it('is empty at first, with head 0, no checkpoint and no id parts', async () => {
    expect(await archive.open()).to.deep.equal({ head: { seq: 0, hash: '' }, checkpoint: 0, notices: [] })
    expect(await all(archive.checkpointPages())).to.deep.equal([])
    expect(await all(archive.idParts())).to.deep.equal([])
  })

  it('finds the facts that it took over, in the order asked for, and after it was opened again', async () => {
    await bound()
    await archive.take([ledger.line(['alice>bob:5']), ledger.line(['bob>carol:2'], ['carol>alice:1', 'alice>bob:3'])])
    await archive.take([ledger.line(['bob>alice:1'])])
    const [first, second, third, fourth] = ledger.facts
    expect(await archive.findTransactions([3, 1, 4, 3])).to.deep.equal([third, first, fourth, third])
    expect((await again()).head).to.deep.equal(ledger.head)
    expect(await archive.findTransactions([2])).to.deep.equal([second])
  })

  it('keeps every byte of a fact', async () => {
    await bound()
    const text = 'quotes " and \\ and \u2028 and \u{1f4b0} and \ud800 alone and ]},"writes":[ and \u0000'
    const ends = ['\\', ']', '\\\\', '}', '\\"', '[', '"\\', '{', '"', '']
    const fact = { seq: 1, time: 7, ids: ['a'], method: 'Other', nested: [[], {}, [{ text }]], ends, text }
    await archive.take([ledger.lineOf([fact])])
    expect(await archive.findTransactions([1])).to.deep.equal([JSON.parse(JSON.stringify(fact))])
  })

  it('finds all facts of an atomic batch under their one seq', async () => {
    await bound()
    const items = [0, 1, 2].map((item) => ledger.transfer(2, [`alice>bob:${item + 1}`], item))
    await archive.take([ledger.line(['alice>bob:1']), ledger.lineOf(items), ledger.line(['bob>alice:1'])])
    expect(await archive.findTransactions([2])).to.deep.equal(items)
    expect(await archive.findTransactions([1, 3])).to.have.length(2)
  })

  it('has no facts of seqs that it has not taken over', async () => {
    await bound()
    await archive.take([ledger.line(['alice>bob:5'])])
    expect(await archive.findTransactions([0, -1, 2, 1.5, 2 ** 53])).to.deep.equal([])
    expect(await archive.findTransactions([])).to.deep.equal([])
  })

  it('takes nothing of lines that do not follow its head or each other', async () => {
    await bound()
    await archive.take([ledger.line(['alice>bob:5'])])
    const next = ledger.line(['alice>bob:5'])
    const afterNext = ledger.line(['alice>bob:5'])
    const wrong: Record<string, readonly string[]> = {
      'a gap': [afterNext],
      'a gap between lines': [next, ledger.line(['alice>bob:5'])],
      'a line twice': [next, next],
      'the wrong link': [next.replace(/"prev":"\w\w/, '"prev":"zz')],
      'fewer facts than seqs': [next.replace('"seq":[2,2]', '"seq":[2,3]')],
      'a fact of another seq': [next.replace('{"seq":2,', '{"seq":3,')],
      'a time that is not whole': [next.replace(/("seq":2,"time":\d+)/, '$1.5')],
      'no facts': [next.replace(/"transactions":.*,"writes"/, '"transactions":[],"writes"')],
      'no end': [next.slice(0, next.indexOf('"postings"'))],
      'an end within a text': [next.slice(0, next.indexOf('brackets')) + next.slice(-150)],
      'text that is no line': ['{}'],
    }
    for (const [what, lines] of Object.entries(wrong)) {
      expect(await rejection(archive.take(lines)), what)
        .to.be.instanceOf(Error)
        .and.not.instanceOf(ArchiveDamaged)
    }
    expect(await archive.findTransactions([2, 3])).to.deep.equal([])
    await archive.take([next])
    expect((await again()).head.seq).to.equal(2)
    await archive.take([afterNext])
    expect(await archive.findTransactions([1, 2, 3])).to.deep.equal(ledger.facts.slice(0, 3))
  })

  it('begins with seq 1, and holds nothing of what it refused', async () => {
    await bound()
    const [first, second] = [ledger.line(['alice>bob:5']), ledger.line(['alice>bob:5'])]
    expect(await rejection(archive.take([second]))).to.match(/seq 2 does not follow 0/)
    expect(await rejection(archive.take([first, first]))).to.match(/seq 1 does not follow 1/)
    expect((await again()).head).to.deep.equal({ seq: 0, hash: '' })
    await archive.take([first, second])
    expect((await again()).head).to.deep.equal(ledger.head)
  })

  it('belongs to the ledger that it was first bound to', async () => {
    await bound()
    await archive.bind(ledger.id)
    expect(await rejection(archive.bind('another')))
      .to.be.instanceOf(ArchiveDamaged)
      .with.property('message')
      .that.matches(new RegExp(`belongs to ledger ${ledger.id}`))
    await again()
    expect(await rejection(archive.bind('another'))).to.be.instanceOf(ArchiveDamaged)
    await archive.bind(ledger.id)
  })

  it('takes nothing before it is bound to a ledger', async () => {
    await archive.open()
    expect(await rejection(archive.take([ledger.line(['alice>bob:5'])]))).to.match(/bound to no ledger/)
    expect(await rejection(archive.beginCheckpoint(1))).to.match(/bound to no ledger/)
    expect(await rejection(archive.saveIdPart(part(0, 1, 1, 2, 0, 1)))).to.match(/bound to no ledger/)
  })

  it('does nothing while it is not open', async () => {
    expect(await rejection(archive.bind(ledger.id))).to.match(/not open/)
    await archive.close()
    await bound()
    expect(await rejection(archive.open())).to.match(/is open/)
    await archive.close()
    expect(await rejection(archive.findTransactions([1]))).to.match(/not open/)
    expect(await rejection(all(archive.idParts()))).to.match(/not open/)
  })

  it('gives the newest finished checkpoint back, page by page', async () => {
    await bound()
    await checkpoint(3, firstPage, secondPage)
    expect(await all(archive.checkpointPages())).to.deep.equal([firstPage, secondPage])
    await checkpoint(9, secondPage)
    expect(await all(archive.checkpointPages())).to.deep.equal([secondPage])
    expect((await again()).checkpoint).to.equal(9)
    expect(await all(archive.checkpointPages())).to.deep.equal([secondPage])
  })

  it('never counts a checkpoint that was not finished', async () => {
    await bound()
    await checkpoint(3, firstPage)
    await archive.beginCheckpoint(9)
    await archive.saveCheckpointPage(secondPage)
    expect(await all(archive.checkpointPages())).to.deep.equal([firstPage])
    expect((await again()).checkpoint).to.equal(3)
    expect(await all(archive.checkpointPages())).to.deep.equal([firstPage])
    expect(await rejection(archive.finishCheckpoint())).to.match(/no checkpoint was begun/)
    await archive.beginCheckpoint(10)
    await archive.saveCheckpointPage(firstPage)
    await checkpoint(12, secondPage)
    expect((await again()).checkpoint).to.equal(12)
    expect(await all(archive.checkpointPages())).to.deep.equal([secondPage])
  })

  it('can hold the checkpoint of an empty map', async () => {
    await bound()
    await checkpoint(3)
    expect((await again()).checkpoint).to.equal(3)
    expect(await all(archive.checkpointPages())).to.deep.equal([])
    expect(await rejection(archive.saveCheckpointPage(firstPage))).to.match(/no checkpoint was begun/)
  })

  it('gives the id parts back in order, without a gap between them', async () => {
    await bound()
    await archive.saveIdPart(part(0, 10, 1, 2, 0, 7, 3, 4, 0, 9))
    await archive.saveIdPart(part(10, 20))
    await archive.saveIdPart(part(20, 20))
    await archive.saveIdPart(part(20, 30, 5, 6, 1, 4_294_967_295))
    await again()
    const expected = { after: 0, through: 30, entries: [1, 2, 0, 7, 3, 4, 0, 9, 5, 6, 1, 4_294_967_295] }
    expect(joined(await all(archive.idParts()))).to.deep.equal(expected)
  })

  it('replaces the id parts that a new one holds in whole', async () => {
    await bound()
    await archive.saveIdPart(part(10, 20, 1, 2, 0, 11))
    await archive.saveIdPart(part(30, 40, 1, 2, 0, 31))
    await archive.saveIdPart(part(5, 40, 9, 9, 0, 9))
    expect(joined(await all(archive.idParts()))).to.deep.equal({ after: 5, through: 40, entries: [9, 9, 0, 9] })
  })

  it('is empty and unbound after a reset, but for the id parts', async () => {
    await bound()
    await archive.take([ledger.line(['alice>bob:5'])])
    await checkpoint(1, firstPage)
    await archive.saveIdPart(part(0, 10, 1, 2, 0, 7))
    await archive.reset()
    expect(await archive.findTransactions([1])).to.deep.equal([])
    expect(await all(archive.checkpointPages())).to.deep.equal([])
    const newLedger = new SampleLedger()
    await archive.bind(newLedger.id)
    await archive.take([newLedger.line(['carol>dave:1'])])
    expect(await archive.findTransactions([1])).to.deep.equal(newLedger.facts)
    expect((await again()).head).to.deep.equal(newLedger.head)
    expect(joined(await all(archive.idParts()))).to.deep.equal({ after: 0, through: 10, entries: [1, 2, 0, 7] })
  })
}
