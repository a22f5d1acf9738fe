// The journal in memory keeps the journal's promises.

import { MemoryJournal } from '../../src/journal/memory-journal.ts'
import { itKeepsTheJournalContract } from './journal-contract.ts'

describe('MemoryJournal', () => {
  itKeepsTheJournalContract(async () => {
    const journal = new MemoryJournal()
    return { journal, restarted: () => journal }
  })
})
