// Records what is asked and answered, with the times of both, for the checker.

import type { Answer } from '../checks/answers.ts'
import { type Asked, type Call, isFailure, type Told } from './history.ts'
import { toldBy } from './reading.ts'

export class Recorder {
  #calls: Call[] = []
  readonly #now: () => number

  /** `now` is monotonic, in milliseconds. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /**
   * Sends and records. A call that rejects is recorded as one without an answer, and rejects.
   * Throws WrongAnswer for an answer that cannot be read.
   */
  async call(
    connection: number,
    asked: Asked,
    send: () => Promise<Answer>,
    read: (answer: Answer, asked: Asked) => Told = toldBy,
  ): Promise<{ readonly answer: Answer; readonly told: Told }> {
    const invoked = this.#now()
    let answer: Answer
    try {
      answer = await send()
    } catch (error) {
      this.add({ connection, invoked, completed: Number.POSITIVE_INFINITY, asked, told: undefined })
      throw error
    }
    const completed = this.#now()
    const told = read(answer, asked)
    // `outcome_unknown` is a failure that does not tell whether anything happened.
    const isUnknown = isFailure(told) && told.parts[0]?.code === 'outcome_unknown'
    this.add({ connection, invoked, completed, asked, told: isUnknown ? undefined : told })
    return { answer, told }
  }

  add(call: Call): void {
    this.#calls.push(call)
  }

  /** What was recorded since the last time. To be taken while nothing is in flight. */
  take(): Call[] {
    const calls = this.#calls
    this.#calls = []
    return calls
  }
}
