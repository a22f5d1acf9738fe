// A question is answered, or given up at its deadline; one timer serves them all.

import { expect } from 'chai'
import sinon from 'sinon'
import { Questions } from '../../src/public-api/questions.ts'

describe('Questions', () => {
  let clock: sinon.SinonFakeTimers
  let schedule: sinon.SinonSpy<[callback: () => void, milliseconds: number], void>

  beforeEach(() => {
    clock = sinon.useFakeTimers()
    schedule = sinon.fake((callback: () => void, milliseconds: number) => {
      clock.setTimeout(callback, milliseconds)
    })
  })

  afterEach(() => clock.restore())

  it('hands the answer on', async () => {
    const question = new Questions(10_000, schedule).open<string>()
    question.send('yes')
    expect(await question.answer).to.equal('yes')
  })

  it('gives a question up at its deadline or up to a tenth later, and not before', async () => {
    const questions = new Questions(10_000, schedule)
    questions.open<string>()
    clock.tick(500)
    const question = questions.open<string>()
    const told = sinon.fake()
    const waiting = question.answer.then(told)
    await clock.tickAsync(10_000)
    sinon.assert.notCalled(told)
    await clock.tickAsync(1_000)
    sinon.assert.calledOnceWithExactly(told, undefined)
    await waiting
  })

  it('gives up the old and not the young', async () => {
    const questions = new Questions(10_000, schedule)
    const old = questions.open<string>()
    clock.tick(5_000)
    const young = questions.open<string>()
    clock.tick(6_000)
    expect(await old.answer).to.equal(undefined)
    young.send('in time')
    expect(await young.answer).to.equal('in time')
  })

  it('hears no answer after the deadline', async () => {
    const question = new Questions(10_000, schedule).open<string>()
    clock.tick(11_000)
    question.send('too late')
    expect(await question.answer).to.equal(undefined)
  })

  it('keeps one timer, and none when nobody waits', () => {
    const questions = new Questions(10_000, schedule)
    for (let count = 0; count < 100; count++) questions.open<string>().send('yes')
    sinon.assert.calledOnce(schedule)
    clock.tick(60_000)
    sinon.assert.calledOnce(schedule)
    questions.open<string>()
    clock.tick(60_000)
    expect(schedule.callCount).to.equal(1 + 11)
  })
})
