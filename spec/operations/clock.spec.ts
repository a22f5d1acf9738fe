// The ledger's clock never goes backwards, whatever the system's does.

import { expect } from 'chai'
import sinon from 'sinon'
import { ClockBehind, ledgerClock } from '../../src/operations/clock.ts'

function sources(wall: number) {
  const times = { wall, monotonic: 500 }
  return { times, wall: () => times.wall, monotonic: () => times.monotonic }
}

describe('The ledger clock', () => {
  it('tells the wall clock of its start, and goes on monotonically', () => {
    const { times, ...system } = sources(1_000_000)
    const clock = ledgerClock(false, system)
    clock.startAfter(0)
    expect(clock.now()).to.equal(1_000_000)
    times.monotonic += 250.7
    expect(clock.now()).to.equal(1_000_250)
  })

  it('is not moved by a jump of the system clock', () => {
    const { times, ...system } = sources(1_000_000)
    const clock = ledgerClock(false, system)
    clock.startAfter(0)
    times.wall -= 900_000
    times.monotonic += 1
    expect(clock.now()).to.equal(1_000_001)
  })

  it('goes on from the last record when the system is a little behind it', () => {
    const clock = ledgerClock(false, sources(1_000_000))
    clock.startAfter(1_060_000)
    expect(clock.now()).to.equal(1_060_000)
  })

  it('refuses to start more than 60 s behind the last record, and says what to do', () => {
    const clock = ledgerClock(false, sources(1_000_000))
    expect(() => clock.startAfter(1_060_001)).to.throw(
      ClockBehind,
      /61 s behind.*1970-01-01T00:17:40.001Z.*--accept-clock/,
    )
  })

  it('starts nevertheless when told to accept it', () => {
    const clock = ledgerClock(true, sources(1_000_000))
    clock.startAfter(9_000_000)
    expect(clock.now()).to.equal(9_000_000)
  })

  it('takes the system clock without being told of one', () => {
    const before = Date.now()
    expect(ledgerClock(false).now()).to.be.within(before - 1, Date.now() + 1)
  })

  describe('wakes', () => {
    let timers: sinon.SinonFakeTimers

    beforeEach(() => {
      timers = sinon.useFakeTimers()
    })

    afterEach(() => timers.restore())

    it('when it is time, and only for the last who asked', () => {
      const clock = ledgerClock(false, { wall: () => 1_000, monotonic: () => Date.now() })
      const [early, late] = [sinon.fake(), sinon.fake()]
      clock.wakeAt(1_500, early)
      clock.wakeAt(2_000, late)
      timers.tick(999)
      sinon.assert.notCalled(late)
      timers.tick(1)
      sinon.assert.calledOnce(late)
      sinon.assert.notCalled(early)
    })

    it('at once for what is over, and early for what is too far away', () => {
      const clock = ledgerClock(false, { wall: () => 1_000, monotonic: () => Date.now() })
      const wake = sinon.fake()
      clock.wakeAt(500, wake)
      timers.tick(0)
      sinon.assert.calledOnce(wake)
      clock.wakeAt(1e15, wake)
      timers.tick(2 ** 31)
      sinon.assert.calledTwice(wake)
    })
  })
})
