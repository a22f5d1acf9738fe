// How late the event loop is, on a clock that jumps.

import { expect } from 'chai'
import sinon from 'sinon'
import { eventLoopDelay } from '../../src/operations/event-loop-delay.ts'

describe("The event loop's delay", () => {
  let clock: sinon.SinonFakeTimers

  beforeEach(() => {
    clock = sinon.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  })

  afterEach(() => clock.restore())

  it('is by how much the last look came too late, and is over with the next that comes in time', () => {
    let now = 0
    const delay = eventLoopDelay(() => now)
    const look = (at: number) => {
      now = at
      clock.tick(100)
      return delay.read()
    }
    expect([delay.read(), look(100), look(1_700), look(1_800), look(1_890)]).to.deep.equal([0, 0, 1_500, 0, 0])
    delay.stop()
    expect(clock.countTimers()).to.equal(0)
  })
})
