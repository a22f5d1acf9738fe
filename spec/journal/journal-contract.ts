// What every journal promises, whatever it is made of.

import { expect } from 'chai'
import { type Journal, JournalDamaged } from '../../actors/state-storage/journal.ts'
import { appendRecords, entryAfter, readAll, rejection } from './journals.ts'

export interface JournalUnderTest {
  /** Neither opened nor ever used. */
  readonly journal: Journal
  /** The same ledger after a clean stop, not yet opened. */
  restarted(): Journal
}

export function itKeepsTheJournalContract(make: () => Promise<JournalUnderTest>): void {
  it('begins with a genesis at seq 0', async () => {
    const { journal } = await make()
    const { ledger, head, notices } = await journal.open()
    expect(ledger).to.match(/^[0-9a-f]{32}$/)
    expect(head.seq).to.equal(0)
    expect(head.hash).to.match(/^[0-9a-f]{64}$/)
    expect(notices).to.deep.equal([])
    expect(await readAll(journal)).to.deep.equal([])
    await journal.close()
  })

  it('appends records, each linked to the one before', async () => {
    const { journal } = await make()
    const opened = await journal.open()
    const first = await journal.append(entryAfter(opened.head, 2))
    const second = await journal.append(entryAfter(first.head, 1))
    expect([first.head.seq, second.head.seq, second.head.time]).to.deep.equal([2, 3, opened.head.time + 2])
    expect(JSON.parse(second.line)).to.include({ prev: first.head.hash, hash: second.head.hash })
    await journal.close()
  })

  it('keeps the facts of atomic batches, which share a seq, in one record with others', async () => {
    const { journal, restarted } = await make()
    const { head } = await journal.open()
    const time = head.time + 1
    const transactions = [1, 1, 1, 2, 3, 3].map((seq, item) => ({ seq, time, ids: [`transfer/${item}`] }))
    const appended = await journal.append({ first: 1, last: 3, time, transactions, writes: new Map([['k', '1']]) })
    expect(appended.head.seq).to.equal(3)
    await appendRecords(journal, appended.head, [1])
    await journal.close()
    const again = restarted()
    expect((await again.open()).head.seq).to.equal(4)
    const [record, next] = await readAll(again, 2)
    expect([record?.first, record?.last, record?.transactions]).to.deep.equal([1, 3, transactions])
    expect(next?.first).to.equal(4)
    await again.close()
  })

  it('refuses an entry whose facts leave a seq out or go back', async () => {
    for (const seqs of [[1, 1, 3], [1, 2, 1], [2, 2, 3], []]) {
      const { journal } = await make()
      const { head } = await journal.open()
      const transactions = seqs.map((seq) => ({ seq, time: head.time }))
      const entry = { first: 1, last: 3, time: head.time, transactions, writes: new Map() }
      expect((await rejection(journal.append(entry))).message, seqs.join()).to.include('do not cover')
      await journal.close()
    }
  })

  it('settles in the order of the calls', async () => {
    const { journal } = await make()
    const { head } = await journal.open()
    const settled: number[] = []
    const appends = [1, 2, 3, 4, 5].map(async (seq) => {
      const appended = await journal.append(entryAfter({ seq: seq - 1, time: head.time }))
      settled.push(appended.head.seq)
    })
    await Promise.all(appends)
    expect(settled).to.deep.equal([1, 2, 3, 4, 5])
    await journal.close()
  })

  it('reads back what was appended, from after any seq', async () => {
    const { journal } = await make()
    const { head } = await journal.open()
    const lines = await appendRecords(journal, head, [1, 2, 1, 3])
    const rows = [
      [0, lines],
      [1, lines.slice(1)],
      [2, lines.slice(1)],
      [3, lines.slice(2)],
      [4, lines.slice(3)],
      [6, lines.slice(3)],
      [7, []],
      [8, []],
    ] as const
    for (const [after, expected] of rows) {
      const records = await readAll(journal, after)
      expect(records.map(({ line }) => line)).to.deep.equal(expected)
    }
    await journal.close()
  })

  it('reads up to the head at the time of the call while appends go on', async () => {
    const { journal } = await make()
    const { head } = await journal.open()
    const first = await journal.append(entryAfter(head))
    const reading = journal.read(0)
    await appendRecords(journal, first.head, [1, 1, 1, 1, 1, 1])
    const seqs: number[] = []
    for await (const { last } of reading) seqs.push(last)
    expect(seqs).to.deep.equal([1])
    await journal.close()
  })

  it('holds everything after a restart, and goes on from there', async () => {
    const { journal, restarted } = await make()
    const before = await journal.open()
    const lines = await appendRecords(journal, before.head, [1, 2, 1])
    await journal.close()
    const again = restarted()
    const { ledger, head, notices } = await again.open()
    expect([ledger, head.seq, notices]).to.deep.equal([before.ledger, 4, []])
    lines.push(...(await appendRecords(again, head, [1])))
    expect((await readAll(again)).map(({ line }) => line)).to.deep.equal(lines)
    await again.close()
  })

  it('believes a witness that it can confirm', async () => {
    const { journal, restarted } = await make()
    const { head } = await journal.open()
    const first = await journal.append(entryAfter(head))
    await appendRecords(journal, first.head, [1, 1, 1, 1])
    await journal.close()
    for (const witness of [{ seq: 0, hash: '' }, head, first.head]) {
      const again = restarted()
      expect((await again.open(witness)).head.seq).to.equal(5)
      await again.close()
    }
  })

  it('is damaged if a witness knows better', async () => {
    const { journal, restarted } = await make()
    const { head } = await journal.open()
    const { head: last } = await journal.append(entryAfter(head, 2))
    await journal.close()
    const strangers = [
      { seq: 3, hash: last.hash },
      { seq: 2, hash: head.hash },
      { seq: 1, hash: last.hash },
      { seq: 0, hash: last.hash },
    ]
    for (const witness of strangers) {
      expect(await rejection(restarted().open(witness)), `seq ${witness.seq}`).to.be.instanceOf(JournalDamaged)
    }
  })

  it('is damaged if a witness knows records and it has none', async () => {
    const { journal } = await make()
    expect(await rejection(journal.open({ seq: 1, hash: 'a'.repeat(64) }))).to.be.instanceOf(JournalDamaged)
  })

  it('refuses an entry that leaves a gap, and everything after it', async () => {
    const { journal } = await make()
    const { head } = await journal.open()
    const gap = await rejection(journal.append(entryAfter({ ...head, seq: 1 })))
    expect(gap.message).to.include('cannot follow')
    expect(await rejection(journal.append(entryAfter(head)))).to.equal(gap)
    await journal.close()
  })

  it('can only be used while it is open', async () => {
    const { journal } = await make()
    await rejection(journal.append(entryAfter({ seq: 0, time: 0 })))
    expect(() => journal.read(0)).to.throw('not open')
    const { head } = await journal.open()
    await rejection(journal.open())
    await journal.append(entryAfter(head))
    await journal.close()
    await rejection(journal.append(entryAfter({ ...head, seq: 1 })))
    expect(() => journal.read(0)).to.throw('not open')
  })

  it('says that there is room', async () => {
    const { journal } = await make()
    await journal.open()
    expect(journal.hasSpaceFor(1000)).to.equal(true)
    await journal.close()
  })
}
