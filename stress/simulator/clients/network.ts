// The way between clients and server: all takes its time, and some gets lost.

import { type Random, wholeNumber } from '../../harness/random.ts'
import type { Answer, Question } from '../audit/answers.ts'
import type { Process } from '../node/process.ts'
import type { Owner, Scheduler } from '../time/scheduler.ts'
import type { Trace } from '../time/trace.ts'
import type { Asked } from './client.ts'

export interface Ends {
  readonly scheduler: Scheduler
  readonly trace: Trace
  readonly random: Random
  /** Who takes what arrives now. */
  readonly server: () => Process
  /** Sees each answer when the server sends it. */
  readonly check: (question: Question, answer: Answer) => void
}

/** It outlives every process. */
const outside: Owner = { gone: false }

export class Network {
  readonly #ends: Ends

  constructor(ends: Ends) {
    this.#ends = ends
  }

  /**
   * What is sent at once comes at once, and its answers come back together; all else overtakes each other. `told` may never
   * be called.
   */
  send(asked: readonly Asked[], told: (answers: readonly Answer[]) => void): void {
    const { scheduler } = this.#ends
    if (this.#isLost()) return
    scheduler.after(this.#delay(), `${asked.length} ${asked[0]?.message.type}`, outside, () => {
      const answers: Answer[] = []
      let missing = asked.length
      const answered = (index: number, answer: Answer) => {
        answers[index] = answer
        missing -= 1
        if (missing === 0 && !this.#isLost()) scheduler.after(this.#delay(), answer.type, outside, () => told(answers))
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

  #isLost(): boolean {
    return this.#ends.random() < 0.002
  }
}
