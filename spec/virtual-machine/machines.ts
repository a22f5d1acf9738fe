// A VirtualMachine alone, with a double for its one neighbour.

import sinon from 'sinon'
import { ledger } from '../../actors/contracts/ledger.ts'
import { Expiries } from '../../actors/virtual-machine/expiries.ts'
import { virtualMachine } from '../../actors/virtual-machine/virtual-machine.ts'
import { aRecipient, started, toldTo } from '../setup/actors.ts'

const generous = { queuedRequests: 100, queuedBytes: 1e9, batchRequests: 100, batchBytes: 1e9 }

export function aVirtualMachine({
  limits = {},
  gather = (begin: () => void) => begin(),
  now = () => 1_000 as number,
  expiries = new Expiries(),
} = {}) {
  const stateStorage = aRecipient()
  const wakeAt = sinon.fake()
  const machine = started(virtualMachine, {
    stateStorage,
    processor: ledger,
    clock: { now, wakeAt },
    expiries,
    limits: { ...generous, ...limits },
    gather,
  })
  const writes = () => toldTo(stateStorage).filter(({ type }) => type === 'WriteKeys')
  const reads = () => toldTo(stateStorage).filter(({ type }) => type === 'ReadKeys')
  return { machine, stateStorage, writes, reads, wakeAt, expiries }
}
