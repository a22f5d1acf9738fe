// Whoever is not observed pays nothing for it.

import { expect } from 'chai'
import sinon from 'sinon'
import { address, visit } from '../../actors/address.ts'
import { aRecipient, aTransfer } from '../setup/actors.ts'

describe('An address that nobody observes', () => {
  it('is the recipient itself', () => {
    const recipient = aRecipient()
    expect(address(recipient, 'one', 'other')).to.equal(recipient)
  })

  it('is handed a visitor’s message itself, not a copy', () => {
    const [recipient, message] = [aRecipient(), aTransfer()]
    visit(recipient, 'VirtualMachine', message)
    sinon.assert.calledOnce(recipient.send)
    expect(recipient.send.firstCall.args[0]).to.equal(message)
  })
})
