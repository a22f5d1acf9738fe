// The way between clients and server: all takes its time, and some gets lost.

import { type Random, wholeNumber } from '../../harness/random.ts'
import type { Answer, Question } from '../audit/answers.ts'
import type { Process } from '../node/process.ts'
import type { Owner, Scheduler } from '../time/scheduler.ts'
import type { Trace } from '../time/trace.ts'
import type { Cable, Fate } from './cable.ts'
import type { Asked } from './client.ts'

export interface Ends {
  readonly scheduler: Scheduler
  readonly trace: Trace
  readonly random: Random
  readonly cable: Cable
  /** Who takes what arrives now. */
  readonly server: () => Process
  /** Sees each answer when the server sends it. */
  readonly check: (question: Question, answer: Answer) => void
}

/** Of the messages, in fair weather. */
const lost = 0.002

/** It outlives every process. */
const outside: Owner = { gone: false }

export class Network {
  readonly #ends: Ends

  constructor(ends: Ends) {
    this.#ends = ends
  }

  /**
   * What is sent at once comes at once, and its answers come back together; all else overtakes each other. `told` may never
   * be called, or twice.
   */
  send(asked: readonly Asked[], told: (answers: readonly Answer[]) => void): void {
    const fate = this.#fateOf('request')
    if (fate === 'is lost') return
    this.#bring(asked, told)
    if (fate === 'arrives twice') this.#bring(asked, told)
  }

  #bring(asked: readonly Asked[], told: (answers: readonly Answer[]) => void): void {
    const { scheduler } = this.#ends
    scheduler.after(this.#delay(), `${asked.length} ${asked[0]?.message.type}`, outside, () => {
      const answers: Answer[] = []
      let missing = asked.length
      const answered = (index: number, answer: Answer) => {
        answers[index] = answer
        missing -= 1
        if (missing > 0 || this.#fateOf('answer') === 'is lost') return
        scheduler.after(this.#delay(), answer.type, outside, () => told(answers))
      }
      for (const [index, each] of asked.entries()) this.#deliver(each, (answer) => answered(index, answer))
    })
  }

  #deliver({ message, question }: Asked, answered: (answer: Answer) => void): void {
    const { server, trace, check } = this.#ends
    const process = server()
    if (process.gone) return
    const send = (answer: Answer) => {
      if (process.gone) return
      trace.note(`answer ${answer.type} ${'seq' in answer ? answer.seq : ''}`)
      check(question, answer)
      answered(answer)
    }
    if (message.type === 'FindTransactions') process.node.stateStorage.send({ ...message, replyTo: { send } })
    else process.node.virtualMachine.send({ ...message, replyTo: { send } } as never)
  }

  /** Microseconds. */
  #delay(): number {
    return wholeNumber(this.#ends.random, 50, 2_000)
  }

  #fateOf(message: 'request' | 'answer'): Fate {
    const { random, cable } = this.#ends
    return random() < lost ? 'is lost' : cable.fateOf(message)
  }
}
