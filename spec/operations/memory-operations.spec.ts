// The adapter in memory; a restart is the same object.

import { MemoryOperations } from '../../src/operations/memory-operations.ts'
import { operationsContract } from './operations-contract.ts'
import { tokensContract } from './tokens-contract.ts'

describe('Operations data in memory', () => {
  let store: MemoryOperations
  beforeEach(() => {
    store = new MemoryOperations()
  })
  operationsContract(() => store)
  describe('keeps the contract of tokens:', () => tokensContract(() => store))
})
