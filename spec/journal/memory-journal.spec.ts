// The journal in memory keeps the journal's promises.

import { expect } from 'chai'
import { JournalDamaged } from '../../actors/state-storage/journal.ts'
import { MemoryJournal, type MemoryJournalOptions } from '../../src/journal/memory-journal.ts'
import { encodeGenesis } from '../../src/journal/record.ts'
import { itKeepsTheJournalContract } from './journal-contract.ts'
import { appendRecords, entryAfter, readAll, rejection } from './journals.ts'

const options: MemoryJournalOptions = { ledger: '0123456789abcdef0123456789abcdef', now: () => 1_000 }

async function linesOf(journal: MemoryJournal, after: number, through: number): Promise<string[]> {
  const lines: string[] = []
  for await (const line of journal.lines(after, through)) lines.push(Buffer.from(line).toString())
  return lines
}

describe('MemoryJournal', () => {
  itKeepsTheJournalContract(async () => {
    const journal = new MemoryJournal()
    return { journal, restarted: () => journal }
  })

  it('begins with the ledger and the time that it is told', async () => {
    const { head, ledger } = await new MemoryJournal(options).open()
    expect([head, ledger]).to.deep.equal([encodeGenesis(options.ledger ?? '', 1_000).head, options.ledger])
  })

  it('tells the lines that hold what was asked for, the genesis too', async () => {
    const journal = new MemoryJournal(options)
    const { head } = await journal.open()
    const [first = '', second = '', third = ''] = await appendRecords(journal, head, [1, 2, 1])
    const genesis = encodeGenesis(options.ledger ?? '', 1_000).line
    expect(await linesOf(journal, -1, 4)).to.deep.equal([genesis, first, second, third])
    expect(await linesOf(journal, 0, 4)).to.deep.equal([first, second, third])
    expect(await linesOf(journal, 1, 2)).to.deep.equal([second])
    expect(await linesOf(journal, 2, 3)).to.deep.equal([second])
    expect(await linesOf(journal, 3, 3)).to.deep.equal([])
    expect(await linesOf(journal, 4, 9)).to.deep.equal([])
  })

  it('goes on from the lines of another, which must be whole', async () => {
    const journal = new MemoryJournal(options)
    const { head } = await journal.open()
    const written = await appendRecords(journal, head, [1, 2])
    const lines = (await linesOf(journal, -1, 3)).map((line) => Buffer.from(line))
    const other = new MemoryJournal({ lines })
    const opened = await other.open()
    expect([opened.ledger, opened.head.seq, opened.notices]).to.deep.equal([options.ledger, 3, []])
    expect((await readAll(other)).map(({ line }) => line)).to.deep.equal(written)
    expect((await other.append(entryAfter(opened.head))).head.seq).to.equal(4)
    const damaged = [...lines.slice(0, 2), lines[2]?.subarray(1) ?? Buffer.alloc(0)]
    expect(() => new MemoryJournal({ lines: damaged })).to.throw('a line of the journal in memory has a wrong hash')
  })

  it('says what it was asked in vain', async () => {
    const journal = new MemoryJournal(options)
    expect(() => journal.read(0)).to.throw('the journal is not open')
    expect((await rejection(linesOf(journal, 0, 1))).message).to.equal('the journal is not open')
    expect((await rejection(journal.append(entryAfter({ seq: 0, time: 0 })))).message).to.equal(
      'the journal is not open',
    )
    const error = await rejection(journal.open({ seq: 0, hash: 'a' }))
    expect(error).to.be.instanceOf(JournalDamaged)
    expect(error.message).to.equal('the journal in memory does not hold seq 0 with hash a')
    expect(await rejection(journal.open({ seq: 1, hash: '' }))).to.be.instanceOf(JournalDamaged)
    await journal.open()
    expect((await rejection(journal.open())).message).to.equal('the journal is open already')
    expect(journal.hasSpaceFor()).to.equal(true)
  })
})
