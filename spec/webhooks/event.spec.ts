// Which events a webhook wants: of a type and of an account, each if it is told.

import { expect } from 'chai'
import { passes } from '../../src/webhooks/event.ts'
import type { WebhookFilter } from '../../src/webhooks/webhook.ts'

const events = [
  { seq: 1, types: ['transfer.posted'], accounts: ['a', 'b'], body: '' },
  { seq: 2, types: ['transfer.refused', 'transfer.posted'], accounts: ['a', 'b'], body: '' },
  { seq: 3, types: ['account.updated'], accounts: ['users:7'], body: '' },
  { seq: 4, types: ['transfer.posted'], accounts: ['a', 'users:8'], body: '' },
  { seq: 5, types: ['batch.refused'], accounts: [], body: '' },
]

const rows: readonly (readonly [WebhookFilter | null, readonly number[]])[] = [
  [null, [1, 2, 3, 4, 5]],
  [{}, [1, 2, 3, 4, 5]],
  [{ types: ['transfer.refused'] }, [2]],
  [{ types: ['transfer.refused', 'account.updated'] }, [2, 3]],
  [{ accountPrefix: 'users:' }, [3, 4]],
  [{ types: ['account.updated'], accountPrefix: 'users:7' }, [3]],
  [{ types: ['transfer.posted'], accountPrefix: 'users:7' }, []],
  [{ accountPrefix: 'sers' }, []],
]

describe('A webhook with the filter', () => {
  for (const [filter, then] of rows) {
    it(`${JSON.stringify(filter)} wants ${JSON.stringify(then)}`, () => {
      expect(events.filter((event) => passes(filter, event)).map(({ seq }) => seq)).to.deep.equal(then)
    })
  }
})
