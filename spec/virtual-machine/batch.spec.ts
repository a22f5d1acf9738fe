// What a batch keeps does not depend on how careful the rules are: a refused transaction leaves nothing, whatever it wrote.

import { expect } from 'chai'
import { ledger } from '../../actors/contracts/ledger.ts'
import { runBatch } from '../../actors/virtual-machine/batch.ts'
import type { Processor } from '../../actors/virtual-machine/processor.ts'
import { TransientState } from '../../actors/virtual-machine/transient-state.ts'
import { aRecipient, aTransfer, headAt } from '../setup/actors.ts'

/** Writes what it is asked for, and refuses it afterwards if the reference says so. */
const careless: Processor = {
  ...ledger,
  process(request, state, stamp) {
    const { fact } = ledger.process(request, state, stamp)
    const refuses = request.method === 'Transfer' && request.command.reference === 'refuse'
    return refuses ? { fact, refusal: { code: 'guard_failed' } } : { fact }
  },
}

function run(...references: readonly (string | undefined)[]) {
  const requests = references.map((reference, index) =>
    aTransfer({ from: 'a', to: `b${index}`, amount: 1n, ...(reference !== undefined && { reference }) }),
  )
  const keys = new Set(requests.flatMap((request) => ledger.needs(request).keys))
  const state = new TransientState({ keys, ids: new Set() }, new Map(), new Map())
  return runBatch(requests, state, { head: headAt(0), hasSpace: true }, 1, careless)
}

describe('A batch', () => {
  it('leaves no write of a refused transaction, even if the rules had written before they refused', () => {
    expect(run('refuse').writes).to.deep.equal(new Map())
  })

  it('lets the next one see nothing of it', () => {
    const { writes, transactions } = run('refuse', undefined)
    expect([...writes.keys()]).to.deep.equal(['account/UNIT/a', 'account/UNIT/b1'])
    expect(writes.get('account/UNIT/a')).to.contain('"posted":"-1"')
    expect(transactions.map(({ seq }) => seq)).to.deep.equal([1])
  })

  it('leaves none of an atomic batch whose last item is refused', () => {
    const items = ['a', 'refuse'].map((reference) => aTransfer({ reference }).command)
    const batch = { type: 'ProcessBatch', items, requestId: 'r', replyTo: aRecipient() } as const
    const state = new TransientState({ keys: new Set(ledger.needs(batch).keys), ids: new Set() }, new Map(), new Map())
    const { writes, transactions } = runBatch([batch], state, { head: headAt(0), hasSpace: true }, 1, careless)
    expect([writes.size, transactions]).to.deep.equal([0, []])
  })
})
