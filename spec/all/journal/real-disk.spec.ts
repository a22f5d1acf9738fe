// The durable journal on the real disk, with its real locks.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { JournalDamaged } from '../../../actors/state-storage/journal.ts'
import { FileJournal } from '../../../src/journal/file-journal.ts'
import { JournalLocked } from '../../../src/journal/lock.ts'
import { itKeepsTheJournalContract } from '../../journal/journal-contract.ts'
import { appendRecords, entryAfter, rejection } from '../../journal/journals.ts'

describe('FileJournal on the real disk', () => {
  const folders: string[] = []
  const temporaryFolder = () => {
    const path = mkdtempSync(join(tmpdir(), 'surety-journal-'))
    folders.push(path)
    return path
  }
  afterEach(() => {
    for (const path of folders.splice(0)) rmSync(path, { recursive: true })
  })
  const options = (path: string) => ({
    folder: join(path, 'a', 'journal'),
    mirror: join(path, 'b'),
    segmentBytes: 4096,
    preallocateBytes: 1024,
    marginBytes: 0,
  })

  itKeepsTheJournalContract(async () => {
    const path = temporaryFolder()
    return { journal: new FileJournal(options(path)), restarted: () => new FileJournal(options(path)) }
  })

  for (const which of ['folder', 'mirror'] as const) {
    it(`has its ${which} to itself`, async () => {
      const path = temporaryFolder()
      const journal = new FileJournal(options(path))
      const { head } = await journal.open()
      const other = new FileJournal({ ...options(join(path, 'other')), [which]: options(path)[which] })
      expect(await rejection(other.open())).to.be.instanceOf(JournalLocked)
      await journal.append(entryAfter(head))
      await journal.close()
      expect((await journal.open()).head.seq).to.equal(1)
      await journal.close()
    })
  }

  it('gives its locks back when it refuses to open', async () => {
    const path = temporaryFolder()
    const journal = new FileJournal(options(path))
    expect(await rejection(journal.open({ seq: 1, hash: 'a'.repeat(64) }))).to.be.instanceOf(JournalDamaged)
    await journal.open()
    await journal.close()
  })

  it('is a file that other tools read line by line', async () => {
    const path = temporaryFolder()
    const journal = new FileJournal(options(path))
    const { head } = await journal.open()
    const lines = await appendRecords(journal, head, [1, 2])
    await journal.close()
    const text = readFileSync(join(path, 'b', '00000000000000000000.jsonl'), 'utf8')
    expect(text.trimEnd().split('\n').slice(1)).to.deep.equal(lines)
  })
})
