// Who tells whom what, in order: read from the addresses' observer.

import { expect } from 'chai'
import type { Delivery } from '../../actors/address.ts'
import { aBalanceQuery, aRecipient, aTransfer } from '../setup/actors.ts'
import { afterwards } from '../state-storage/storage.ts'
import { aNode } from './nodes.ts'

function spoken(deliveries: readonly Delivery[]): string[] {
  return deliveries.map(({ from, to, message }) => `${from} → ${to}: ${message.type}`)
}

async function conversation(...visits: Parameters<ReturnType<typeof aNode>['node']['virtualMachine']['send']>[0][]) {
  const deliveries: Delivery[] = []
  const { node } = aNode({ observer: (delivery) => void deliveries.push(delivery) })
  await node.start()
  for (const visit of visits) node.virtualMachine.send(visit)
  await afterwards()
  return spoken(deliveries)
}

describe('The conversation', () => {
  it('about a transfer', async () => {
    expect(await conversation(aTransfer())).to.deep.equal([
      'PublicApi → VirtualMachine: ProcessTransaction',
      'VirtualMachine → StateStorage: ReadKeys',
      'StateStorage → VirtualMachine: KeysRead',
      'VirtualMachine → StateStorage: WriteKeys',
      'StateStorage → VirtualMachine: KeysWritten',
      'VirtualMachine → PublicApi: TransactionProcessed',
    ])
  })

  it('about an atomic batch', async () => {
    const items = [aTransfer().command, aTransfer().command]
    const batch = { type: 'ProcessBatch', items, requestId: 'request', replyTo: aRecipient() } as const
    expect(await conversation(batch)).to.deep.equal([
      'PublicApi → VirtualMachine: ProcessBatch',
      'VirtualMachine → StateStorage: ReadKeys',
      'StateStorage → VirtualMachine: KeysRead',
      'VirtualMachine → StateStorage: WriteKeys',
      'StateStorage → VirtualMachine: KeysWritten',
      'VirtualMachine → PublicApi: BatchProcessed',
    ])
  })

  it('about a balance', async () => {
    expect(await conversation(aBalanceQuery('user1'))).to.deep.equal([
      'PublicApi → VirtualMachine: CallContract',
      'VirtualMachine → StateStorage: ReadKeys',
      'StateStorage → VirtualMachine: KeysRead',
      'VirtualMachine → PublicApi: ContractCalled',
    ])
  })

  it('about three transfers at once: the two that came later share a batch', async () => {
    expect(await conversation(aTransfer(), aTransfer(), aBalanceQuery('user1'))).to.deep.equal([
      'PublicApi → VirtualMachine: ProcessTransaction',
      'VirtualMachine → StateStorage: ReadKeys',
      'StateStorage → VirtualMachine: KeysRead',
      'VirtualMachine → StateStorage: WriteKeys',
      'PublicApi → VirtualMachine: ProcessTransaction',
      'PublicApi → VirtualMachine: CallContract',
      'StateStorage → VirtualMachine: KeysWritten',
      'VirtualMachine → StateStorage: ReadKeys',
      'VirtualMachine → PublicApi: TransactionProcessed',
      'StateStorage → VirtualMachine: KeysRead',
      'VirtualMachine → StateStorage: WriteKeys',
      'StateStorage → VirtualMachine: KeysWritten',
      'VirtualMachine → PublicApi: TransactionProcessed',
      'VirtualMachine → PublicApi: ContractCalled',
    ])
  })

  it('about a fact, which needs no batch', async () => {
    const deliveries: Delivery[] = []
    const { node } = aNode({ observer: (delivery) => void deliveries.push(delivery) })
    await node.start()
    node.stateStorage.send({ type: 'FindTransactions', seqs: [], ids: ['transfer/x'], replyTo: aRecipient() })
    expect(spoken(deliveries)).to.deep.equal([
      'PublicApi → StateStorage: FindTransactions',
      'StateStorage → PublicApi: TransactionsFound',
    ])
  })
})
